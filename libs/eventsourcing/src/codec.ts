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

/** Turns events into stored text and back; every event-store adapter encodes through one. */
export class Codec {
  constructor(
    private readonly upcasters: Upcasters = {},
    readonly hooks: Seal = unsealed,
  ) {}

  /** The stored body: data, metadata and the time of recording. */
  encode(event: NewEvent, recordedAt: string): string {
    return JSON.stringify({ data: event.data, metadata: event.metadata, recordedAt });
  }

  /** The event in today's schema. */
  decode(position: number, stream: string, revision: number, type: string, body: string): RecordedEvent {
    const { data, metadata, recordedAt } = JSON.parse(body) as Pick<RecordedEvent, 'data' | 'metadata' | 'recordedAt'>;
    const current = upcast(this.upcasters, type, metadata.schemaVersion, data);
    return { position, stream, revision, type, data: current, metadata, recordedAt };
  }
}
