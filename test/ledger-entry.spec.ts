import { join } from 'node:path';
import fc from 'fast-check';
import { EmbeddedEventStore } from '@boucle/adapters';
import { Decision, ledgerEntry, waveStream } from '@boucle/campaigns';
import { NO_STREAM } from '@boucle/eventsourcing';
import { recorded } from '../libs/eventsourcing/src/testing.js';
import { newFolder } from './support/folders.js';

const AT = '2026-03-01T09:00:00.000Z';
const idOf = (n: number): string => `client-${String(n).padStart(4, '0')}`;

describe('an entry of a ledger', () => {
  let store: EmbeddedEventStore;
  let waves = 0;
  beforeAll(() => (store = new EmbeddedEventStore(join(newFolder(), 'log.sqlite'))));
  afterAll(() => store.close());

  /** Every second client is decided, some per chunk. */
  const written = async (chunks: number, perChunk: number): Promise<number> => {
    const wave = ++waves;
    const decisions = (chunk: number): Decision[] =>
      Array.from({ length: perChunk }, (_, i) => ({
        clientId: idOf(2 * (chunk * perChunk + i)),
        cell: 'all',
        reason: 'hold-out',
        shadow: false,
      }));
    const taken = Array.from({ length: chunks }, (_, chunk) => ({
      type: 'DecisionsTaken',
      data: { campaignId: 'spring', wave, chunk, decisions: decisions(chunk) },
    }));
    await store.append(waveStream('spring', wave), NO_STREAM, recorded([...taken, { type: 'WaveTargeted', data: { wave } }], AT));
    return wave;
  };

  it('is found for each client who was decided, and for nobody else', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 }), fc.nat(80), async (chunks, perChunk, n) => {
        const wave = await written(chunks, perChunk);
        const entry = await ledgerEntry(store, 'spring', wave, idOf(n));
        const decided = n % 2 === 0 && n < 2 * chunks * perChunk;
        expect(entry?.decision.clientId ?? null).toBe(decided ? idOf(n) : null);
        if (decided) expect(entry!.taken.data.chunk).toBe(Math.floor(n / 2 / perChunk));
      }),
    ));

  it('is none where nothing was decided', async () => expect(await ledgerEntry(store, 'spring', 4711, 'ann')).toBeNull());
});
