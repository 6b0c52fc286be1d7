import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { randomStream } from '@boucle/targeting';
import { recordedMarket } from './recorded-market.js';
import { RecordedTrial, loadTrial } from './trial.js';

const searchIn = process.env.BOUCLE_DATA_DIR ?? './data';
const csv = join(searchIn, 'hillstrom', 'hillstrom.csv');
const trialFile = join(__dirname, '../../../../test/trials/hillstrom.json');

(existsSync(csv) ? describe : describe.skip)(`the Hillstrom trial (skipped where ${csv} does not exist)`, () => {
  let trial: RecordedTrial;
  beforeAll(async () => {
    trial = await loadTrial(trialFile, { searchIn });
  }, 60_000);

  it('has 64,000 clients and three arms', () => {
    expect(trial.rows).toHaveLength(64_000);
    const counts = trial.arms.map(({ name }, arm) => [name, trial.rows.filter((row) => row.arm === arm).length]);
    expect(counts).toEqual([
      ['Mens E-Mail', 21_307],
      ['No E-Mail', 21_306],
      ['Womens E-Mail', 21_387],
    ]);
  });

  it('has the visits and the spend of the publisher', () => {
    const [mens] = [trial.rows.filter(({ arm }) => arm === 0)];
    expect(mens.filter(({ positive }) => positive)).toHaveLength(3_894);
    expect(mens.reduce((sum, { amount }) => sum + amount!, 0)).toBe(3_031_169);
  });

  it('has the baselines known of it', () => {
    const { baselines } = recordedMarket(trial, { answers: 'resample', cells: ['mens', 'womens'], contactAll: false });
    expect(baselines.uniform).toBeCloseTo(0.14678, 4);
    expect(baselines.best).toEqual({ arm: 'Mens E-Mail', rate: expect.closeTo(0.182757, 6) });
  });

  it.each([
    ['Mens E-Mail', 0.182757],
    ['Womens E-Mail', 0.1514],
    [null, 0.106167],
  ])('answers to %s at the recorded rate, resampled and replayed', (arm, rate) => {
    for (const answers of ['resample', 'replay'] as const) {
      const market = recordedMarket(trial, { answers, cells: [], contactAll: true });
      const stream = randomStream('hillstrom.spec', String(arm));
      const known = market.clients
        .map((_, client) => market.answer({ client, arm, cell: 'all', priorContacts: 0, uniform: () => stream.uniform() }))
        .filter((answer) => answer !== 'unknown');
      expect(Math.abs(known.filter(({ responded }) => responded).length / known.length - rate)).toBeLessThan(0.006);
    }
  });
});
