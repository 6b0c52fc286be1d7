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

const MARKER_EVERY = 1000;
const MOST_UNSETTLED = 20_000;

/** Tells the log to the bus: one batch in flight, the checkpoint moves after the acknowledgement. */
export class RelayConsumer implements Consumer {
  readonly name = 'relay';
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

  async start(): Promise<void> {
    this.inFlight = Promise.resolve();
    this.unsettled = this.sinceMarker = 0;
    this.told = new Array<number>(this.inside.topic.partitions).fill(0);
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
      this.tell(event, within);
      this.position = event.position;
      if (++this.sinceMarker >= MARKER_EVERY) within.push(...this.markers());
    }
    return topics;
  }

  private tell(event: RecordedEvent, within: BusMessage[]): void {
    const { everywhere, topic } = this.inside;
    const client = this.inside.clientOf(event);
    const key = client ?? event.stream;
    const headers = { type: event.type, position: String(event.position) };
    const value = JSON.stringify(event);
    const partitions = client === null && everywhere.has(event.type) ? this.told.keys() : [this.inside.partitionOf(key, topic.partitions)];
    for (const partition of partitions) {
      within.push({ key, headers, value, partition });
      this.told[partition] = event.position;
    }
  }

  /** A marker for each partition that has not heard of the position yet. */
  private markers(): BusMessage[] {
    const { marker } = this.inside;
    const position = String(this.position);
    const behind = [...this.told.keys()].filter((partition) => this.told[partition] < this.position);
    this.told.fill(this.position);
    this.sinceMarker = 0;
    return behind.map((partition) => ({ key: marker, headers: { type: marker, position }, value: '', partition }));
  }

  /** Resolves once all is acknowledged; a failure is told when nothing is on its way any more. */
  private async publish(topics: ReadonlyMap<string, BusMessage[]>): Promise<void> {
    const outcomes = await Promise.allSettled([...topics].map(([topic, messages]) => this.bus.publish(topic, messages)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }
}
