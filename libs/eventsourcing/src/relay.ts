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
/** Messages that may gather while a batch is under way. */
const MOST_GATHERED = 5000;

/** Tells the log to the bus: one batch in flight, the checkpoint moves after the acknowledgement. It takes every event, so that inside everybody hears how far the log goes. */
export class RelayConsumer implements Consumer {
  readonly name = RELAY;
  readonly sealed = true;
  private inFlight: Promise<void> = Promise.resolve();
  private underWay = false;
  private gathered = new Map<string, BusMessage[]>();
  private unsettled = 0;
  private sinceMarker = 0;
  private position = 0;
  /** The position of the newest message of each partition inside. */
  private told: number[] = [];

  constructor(
    private readonly bus: MessageBus,
    private readonly outside: Outside,
    private readonly inside: Inside,
  ) {}

  async start(position: number): Promise<void> {
    this.inFlight = Promise.resolve();
    this.underWay = false;
    this.gathered.clear();
    this.unsettled = this.sinceMarker = 0;
    this.position = position;
    this.told = new Array<number>(this.inside.topic.partitions).fill(position);
    await this.bus.prepare([...this.outside.topics, this.inside.topic]);
  }

  async take(events: readonly RecordedEvent[]): Promise<void> {
    this.gather(events);
    this.unsettled += events.length;
    const size = [...this.gathered.values()].reduce((sum, { length }) => sum + length, 0);
    if (!this.underWay || size >= MOST_GATHERED) await this.send();
  }

  /** Every partition inside hears how far the log has been told: also one in which nothing happened. */
  async settle(): Promise<void> {
    this.say(this.inside.topic.name, ...this.markers());
    await this.send();
    await this.inFlight;
    this.unsettled = 0;
  }

  full(): boolean {
    return this.unsettled >= MOST_UNSETTLED;
  }

  /** Sends what has gathered once the batch before is acknowledged. */
  private async send(): Promise<void> {
    await this.inFlight;
    const batch = this.gathered;
    this.gathered = new Map();
    this.underWay = true;
    this.inFlight = this.publish(batch);
    // whoever waits for it next is told of its failure
    this.inFlight.catch(() => undefined);
  }

  private gather(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      for (const { topic, message } of this.outside.say(event)) this.say(topic, message);
      this.position = event.position;
      this.tell(event);
      if (++this.sinceMarker >= MARKER_EVERY) this.say(this.inside.topic.name, ...this.markers());
    }
  }

  private say(topic: string, ...messages: readonly BusMessage[]): void {
    const gathered = this.gathered.get(topic);
    if (gathered) gathered.push(...messages);
    else if (messages.length > 0) this.gathered.set(topic, [...messages]);
  }

  private tell(event: RecordedEvent): void {
    const place = placeOf(this.inside, event);
    const key = this.inside.clientOf(event) ?? event.stream;
    const value = JSON.stringify(event);
    for (const partition of place === null ? this.told.keys() : [place])
      this.say(this.inside.topic.name, { key, headers: this.headers(event.type, partition), value, partition });
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
    this.underWay = false;
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }
}
