import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Channel, Delivery } from '@boucle/eventsourcing';

/** Writes each delivery as one file of JSON lines under its id; offering it again rewrites the same bytes. */
export class Outbox extends Channel {
  constructor(private readonly folder: string) {
    super();
    mkdirSync(folder, { recursive: true });
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
}
