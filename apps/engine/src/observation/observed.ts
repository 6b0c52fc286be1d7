import {
  Appended,
  Batch,
  BusMessage,
  Consumption,
  EventStore,
  MessageBus,
  NewEvent,
  RecordedEvent,
  Subscription,
  Topic,
} from '@boucle/eventsourcing';
import { Observer, timed } from './observer.js';

/** A log whose appends are observed. */
export class ObservedEventStore extends EventStore {
  constructor(
    private readonly behind: EventStore,
    private readonly observer: Observer,
  ) {
    super();
  }

  append(stream: string, expectedRevision: number, events: readonly NewEvent[]): Promise<Appended> {
    return timed(
      () => this.behind.append(stream, expectedRevision, events),
      (error, timing) => this.observer.appended?.(events, error, timing),
    );
  }

  read(stream: string, fromRevision?: number, count?: number): Promise<RecordedEvent[]> {
    return this.behind.read(stream, fromRevision, count);
  }

  subscribe(subscription: Subscription): AsyncIterable<Batch> {
    return this.behind.subscribe(subscription);
  }

  head(): Promise<number> {
    return this.behind.head();
  }
}

/** A bus on which it is observed what is published. */
export class ObservedMessageBus extends MessageBus {
  constructor(
    private readonly behind: MessageBus,
    private readonly observer: Observer,
  ) {
    super();
  }

  publish(topic: string, messages: readonly BusMessage[]): Promise<void> {
    return timed(
      () => this.behind.publish(topic, messages),
      (error, timing) => this.observer.published?.(topic, messages, error, timing),
    );
  }

  prepare(topics: readonly Topic[]): Promise<void> {
    return this.behind.prepare(topics);
  }

  unheard(group: string, topics: readonly string[]): Promise<number> {
    return this.behind.unheard(group, topics);
  }

  consume(consumption: Consumption): Promise<void> {
    return this.behind.consume(consumption);
  }
}
