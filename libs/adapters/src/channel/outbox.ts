import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Channel, Delivery } from '@boucle/eventsourcing';

const ABANDONED_MS = 3_600_000;
const SENT = '.ndjson';

/** Writes each delivery as one file of JSON lines under its id; offering it again rewrites the same bytes. */
export class Outbox extends Channel {
  constructor(private readonly folder: string) {
    super();
    mkdirSync(folder, { recursive: true });
    this.sweep();
  }

  async send({ id, messages }: Delivery): Promise<void> {
    this.write(`${id}${SENT}`, messages.map((message) => `${JSON.stringify(message)}\n`).join(''));
  }

  async retract(deliveries: string, concerned: (message: object) => boolean): Promise<void> {
    for (const name of readdirSync(this.folder)) {
      if (!name.startsWith(deliveries) || !name.endsWith(SENT)) continue;
      const lines = readFileSync(join(this.folder, name), 'utf8').split('\n');
      const kept = lines.filter((line) => line === '' || !concerned(JSON.parse(line) as object));
      if (kept.length < lines.length) this.write(name, kept.join('\n'));
    }
  }

  private write(name: string, text: string): void {
    const file = join(this.folder, name);
    // two processes may write the same file at the same time
    const temporary = `${file}.${randomUUID()}.tmp`;
    const descriptor = openSync(temporary, 'w');
    try {
      writeFileSync(descriptor, text);
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
