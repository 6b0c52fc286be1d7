import { EmbeddedMessageBus, partitionOf } from '@boucle/adapters';
import { DecisionReading, WaveResults } from '@boucle/campaigns';
import { insideOf } from '../apps/engine/src/outgoing.relay.js';
import { newFolder } from './support/folders.js';
import { outboxIn } from './support/engine-folder.js';
import { ServedEngine, until } from './support/served-engine.js';

const PARTITIONS = 3;
const CLIENTS = Array.from({ length: 120 }, (_, n) => `client-${n}`);

/** An engine that shares the work on its clients out by a bus. */
const carried = (dir: string): Promise<ServedEngine> =>
  ServedEngine.start({
    dir,
    limits: { partitions: PARTITIONS },
    outside: () => ({ carrier: { bus: new EmbeddedMessageBus(), inside: insideOf(PARTITIONS, partitionOf) } }),
  });

const dir = newFolder();

describe('an engine with a bus', () => {
  let engine: ServedEngine;
  beforeAll(async () => void (engine = await carried(dir)));
  afterAll(() => engine.close());

  it('takes a wave out in shares, one for each partition, to every client that was decided on', async () => {
    for (const clientId of CLIENTS) await engine.write('/clients', { clientId, attributes: { region: 'north' } });
    await engine.write('/campaigns', {
      campaignId: 'spring',
      name: 'Spring',
      waveSize: 100,
      consent: 'not-checked',
      responseWindowDays: 7,
      holdOut: 0.1,
      stop: { waves: 1 },
      offers: [
        { name: 'letter', channel: 'post', cost: 80, margin: 4000 },
        { name: 'mail', channel: 'email', cost: 5, margin: 4000 },
      ],
    });
    await engine.write('/campaigns/spring/launch');
    const wave = await until<WaveResults>(
      () => engine.read('/campaigns/spring/waves/1').catch(() => ({}) as WaveResults),
      ({ status }) => status === 'open',
    );
    await engine.quiet();
    const decided = await Promise.all(
      CLIENTS.map(async (clientId) => ({
        clientId,
        ...((await engine.read(`/campaigns/spring/waves/1/decisions/${clientId}`)) as { drawn: boolean; decision?: DecisionReading }),
      })),
    );
    const mailed = decided.filter(({ decision }) => decision?.outcome === 'mailed').map(({ clientId }) => clientId);
    const out = Object.values(outboxIn(dir)).flatMap((lines) =>
      lines.filter((line) => line !== '').map((line) => (JSON.parse(line) as { clientId: string }).clientId),
    );
    expect(decided.filter(({ drawn }) => drawn)).toHaveLength(100);
    expect(out.sort()).toEqual(mailed.sort());
    expect(Object.keys(outboxIn(dir))).toHaveLength(PARTITIONS);
    expect(wave.mailed).toBe(mailed.length);
  });
});

it('An engine that has lost its bus does not go on with what ran in parts, and says what to do', async () => {
  const engine = await ServedEngine.start({ dir });
  const { body } = await until(
    () => engine.get('/health'),
    ({ body }) => body.status === 'failing',
  );
  const errors = body.processors.filter(({ lastError }: { lastError: string | null }) => lastError !== null);
  expect(errors.map(({ name, lastError }: { name: string; lastError: string }) => [name, lastError])).toEqual([
    ['profiles', 'profiles ran in parts, by a bus: set KAFKA_BROKERS again'],
    ['dispatch', 'dispatch ran in parts, by a bus: set KAFKA_BROKERS again'],
  ]);
  await engine.discard();
});
