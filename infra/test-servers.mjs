import { constants } from 'node:os';
import { runJest } from './jest.mjs';
import { ready } from './ready.mjs';
import { say } from './run.mjs';

/** What tests read to find a server, and how to start one; a server that is named already is used as it is. */
const servers = {
  KAFKA_TEST_BROKERS: async () => {
    const { startKafka } = await import('./servers/kafka/start.mjs');
    const { brokers, stop } = await startKafka();
    return { address: brokers, stop };
  },
  MONGODB_EMULATOR_URL: async () => {
    const { startMongoEmulator } = await import('./servers/mongo-emulator/start.mjs');
    const { url, stop } = await startMongoEmulator();
    return { address: url, stop };
  },
};

// servers end with this process; once jest runs, it gets the signal, ends, and all else in its turn
let starting = true;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => starting && process.exit(128 + constants.signals[signal]));

await ready();

const started = [];
const env = {};
try {
  const begun = Date.now();
  const missing = Object.entries(servers).filter(([variable]) => !process.env[variable]);
  const outcomes = await Promise.allSettled(
    missing.map(async ([variable, start]) => {
      const server = await start();
      started.push(server);
      env[variable] = server.address;
    }),
  );
  const failures = outcomes.flatMap(({ reason }) => (reason ? [reason.message] : []));
  failures.forEach(say);
  if (failures.length > 0) {
    console.log(`0 passed, ${failures.length} failed, 0 skipped`);
    process.exitCode = 1;
  } else {
    for (const [variable, address] of Object.entries(env)) say(`${variable}=${address}`);
    say(`The servers were started in ${((Date.now() - begun) / 1000).toFixed(1)} s.`);
    starting = false;
    // one after the other: each has processes of its own that keep the machine busy
    process.exitCode = await runJest(['--runInBand', '--testRegex=\\.servers-spec\\.ts$'], process.argv.slice(2), { env });
  }
} finally {
  await Promise.all(started.map(({ stop }) => stop()));
}
