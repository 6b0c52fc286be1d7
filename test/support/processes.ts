import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ProcessRole } from '../../apps/engine/src/process-roles.js';

const LOOK_MS = 20;
/** Asking every process costs the machine more than looking at what has arrived. */
const ASK_MS = 200;
const PATIENCE_MS = 120_000;
const ANSWER_MS = 10_000;
/** Characters of what a process has said last. */
const MOST_KEPT = 10_000;

/** Looks until what is seen satisfies, and gives it; says what was awaited when it has waited in vain. */
export const awaited = async <T>(
  what: string,
  look: () => T | Promise<T>,
  satisfies: (seen: T) => boolean,
  every = LOOK_MS,
): Promise<T> => {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (satisfies(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}; last seen: ${JSON.stringify(seen)?.slice(0, 2000)}`);
    await pause(every);
  }
};

const PROGRAM = join(__dirname, '../../dist/apps/cli/src/main.js');

const launched = new Set<ChildProcess>();

// a scenario that fails leaves them behind, some of them frozen
afterAll(() => launched.forEach((child) => child.kill('SIGKILL')));

/** Starts the program as it was built, and waits for the words by which it says where it is. */
const launch = async (args: readonly string[], env: NodeJS.ProcessEnv, ready: RegExp): Promise<[ChildProcess, string]> => {
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  launched.add(child);
  child.once('exit', () => launched.delete(child));
  let said = '';
  const place = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said = `${said}${text}`.slice(-MOST_KEPT);
        const [, where] = ready.exec(said) ?? [];
        if (where) resolve(where);
      });
    child.once('exit', (code) => reject(new Error(`boucle ${args.join(' ')} ended with ${code} before it was ready:\n${said}`)));
  });
  return [child, place];
};

const end = async (child: ChildProcess | null, signal: NodeJS.Signals): Promise<void> => {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
};

const VAULT_TOKEN = 'known-to-no-process-but-those-of-one-test';

/** The key vault that all processes share. */
export class VaultProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
  ) {}

  static async start(dir: string): Promise<VaultProcess> {
    const args = ['vault', 'serve', '--dir', dir, '--port', '0'];
    return new VaultProcess(...(await launch(args, { BOUCLE_VAULT_TOKEN: VAULT_TOKEN }, /on (http:\/\/\S+)\n/)));
  }

  /** What leads a process of the engine to it. */
  get env(): NodeJS.ProcessEnv {
    return { BOUCLE_VAULT_URL: this.url, BOUCLE_VAULT_TOKEN: VAULT_TOKEN };
  }

  async stop(): Promise<void> {
    await end(this.child, 'SIGTERM');
  }
}

/** An answer of a process; status 0: there was none. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever JSON came back
  readonly body: any;
}

/** A process of the engine in one role. */
export class EngineProcess {
  private child: ChildProcess | null = null;
  private url = '';

  constructor(
    readonly role: ProcessRole,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  get pid(): number {
    return this.child!.pid!;
  }

  async start(): Promise<void> {
    const env = { ...this.env, PORT: '0', LOG_FORMAT: 'json', LOG_LEVEL: 'info' };
    [this.child, this.url] = await launch(['serve', '--role', this.role], env, /on (http:\/\/[\d.:]+);/);
  }

  /** As a power cut would. */
  async kill(): Promise<void> {
    await end(this.child, 'SIGKILL');
  }

  /** Asks it to end. */
  async stop(): Promise<void> {
    await end(this.child, 'SIGTERM');
  }

  freeze(): void {
    this.child!.kill('SIGSTOP');
  }

  thaw(): void {
    this.child!.kill('SIGCONT');
  }

  async call(method: string, path: string, body?: object): Promise<Answer> {
    const given = body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    try {
      const response = await fetch(`${this.url}${path}`, { method, signal: AbortSignal.timeout(ANSWER_MS), ...given });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
    } catch (error) {
      return { status: 0, headers: new Headers(), body: String(error) };
    }
  }

  /** The statuses of its probes: live, ready. */
  async probes(): Promise<[live: number, ready: number]> {
    const [live, ready] = await Promise.all([this.call('GET', '/health/live'), this.call('GET', '/health/ready')]);
    return [live.status, ready.status];
  }
}

/** How many processes an engine has in each role. */
const PROCESSES: Readonly<Record<ProcessRole, number>> = { api: 1, projections: 2, saga: 2, dispatch: 2, relay: 2 };

/** An engine in many processes on the same servers. */
export class ManyProcesses {
  readonly all: readonly EngineProcess[];

  constructor(env: NodeJS.ProcessEnv) {
    this.all = (Object.keys(PROCESSES) as ProcessRole[]).flatMap((role) =>
      Array.from({ length: PROCESSES[role] }, () => new EngineProcess(role, env)),
    );
  }

  of(role: ProcessRole): readonly EngineProcess[] {
    return this.all.filter((one) => one.role === role);
  }

  get api(): EngineProcess {
    return this.of('api')[0];
  }

  async start(): Promise<void> {
    await Promise.all(this.all.map((one) => one.start()));
  }

  async kill(): Promise<void> {
    await Promise.all(this.all.map((one) => one.kill()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((one) => one.stop()));
  }

  /** Writes through the API, again until it is accepted. */
  async write(path: string, body: object = {}): Promise<void> {
    const { status, body: said } = await awaited(
      `POST ${path} to be taken`,
      () => this.api.call('POST', path, body),
      (answer) => answer.status !== 0 && answer.status !== 503 && answer.body?.code !== 'concurrent-change',
    );
    if (status !== 200) throw new Error(`POST ${path} answered ${status}: ${JSON.stringify(said)}`);
  }

  /** Every processor has come so far, and none is held up. */
  async reached(position: number): Promise<void> {
    type Seen = { name: string; position: number; heldBy: string | null };
    await awaited(
      `every processor at position ${position}`,
      async () => (await this.api.call('GET', '/health')).body?.processors as Seen[] | undefined,
      (seen) => seen !== undefined && seen.every((one) => one.position >= position && one.heldBy === null),
      ASK_MS,
    );
  }

  /** Every process answers its probes so. */
  async probed(...expected: readonly number[]): Promise<void> {
    await awaited(
      `probes that answer ${expected.join(' and ')}`,
      () => Promise.all(this.all.map(async (one) => [one.role, ...(await one.probes())])),
      (seen) => seen.every(([, ...statuses]) => statuses.join() === expected.join()),
      ASK_MS,
    );
  }
}
