import { NewEvent, RecordedEvent } from './message.js';
import { upcast, Upcasters } from './upcast.js';

/** Hooks around the encoding of a batch, where personal data is encrypted and decrypted. */
export interface Seal {
  seal(events: readonly NewEvent[]): Promise<readonly NewEvent[]>;
  open(events: RecordedEvent[]): Promise<RecordedEvent[]>;
}

/** Events as they are. */
export const unsealed: Seal = {
  seal: (events) => Promise.resolve(events),
  open: (events) => Promise.resolve(events),
};

/** Where an event stands. */
export type Place = Pick<RecordedEvent, 'position' | 'stream' | 'revision'>;

/** Turns events into stored text and back; every event-store adapter encodes through one. */
export class Codec {
  constructor(
    private readonly upcasters: Upcasters = {},
    readonly hooks: Seal = unsealed,
  ) {}

  /** The stored text of an event: all that `RecordedEvent` says. */
  encode({ type, data, metadata }: NewEvent, { position, stream, revision }: Place, recordedAt: string): string {
    return JSON.stringify({ position, stream, revision, type, data, metadata, recordedAt });
  }

  /** Recorded events from the text of a JSON list of them, in today's schema. */
  decode(list: string): RecordedEvent[] {
    const events = JSON.parse(list) as RecordedEvent[];
    return events.map((event) => {
      const data = upcast(this.upcasters, event.type, event.metadata.schemaVersion, event.data);
      return data === event.data ? event : { ...event, data };
    });
  }
}
