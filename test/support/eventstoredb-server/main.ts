import { EventStoreDbServer } from './server.js';

/** A server in a process of its own: says where it is, and ends when nobody listens to it any more. */
const run = async (): Promise<void> => {
  const server = await EventStoreDbServer.start({ port: Number(process.env.PORT ?? 0) });
  console.log(`READY ${server.url()}`);
  process.stdin.resume().on('end', () => process.exit(0));
};

void run();
