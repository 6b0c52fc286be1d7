import { Message, RecordedEvent } from './message.js';
import { BusMessage, MessageBus, Topic } from './ports.js';
import { Consumer } from './processor.js';

/** How an event is told to others: as one message of a contract, or as several. */
export interface Telling<Event, Contract> {
  readonly contract: Contract;
  readonly payload: (event: Event) => object | readonly object[];
}

/** How each event is told to others; null where it is nobody else's business. */
export type Relay<Event extends Message, Contract> = {
  readonly [T in Event['type']]: Telling<RecordedEvent<Extract<Event, { type: T }>>, Contract> | null;
};

/** A message and the topic it belongs to. */
export interface Addressed {
  readonly topic: string;
  readonly message: BusMessage;
}

/** What others hear. */
export interface Outside {
  readonly topics: readonly Topic[];
  /** What an event says there. */
  say(event: RecordedEvent): readonly Addressed[];
}

/** What the processes of one engine hear: every event as stored, in one partition or in all. */
export interface Inside {
  readonly topic: Topic;
  /** The client of an event, if it has one. */
  clientOf(event: RecordedEvent): string | null;
  /** Events without a client that every partition must see. */
  readonly everywhere: ReadonlySet<string>;
  partitionOf(key: string, partitions: number): number;
  /** The type header of a marker. */
  readonly marker: string;
}

/** The partition that an event goes to inside, null: to all. */
export const placeOf = (inside: Inside, event: RecordedEvent): number | null => {
  const client = inside.clientOf(event);
  if (client === null && inside.everywhere.has(event.type)) return null;
  return inside.partitionOf(client ?? event.stream, inside.topic.partitions);
};

/** The header of a message inside with the position of the log that it stands for. */
export const POSITION = 'position';
/** The header with the position of the message before it in the same partition: whoever has not come so far has missed some. */
export const AFTER = 'after';

/** The name of the processor that tells the log to the bus. */
export const RELAY = 'relay';

const MARKER_EVERY = 1000;
const MOST_UNSETTLED = 5000;

/** Tells the log to the bus: one batch in flight, the checkpoint moves after the acknowledgement. */
export class RelayConsumer implements Consumer {
  readonly name = RELAY;
  private inFlight: Promise<void> = Promise.resolve();
  private unsettled = 0;
  private sinceMarker = 0;
  private position = 0;
  /** The position of the newest message of each partition inside. */
  private told: number[] = [];

  constructor(
    readonly types: readonly string[],
    private readonly bus: MessageBus,
    private readonly outside: Outside,
    private readonly inside: Inside,
  ) {}

  async start(position: number): Promise<void> {
    this.inFlight = Promise.resolve();
    this.unsettled = this.sinceMarker = 0;
    this.position = position;
    this.told = new Array<number>(this.inside.topic.partitions).fill(position);
    await this.bus.prepare([...this.outside.topics, this.inside.topic]);
  }

  async take(events: readonly RecordedEvent[]): Promise<void> {
    const topics = this.messagesOf(events);
    await this.inFlight;
    this.unsettled += events.length;
    this.inFlight = this.publish(topics);
    // whoever waits for it next is told of its failure
    this.inFlight.catch(() => undefined);
  }

  /** Every partition inside hears how far the log has been told: also one in which nothing happened. */
  async settle(): Promise<void> {
    await this.inFlight;
    const markers = this.markers();
    if (markers.length > 0) await this.bus.publish(this.inside.topic.name, markers);
    this.unsettled = 0;
  }

  full(): boolean {
    return this.unsettled >= MOST_UNSETTLED;
  }

  private messagesOf(events: readonly RecordedEvent[]): Map<string, BusMessage[]> {
    const within: BusMessage[] = [];
    const topics = new Map([[this.inside.topic.name, within]]);
    for (const event of events) {
      for (const { topic, message } of this.outside.say(event)) {
        const messages = topics.get(topic);
        if (messages) messages.push(message);
        else topics.set(topic, [message]);
      }
      this.position = event.position;
      this.tell(event, within);
      if (++this.sinceMarker >= MARKER_EVERY) within.push(...this.markers());
    }
    return topics;
  }

  private tell(event: RecordedEvent, within: BusMessage[]): void {
    const place = placeOf(this.inside, event);
    const key = this.inside.clientOf(event) ?? event.stream;
    const value = JSON.stringify(event);
    for (const partition of place === null ? this.told.keys() : [place])
      within.push({ key, headers: this.headers(event.type, partition), value, partition });
  }

  /** A marker for each partition that has not heard of the position yet. */
  private markers(): BusMessage[] {
    const { marker } = this.inside;
    const behind = [...this.told.keys()].filter((partition) => this.told[partition] < this.position);
    this.sinceMarker = 0;
    return behind.map((partition) => ({ key: marker, headers: this.headers(marker, partition), value: '', partition }));
  }

  private headers(type: string, partition: number): Record<string, string> {
    const after = this.told[partition];
    this.told[partition] = this.position;
    return { type, [POSITION]: String(this.position), [AFTER]: String(after) };
  }

  /** Resolves once all is acknowledged; a failure is told when nothing is on its way any more. */
  private async publish(topics: ReadonlyMap<string, BusMessage[]>): Promise<void> {
    const outcomes = await Promise.allSettled([...topics].map(([topic, messages]) => this.bus.publish(topic, messages)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }
}
