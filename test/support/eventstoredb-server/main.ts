import { createInterface } from 'node:readline';
import { EventStoreDbServer } from './server.js';

/** What a line on standard input asks for: a fault, with a number where it takes one. */
const faults: Readonly<Record<string, (server: EventStoreDbServer, number: number) => unknown>> = {
  hang: (server) => server.hang(),
  resume: (server) => server.resume(),
  stop: (server) => server.stop(),
  restart: (server) => server.restart(),
  disconnect: (server) => server.disconnect(),
  drop: (server) => server.dropSubscriptions(),
  slow: (server, ms) => server.slowDown(ms),
  deliver: (server, times) => server.deliver(times),
  lose: (server, answers) => server.loseAnswers(answers),
};

/** A server in a process of its own, events in memory: says where it is and when a fault is done, and ends when its input closes. */
const run = async (): Promise<void> => {
  const server = await EventStoreDbServer.start({ port: Number(process.env.PORT ?? 0) });
  console.log(`READY ${server.url()}`);
  for await (const line of createInterface(process.stdin)) {
    const [name, number] = line.trim().split(' ');
    await faults[name]?.(server, Number(number));
    console.log(name in faults ? `DONE ${line}` : `There is no fault ${line}; there are ${Object.keys(faults).join(', ')}`);
  }
  process.exit(0);
};

void run();
