import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Channel, Delivery } from '@boucle/eventsourcing';

const ABANDONED_MS = 3_600_000;

/** Writes each delivery as one file of JSON lines under its id; offering it again rewrites the same bytes. */
export class Outbox extends Channel {
  constructor(private readonly folder: string) {
    super();
    mkdirSync(folder, { recursive: true });
    this.sweep();
  }

  async send({ id, messages }: Delivery): Promise<void> {
    const file = join(this.folder, `${id}.ndjson`);
    // two processes may write the same file at the same time
    const temporary = `${file}.${randomUUID()}.tmp`;
    const descriptor = openSync(temporary, 'w');
    try {
      writeFileSync(descriptor, messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
    const directory = openSync(this.folder, 'r');
    fsyncSync(directory);
    closeSync(directory);
  }

  /** Removes what a crash has left half written; what is younger may be another process's. */
  private sweep(): void {
    for (const name of readdirSync(this.folder)) {
      const file = join(this.folder, name);
      if (name.endsWith('.tmp') && Date.now() - statSync(file).mtimeMs > ABANDONED_MS) rmSync(file, { force: true });
    }
  }
}
