import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const program = join(root, 'dist/apps/cli/src/main.js');

const running = new Set<ChildProcess>();

// a test that fails may leave one behind
afterAll(() => running.forEach((child) => child.kill('SIGKILL')));

/** How a command ended, and all it said. */
export interface Ended {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export interface Started {
  readonly child: ChildProcess;
  /** Resolves true once it has said so on standard error, false if it ends without. */
  said(words: string): Promise<boolean>;
  readonly ended: Promise<Ended>;
}

/** Starts `boucle` as it was built, in a process of its own, with these settings. */
export const startWith = (env: Readonly<Record<string, string>>, ...args: readonly string[]): Started => {
  if (!existsSync(program)) throw new Error(`${program} is missing: run npm run build`);
  const child = spawn(process.execPath, [program, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code, signal, stdout, stderr }));
  const said = (words: string): Promise<boolean> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (stderr.includes(words)) resolve(true);
      };
      look();
      child.stderr.on('data', look);
      void ended.then(() => resolve(stderr.includes(words)));
    });
  return { child, said, ended };
};

export const start = (...args: readonly string[]): Started => startWith({}, ...args);

/** Runs `boucle` to its end. */
export const boucle = (...args: readonly string[]): Promise<Ended> => start(...args).ended;

/** The one JSON document of a run that ended well. */
export const jsonOf = <T>({ code, stdout, stderr }: Ended): T => {
  if (code !== 0) throw new Error(`boucle ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
};
