import { closeSync, fdatasyncSync, openSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { NewEvent } from '@boucle/eventsourcing';

const HEADER = 8;
const READ_AT_ONCE = 4 * 1024 * 1024;

/** An event with its place, as a plain file would keep it. */
export interface Envelope {
  readonly stream: string;
  readonly revision: number;
  readonly event: NewEvent;
}

interface Waiting {
  readonly envelope: Envelope;
  readonly done: () => void;
}

/**
 * The least that a durable log can do, to compare with: one frame per event (length, CRC32, JSON), one write and one fdatasync per group,
 * concurrent callers committed together; no streams, no revisions, no queries.
 */
export class PlainFile {
  private readonly descriptor: number;
  private readonly queue: Waiting[] = [];
  private flushing = false;

  constructor(private readonly path: string) {
    this.descriptor = openSync(path, 'a+');
  }

  /** Appends a group with one write. */
  appendMany(envelopes: readonly Envelope[]): void {
    writeSync(this.descriptor, Buffer.concat(envelopes.map(frame)));
    fdatasyncSync(this.descriptor);
  }

  /** Appends one event together with those of other callers. */
  append(envelope: Envelope): Promise<void> {
    return new Promise((done) => {
      this.queue.push({ envelope, done });
      if (this.flushing) return;
      this.flushing = true;
      setImmediate(() => {
        this.flushing = false;
        const group = this.queue.splice(0);
        this.appendMany(group.map((waiting) => waiting.envelope));
        for (const { done } of group) done();
      });
    });
  }

  /** Reads everything from the beginning, checks every frame and parses it; tells how many. */
  replay(): number {
    const descriptor = openSync(this.path, 'r');
    let kept: Buffer = Buffer.alloc(0);
    let events = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(READ_AT_ONCE);
      const read = readSync(descriptor, chunk, 0, READ_AT_ONCE, null);
      if (read === 0) break;
      const bytes = Buffer.concat([kept, chunk.subarray(0, read)]);
      let at = 0;
      while (at + HEADER <= bytes.length) {
        const end = at + HEADER + bytes.readUInt32LE(at);
        if (end > bytes.length) break;
        const body = bytes.subarray(at + HEADER, end);
        if (crc32(body) !== bytes.readUInt32LE(at + 4)) throw new Error(`frame ${events} is damaged`);
        JSON.parse(body.toString('utf8'));
        events++;
        at = end;
      }
      kept = bytes.subarray(at);
    }
    closeSync(descriptor);
    return events;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

const frame = (envelope: Envelope): Buffer => {
  const body = Buffer.from(JSON.stringify(envelope));
  const header = Buffer.allocUnsafe(HEADER);
  header.writeUInt32LE(body.length, 0);
  header.writeUInt32LE(crc32(body), 4);
  return Buffer.concat([header, body]);
};
