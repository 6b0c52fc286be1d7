import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedDocumentStore, MongodbDocumentStore } from '@boucle/adapters';
import { canonicalJson, DocumentStore, everyDocument } from '@boucle/eventsourcing';
import { DemoReport } from '../apps/cli/src/demo/report.js';
import { DOCUMENTS_FILE } from '../apps/engine/src/adapters.js';
import { projections, sagas } from '../apps/engine/src/processors.js';
import { startBroker } from '../libs/adapters/test/broker.js';
import { boucle, jsonOf, startWith } from './support/command-line.js';
import { newFolder } from './support/folders.js';
import { addressOf, EventStoreProcess, withDatabase } from './support/servers.js';

const data = process.env.BOUCLE_DATA_DIR ?? join(__dirname, '../data');
const hillstrom = existsSync(join(data, 'hillstrom/hillstrom.csv'));
const TRIAL = hillstrom ? ['--trial', join(__dirname, 'trials/hillstrom.json')] : [];
const RUN = [...TRIAL, '--seed', '3', '--waves', '3', '--wave-size', '500', '--json'];

/** SHA-256 over every document of a read model in order of key, without positions. */
const hashOf = async (documents: DocumentStore, collection: string): Promise<{ documents: number; sha256: string }> => {
  const hash = createHash('sha256');
  let count = 0;
  for await (const page of everyDocument(documents, collection))
    for (const { key, document } of page) {
      hash.update(`${key} ${canonicalJson(document)}\n`);
      count++;
    }
  return { documents: count, sha256: hash.digest('hex') };
};

const readModels = async (documents: DocumentStore): Promise<Record<string, object>> => {
  const names = [...projections.map(({ projection }) => projection.name), ...sagas.map(({ name }) => name)];
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await hashOf(documents, name)] as const)));
};

describe(`The demo on ${hillstrom ? 'recorded clients' : 'the synthetic market (the recorded data was not found)'}, same seed`, () => {
  it('decides the same on embedded stores and on EventStoreDB, MongoDB and Kafka, with the same read models', async () => {
    const dir = newFolder();
    const embedded = jsonOf<DemoReport>(await boucle('demo', ...RUN, '--dir', dir)).runs[0];
    const ofEmbedded = new EmbeddedDocumentStore(join(dir, 'seed-3', DOCUMENTS_FILE));
    const expected = await readModels(ofEmbedded);
    ofEmbedded.close();

    // the names of its topics are fixed, so it has a broker of its own
    const [eventStore, broker] = await Promise.all([EventStoreProcess.start(), startBroker()]);
    const mongoUrl = withDatabase(addressOf('MONGODB_EMULATOR_URL'), `same-${randomUUID().slice(0, 8)}`);
    const documents = await MongodbDocumentStore.open({ url: mongoUrl, timeout: 60_000 });
    try {
      const env = {
        EVENTSTORE_URL: eventStore.url,
        EVENTSTORE_TIMEOUT_MS: '60000',
        MONGODB_URL: mongoUrl,
        MONGODB_TIMEOUT_MS: '60000',
        KAFKA_BROKERS: broker.brokers,
        BOUCLE_PARTITIONS: '4',
      };
      const onServers = jsonOf<DemoReport>(await startWith(env, 'demo', ...RUN, '--dir', newFolder()).ended).runs[0];
      expect(onServers.ledger).toEqual(embedded.ledger);
      expect(onServers.waves).toEqual(embedded.waves);
      expect(onServers.verdict).toEqual(embedded.verdict);
      expect(await readModels(documents)).toEqual(expected);
    } finally {
      await documents.close();
      await eventStore.stop();
      await broker.stop();
    }
  }, 900_000);
});
