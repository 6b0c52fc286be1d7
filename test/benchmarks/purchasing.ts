import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { KafkaMessageBus } from '@boucle/adapters';
import { purchasesTopic } from '@boucle/contracts';
import { bareKafka, emptyTopics } from './bare-kafka.js';
import { inFolder, load, median, progress, Result, result } from './measure.js';
import { PARTITIONS } from './relaying.js';
import { Servers, startProgram } from './servers.js';

const CLIENTS = 50;
const WARM_UP = 50;
const PURCHASES = 300;
const PATIENCE_MS = 30_000;

/** The value that so great a share does not exceed. */
const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(share * values.length) - 1];

/** Asks the engine and gives what must be a good answer; later, where it says so. */
const ask = async <T>(url: string, body?: object): Promise<T> => {
  const options = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  for (;;) {
    const response = await fetch(url, { ...options, signal });
    if (response.ok) return (await response.json()) as T;
    const said = await response.text();
    if (response.status !== 503) throw new Error(`${url} answered ${response.status}: ${said}`);
  }
};

/** Hears purchases as another service would, and tells by the id of a purchase when its message has come. */
const hearPurchases = async (brokers: string) => {
  const bus = new KafkaMessageBus({ brokers: brokers.split(',') });
  const heard = new Map<string, () => void>();
  const stop = new AbortController();
  let ready = (): void => {};
  const assigned = new Promise<void>((resolve) => (ready = resolve));
  const hearing = bus.consume({
    group: `ear-${randomUUID()}`,
    topics: [purchasesTopic.name],
    assigned: async () => ready(),
    take: async ({ messages }) => {
      for (const { value } of messages) heard.get((JSON.parse(value) as { purchaseId: string }).purchaseId)?.();
    },
    signal: stop.signal,
  });
  await assigned;
  return {
    hear: (purchaseId: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`the message of ${purchaseId} does not come`)), PATIENCE_MS);
        heard.set(purchaseId, () => {
          clearTimeout(late);
          resolve();
        });
      }),
    stop: async (): Promise<void> => {
      stop.abort();
      await hearing;
      await bus.close();
    },
  };
};

interface Times {
  readonly answer: number;
  readonly profile: number;
  readonly message: number;
}

/** From a purchase over HTTP to the profile that has it, and to the message that tells it: one engine in all roles, on all three servers. */
export const purchasing = async ({ eventStore, mongodb, kafka }: Servers): Promise<Result[]> => {
  await emptyTopics(bareKafka(kafka), PARTITIONS);
  const times = await inFolder(async (folder) => {
    const token = { BOUCLE_VAULT_TOKEN: 'known-to-no-process-but-those-of-one-benchmark' };
    const program = 'dist/apps/cli/src/main.js';
    const vault = await startProgram(
      'The vault',
      [program, 'vault', 'serve', '--dir', join(folder, 'vault'), '--port', '0'],
      /on (http:\S+)/,
      token,
    );
    const env = {
      ...token,
      BOUCLE_VAULT_URL: vault.address,
      EVENTSTORE_URL: eventStore,
      MONGODB_URL: `${mongodb}/purchasing`,
      KAFKA_BROKERS: kafka,
      BOUCLE_PARTITIONS: String(PARTITIONS),
      BOUCLE_DIR: folder,
      HOST: '127.0.0.1',
      PORT: '0',
    };
    const engine = await startProgram('The engine', [program, 'serve'], /Serving [^;]* on (http:[^\s;]+);/, env);
    const { address } = engine;
    const ears = await hearPurchases(kafka);
    try {
      for (let n = 0; n < CLIENTS; n++) await ask(`${address}/clients`, { clientId: `client${n}`, attributes: { region: `r${n % 13}` } });
      const all: Times[] = [];
      for (let n = 0; n < WARM_UP + PURCHASES; n++) {
        const clientId = `client${n % CLIENTS}`;
        const purchaseId = `order-${n}`;
        const started = performance.now();
        const since = (): number => performance.now() - started;
        const message = ears.hear(purchaseId).then(since);
        const { position } = await ask<{ position: number }>(`${address}/purchases`, {
          clientId,
          purchaseId,
          amount: 100 + n,
          currency: 'EUR',
        });
        const answer = since();
        const { purchases } = await ask<{ purchases: { count: number } }>(`${address}/clients/${clientId}?after=${position}`);
        const profile = since();
        if (purchases.count !== Math.floor(n / CLIENTS) + 1) throw new Error(`the profile of ${clientId} does not have ${purchaseId}`);
        all.push({ answer, profile, message: await message });
      }
      return all.slice(WARM_UP);
    } finally {
      await ears.stop();
      await engine.stop();
      await vault.stop();
    }
  });
  progress(`purchase answered: p50 ${median(times.map(({ answer }) => answer)).toFixed(1)} ms, load ${load()}`);
  return (['profile', 'message'] as const).flatMap((what) => {
    const name = `HTTP purchase to ${what === 'profile' ? 'updated profile' : `message on ${purchasesTopic.name}`}, ${PURCHASES} one by one`;
    const found = times.map((one) => one[what]);
    return [result(`${name}, p50 ms`, quantile(found, 0.5)), result(`${name}, p99 ms`, quantile(found, 0.99))];
  });
};
