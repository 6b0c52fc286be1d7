import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestExpressApplication } from '@nestjs/platform-express';
import { Role } from '@boucle/access';
import { Adapters, onFolder, openAdapters } from '../../apps/engine/src/adapters.js';
import { Config } from '../../apps/engine/src/config.js';
import { Observer } from '../../apps/engine/src/observation/observer.js';
import { ProcessorHealth, Processors } from '../../apps/engine/src/processors.js';
import { createEngine } from '../../apps/engine/src/http/server.js';
import { SteppedClock } from '../../apps/cli/src/demo/stepped-clock.js';

export const START = '2026-03-01T09:00:00.000Z';
const DAY = 86_400_000;
const PATIENCE_MS = 45_000;
const LOOK_AGAIN_MS = 5;

export const daysLater = (days: number, at = START): string => new Date(Date.parse(at) + days * DAY).toISOString();

/** An answer of the API. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever JSON came back
  readonly body: any;
}

/** Looks until what is seen satisfies, and gives it. */
export const until = async <T>(look: () => Promise<T>, satisfies: (seen: T) => boolean, patience = PATIENCE_MS): Promise<T> => {
  const deadline = Date.now() + patience;
  for (;;) {
    const seen = await look();
    if (satisfies(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`Waited in vain; last seen: ${JSON.stringify(seen)?.slice(0, 2000)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
};

/** The engine in a folder, following the log, on a port of its own; its clock moves when it is told to. */
export class ServedEngine {
  /** What requests are asked with, if anything. */
  key: string | null = null;

  private constructor(
    readonly app: NestExpressApplication,
    readonly adapters: Adapters,
    readonly clock: SteppedClock,
    readonly dir: string,
    readonly url: string,
  ) {}

  static async start(
    options: {
      dir?: string;
      limits?: Partial<Config>;
      outside?: (found: Adapters) => Partial<Adapters>;
      at?: string;
      observers?: readonly Observer[];
    } = {},
  ) {
    const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'boucle-http-'));
    const opened = await openAdapters(onFolder(dir));
    const adapters = { ...opened, ...options.outside?.(opened) };
    const clock = new SteppedClock(options.at ?? START);
    const app = await createEngine(adapters, options.limits ?? {}, clock, undefined, options.observers);
    await app.listen(0, '127.0.0.1');
    return new ServedEngine(app, adapters, clock, dir, await app.getUrl());
  }

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const json = body !== undefined && typeof body !== 'string';
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.key === null ? {} : { authorization: `Bearer ${this.key}` }),
        ...headers,
      },
      body: json ? JSON.stringify(body) : body,
    });
    const text = await response.text();
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    return {
      status: response.status,
      type,
      headers: response.headers,
      body: /[/+]json$/.test(type) && text !== '' ? JSON.parse(text) : text,
    };
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  /** Reads what must be there. */
  async read(path: string): Promise<Answer['body']> {
    const { status, body } = await this.get(path);
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  post(path: string, body?: unknown): Promise<Answer> {
    return this.call('POST', path, body);
  }

  /** Writes what must be accepted, and gives the answer. */
  async write(path: string, body?: unknown): Promise<Answer['body']> {
    const answer = await this.post(path, body);
    if (answer.status !== 200) throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Issues a key; that of a salesperson says who he is. */
  async keyOf(role: Role, salespersonId = '1'): Promise<string> {
    return (await this.write('/keys', { name: role, role, ...(role === 'salesperson' && { salespersonId }) })).key as string;
  }

  lines(path: string, text: string): Promise<Answer> {
    return this.call('POST', path, text, { 'content-type': 'application/x-ndjson' });
  }

  head(): Promise<number> {
    return this.adapters.events.head();
  }

  /** Every processor has seen everything, and none has written more. */
  async quiet(patience?: number): Promise<number> {
    const look = async (): Promise<{ head: number; busy: ProcessorHealth[] }> => {
      const [head, all] = [await this.head(), await this.app.get(Processors).health()];
      return { head, busy: all.filter(({ lag, position, heldBy }) => lag > 0 || position !== head || heldBy !== null) };
    };
    return (await until(look, ({ busy }) => busy.length === 0, patience)).head;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.adapters.close();
  }

  async discard(): Promise<void> {
    await this.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
