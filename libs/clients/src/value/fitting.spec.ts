import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Profile } from '../client/profile.projection.js';
import { noHistory, PastPurchase } from '../history/client-history.js';
import { Subject } from '../history/subject.js';
import { order } from '../testing.js';
import { fitOf } from './fitting.js';
import { scorer } from './score.js';
import { ScoreClients } from './scoring.commands.js';
import { scoringTermsOf } from './scoring.decider.js';

const person = (clientId: string, purchases: readonly PastPurchase[], more: Partial<Profile> = {}): Subject => ({
  clientId,
  profile: { restricted: false, objectsToProfiling: false, ...more } as Profile,
  history: { ...noHistory(clientId), purchases },
});

async function* pages(people: readonly Subject[]): AsyncGenerator<readonly Subject[]> {
  for (let at = 0; at < people.length; at += 500) yield people.slice(at, at + 500);
}

const terms = scoringTermsOf(order(ScoreClients, { asOf: '1997-09-30', currency: 'USD' }));
const AT = '1997-09-30T23:59:59.999Z';

const DATA = process.env.BOUCLE_DATA_DIR ?? './data';
const file = join(DATA, 'cdnow', 'CDNOW_master.txt');

(existsSync(file) ? describe : describe.skip)(`scoring the clients of CDNOW (skipped where ${file} does not exist)`, () => {
  it('finds the reference coefficients from whole histories, as of the end of September 1997', async () => {
    const clients = new Map<string, PastPurchase[]>();
    readFileSync(file, 'utf8')
      .split('\n')
      .forEach((line, n) => {
        const [id, date, , dollars] = line.trim().split(/\s+/);
        if (!/^\d+$/.test(id)) return;
        const at = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T12:00:00.000Z`;
        const own = clients.get(id) ?? [];
        own.push({ purchaseId: `p-${n}`, at, amount: Math.round(100 * Number(dollars)), currency: 'USD' });
        clients.set(id, own);
      });
    const people = [...clients].map(([id, purchases]) => person(id, purchases));
    const fit = await fitOf(pages(people), AT, terms, new Map());
    expect(fit).toMatchObject({ population: 23_570, buyers: 23_570, leftOut: {}, withoutRate: {} });
    expect(fit.tiedShare).toBeCloseTo(0.3093, 4);
    expect(fit.buying!.r).toBeCloseTo(0.25162, 4);
    expect(fit.buying!.alpha).toBeCloseTo(4.78894, 3);
    expect(fit.buying!.a).toBeCloseTo(0.72343, 4);
    expect(fit.buying!.b).toBeCloseTo(2.16109, 3);
    expect(fit.spending!.p).toBeCloseTo(6.2754, 3);
    expect(fit.spending!.v).toBeCloseTo(14.9837, 2);

    const scoreOf = scorer(AT, terms, fit, new Map());
    const scores = people.map(({ history }) => scoreOf(history)!);
    expect(scores.filter(({ aliveProbability }) => aliveProbability === null)).toHaveLength(23_570 - 9_451);
    const expected = scores.reduce((sum, { expectedPurchases }) => sum + expectedPurchases!, 0);
    expect(expected).toBeGreaterThan(16_873.7);
    expect(expected).toBeLessThan((16_873.7 * 52) / 39);
    for (const { rfm } of scores) expect(String(rfm)).toMatch(/^[1-5]{3}$/);
  });
});

describe('what a base tells of itself', () => {
  const bought = (n: number): PastPurchase => ({ purchaseId: `p-${n}`, at: '1997-01-01T00:00:00.000Z', amount: 100, currency: 'USD' });

  it('leaves out and counts of whom nothing may be concluded, and who has kept nothing', async () => {
    const people = [
      person('ann', [bought(1)]),
      person('bob', [bought(2)], { objectsToProfiling: true }),
      person('cid', [bought(3)], { restricted: true }),
      person('dan', []),
    ];
    expect(await fitOf(pages(people), AT, terms, new Map())).toMatchObject({
      ...{ population: 1, buyers: 1, buying: null, spending: null },
      leftOut: { 'object to profiling': 1, 'restricted: their data is kept and used for nothing': 1, 'have kept nothing': 1 },
    });
  });

  it('says nothing of an empty base, and gives nobody there a score', async () => {
    const fit = await fitOf(pages([]), AT, terms, new Map());
    expect(fit).toMatchObject({ population: 0, buyers: 0, tiedShare: 0, buying: null, nextArticles: [] });
    expect(scorer(AT, terms, fit, new Map())(noHistory('ann'))).toBeNull();
  });
});
