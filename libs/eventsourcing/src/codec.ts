import { NewEvent, RecordedEvent } from './message.js';
import { schemaVersion, upcast, Upcasters } from './upcast.js';

/** Hooks around the encoding of a batch, where personal data is encrypted and decrypted. */
export interface Seal {
  seal(stream: string, events: readonly NewEvent[]): readonly NewEvent[] | Promise<readonly NewEvent[]>;
  open(events: RecordedEvent[]): RecordedEvent[] | Promise<RecordedEvent[]>;
}

/** Where an event stands. */
export type Place = Pick<RecordedEvent, 'position' | 'stream' | 'revision'>;

/** Turns events into stored text and back; every event-store adapter encodes through one. */
export class Codec {
  constructor(
    private readonly upcasters: Upcasters = {},
    private readonly hooks: Seal | null = null,
  ) {}

  /** Events as they may be stored; at once where nothing is sealed. */
  seal(stream: string, events: readonly NewEvent[]): readonly NewEvent[] | Promise<readonly NewEvent[]> {
    return this.hooks ? this.hooks.seal(stream, events) : events;
  }

  /** Events as they were before they were sealed. */
  open(events: RecordedEvent[]): RecordedEvent[] | Promise<RecordedEvent[]> {
    return this.hooks ? this.hooks.open(events) : events;
  }

  /** The stored text of an event: all that `RecordedEvent` says. */
  encode({ type, data, metadata }: NewEvent, { position, stream, revision }: Place, recordedAt: string): string {
    return JSON.stringify({ position, stream, revision, type, data, metadata, recordedAt });
  }

  /** Recorded events from the text of a JSON list of them, in today's schema. */
  decode(list: string): RecordedEvent[] {
    const events = JSON.parse(list) as RecordedEvent[];
    return events.map((event) => {
      const { type, metadata } = event;
      const data = upcast(this.upcasters, type, metadata.schemaVersion, event.data);
      // who passes it on says what he passes on: otherwise it would be brought up to date twice
      return data === event.data
        ? event
        : { ...event, data, metadata: { ...metadata, schemaVersion: schemaVersion(this.upcasters, type) } };
    });
  }
}
