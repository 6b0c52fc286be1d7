import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DocumentStore, NAMESPACE, projectEvent, StoredDocument } from '@boucle/eventsourcing';
import { ClientHistory, clientStream, historyProjection, noHistory, PastPurchase, profileProjection } from '@boucle/clients';
import { randomStream } from '@boucle/targeting';
import { onFolder, openAdapters } from '../../apps/engine/src/adapters.js';
import { inFolder, load, progress, Result, result } from './measure.js';
import { SCORED_AT, ScoringTaken } from './scoring.js';

/** A smaller base for a first look: BOUCLE_BENCH_CLIENTS=20000 npm run bench -- scoring */
const CLIENTS = Number(process.env.BOUCLE_BENCH_CLIENTS ?? 1_000_000);
/** Of the process that scores, MB: its heap, and all of it. */
const HEAP = 256;
const MOST_MEMORY = 700;
const AT_ONCE = 2_000;
const ARTICLES = 200;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/** A client of whom nothing is known but that he is one. */
const registered = (clientId: string): object => {
  const at = '2023-01-01T00:00:00.000Z';
  const metadata = {
    id: NAMESPACE,
    schemaVersion: 1,
    occurredAt: at,
    correlationId: NAMESPACE,
    causationId: NAMESPACE,
    actor: 'benchmark',
  };
  const data = { clientId, attributes: {} };
  const event = { type: 'ClientRegistered', data, stream: clientStream(clientId), revision: 0, position: 1, recordedAt: at, metadata };
  return projectEvent(profileProjection, null, event, clientId)!;
};

/** What a client bought within three years, drawn by the model that is then fitted; two articles to a purchase, of which the next number goes with the first. */
const historyOf = (clientId: string): ClientHistory => {
  const random = randomStream('scoring', clientId);
  const [rate, leaves] = [random.gamma(0.7) / 8, random.beta(0.8, 3)];
  const spends = (400 * random.gamma(6)) / (random.gamma(4) / 4);
  const end = Date.parse(SCORED_AT);
  const purchases: PastPurchase[] = [];
  for (let at = end - (0.1 + random.uniform()) * 1_000 * DAY_MS; at < end; at -= (Math.log(1 - random.uniform()) / rate) * WEEK_MS) {
    const amount = Math.round((spends * random.gamma(6)) / 6);
    const first = Math.floor(ARTICLES * random.uniform() ** 2);
    const articles = random.uniform() < 0.3 ? [first, (first + 1) % ARTICLES] : [first];
    const lines = articles.map((number) => ({ articleId: `a-${number}`, quantity: 1, amount: Math.round(amount / articles.length) }));
    purchases.push({ purchaseId: `p-${purchases.length}`, at: new Date(at).toISOString(), amount, currency: 'EUR', lines });
    if (random.uniform() < leaves) break;
  }
  return { ...noHistory(clientId), purchases };
};

const fill = async (documents: DocumentStore): Promise<number> => {
  let purchases = 0;
  for (let from = 0; from < CLIENTS; from += AT_ONCE) {
    const ids = Array.from({ length: Math.min(AT_ONCE, CLIENTS - from) }, (_, n) => `c-${String(from + n).padStart(8, '0')}`);
    const histories = ids.map(historyOf);
    purchases += histories.reduce((sum, history) => sum + history.purchases.length, 0);
    const stored = (all: readonly object[]): StoredDocument[] => all.map((document, n) => ({ key: ids[n], document, position: 0 }));
    await documents.put(profileProjection.name, stored(ids.map(registered)));
    await documents.put(historyProjection.name, stored(histories));
  }
  return purchases;
};

/** A scoring run over stored people: how long it takes, and how much it holds. */
export const scoringBenchmark = (): Promise<Result[]> =>
  inFolder(async (folder) => {
    const dir = join(folder, 'engine');
    const adapters = await openAdapters(onFolder(dir));
    const purchases = await fill(adapters.documents);
    await adapters.close();
    const child = fork(join(__dirname, 'scoring.js'), [], { execArgv: [`--max-old-space-size=${HEAP}`] });
    const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the scoring ended with ${code}`)));
    child.send(dir);
    const [taken] = (await Promise.race([once(child, 'message'), ended])) as [ScoringTaken];
    await ended.catch(() => undefined);
    const { scoring, scores, memory, scored } = taken;
    progress(`scoring ${CLIENTS} clients with ${purchases} purchases: ${scoring.seconds.toFixed(1)} s, load ${load()}`);
    return [
      result(`clients of ${CLIENTS} who are scored, purchases ${purchases}`, scored, CLIENTS),
      result('a scoring run, clients/s', scored / scoring.seconds),
      result('the same by processor time', scored / scoring.cpu),
      result('its read model, clients/s', scored / scores.seconds),
      result('the most memory of its process, MB', memory, MOST_MEMORY, true),
    ];
  });
