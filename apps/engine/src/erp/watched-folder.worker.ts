import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BeforeApplicationShutdown, Logger, OnApplicationBootstrap } from '@nestjs/common';
import { Clock, rest } from '@boucle/eventsourcing';
import { Ingested } from '../http/bulk.js';

/** Where files go whose every line was entered, and those of which some were not. */
export const DONE = 'done';
export const REJECTED = 'rejected';
/** Where the files of a watched folder are kept once they were taken. */
export const takenFolders = (dir: string): string[] => [join(dir, DONE), join(dir, REJECTED)];

const ACKNOWLEDGEMENT = '.ack.ndjson';
const CHANGES = /^[^.].*\.(ndjson|jsonl)$/i;

const LOOK_EVERY_MS = 1_000;
const PAUSE_AFTER_FAILURE_MS = 5_000;
const BYTE_ORDER_MARK = /^\ufeff/;

async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file, 'utf8');
  try {
    let first = true;
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      yield first ? line.replace(BYTE_ORDER_MARK, '') : line;
      first = false;
    }
  } finally {
    input.destroy();
  }
}

/** Written under another name first, so that nobody reads half of it. */
const writeWhole = (file: string, text: string): void => {
  const descriptor = openSync(`${file}.tmp`, 'w', 0o600);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(`${file}.tmp`, file);
};

/** The files of a folder that look the same as they did at the last look: nobody writes them any more. */
export class Looks {
  private last = new Map<string, string>();

  constructor(private readonly dir: string) {}

  complete(): string[] {
    const names = readdirSync(this.dir, { withFileTypes: true }).flatMap((entry) =>
      entry.isFile() && CHANGES.test(entry.name) ? [entry.name] : [],
    );
    const seen = new Map(
      names.flatMap((name) => {
        const found = statSync(join(this.dir, name), { throwIfNoEntry: false });
        return found ? [[name, `${found.size} ${found.mtimeMs}`] as const] : [];
      }),
    );
    const same = [...seen.keys()].filter((name) => this.last.get(name) === seen.get(name));
    this.last = seen;
    return same.sort();
  }
}

/** Takes the files that an ERP puts into a folder, in order of name: each goes to done or rejected, with an acknowledgement beside it that names every line at fault. A crash in between takes a file again, which is harmless. */
export class WatchedFolder implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('WatchedFolder');
  private readonly stop = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    private readonly dir: string,
    private readonly clock: Clock,
    private readonly enter: (lines: AsyncIterable<string>) => Promise<Ingested>,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.watch();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  private async watch(): Promise<void> {
    const { signal } = this.stop;
    const looks = new Looks(this.dir);
    while (!signal.aborted)
      try {
        for (const folder of takenFolders(this.dir)) mkdirSync(folder, { recursive: true });
        for (const name of looks.complete()) {
          if (signal.aborted) return;
          await this.take(name);
        }
        await rest(LOOK_EVERY_MS, signal);
      } catch (error) {
        this.logger.error(`The files of the ERP wait: ${(error as Error).message}`);
        await rest(PAUSE_AFTER_FAILURE_MS, signal);
      }
  }

  private async take(name: string): Promise<void> {
    const file = join(this.dir, name);
    const { accepted, repeated, rejected, position } = await this.enter(linesOf(file));
    const folder = rejected.length === 0 ? DONE : REJECTED;
    const as = this.free(folder, name);
    const summary = { file: name, takenAt: this.clock.now(), accepted, repeated, rejected: rejected.length, position };
    writeWhole(join(this.dir, folder, `${as}${ACKNOWLEDGEMENT}`), [summary, ...rejected].map((one) => `${JSON.stringify(one)}\n`).join(''));
    renameSync(file, join(this.dir, folder, as));
    this.logger.log(`${name}: ${accepted} entered, ${repeated} known before, ${rejected.length} refused`);
  }

  /** A name under which nothing stands there yet. */
  private free(folder: string, name: string): string {
    for (let n = 1; ; n++) {
      const as = n === 1 ? name : `${n}.${name}`;
      if (!existsSync(join(this.dir, folder, as))) return as;
    }
  }
}
