import { ChildProcess, spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { join } from 'node:path';
import { createInterface, Interface } from 'node:readline';

/** The address that `npm run test:servers` gives by a variable. */
export const addressOf = (variable: 'MONGODB_EMULATOR_URL'): string => {
  const address = process.env[variable];
  if (!address) throw new Error(`${variable} is not set: run npm run test:servers`);
  return address;
};

/** The server's URL with another database. */
export const withDatabase = (server: string, database: string): string => server.replace(/^([^/]+\/\/[^/?]+)(\/[^?]*)?/, `$1/${database}`);

/** The test server that speaks EventStoreDB's protocol, in a process of its own. */
export class EventStoreProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly said: Interface,
    readonly url: string,
  ) {}

  static async start(): Promise<EventStoreProcess> {
    const program = join(__dirname, '../../dist/test/support/eventstoredb-server/main.js');
    const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    const said = createInterface(child.stdout);
    const [line] = (await once(said, 'line')) as [string];
    return new EventStoreProcess(child, said, line.replace('READY ', ''));
  }

  /** Inflicts a fault, or ends it. */
  async ask(fault: string): Promise<void> {
    this.child.stdin!.write(`${fault}\n`);
    for await (const [line] of on(this.said, 'line') as AsyncIterable<[string]>) if (line === `DONE ${fault}`) return;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.stdin!.end();
    await ended;
  }
}
