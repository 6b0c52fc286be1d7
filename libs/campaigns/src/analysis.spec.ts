import fc from 'fast-check';
import { canonicalJson } from '@boucle/eventsourcing';
import { LiftDecision } from '@boucle/targeting';
import { day } from '../../clients/src/testing.js';
import { analyse } from './analysis.js';
import { Plan } from './campaign.events.js';
import { letter, mail, nothing, plan } from './testing.js';
import { Tally, WaveResults } from './wave-results.projection.js';

const tally = (clients: number, responded = 0, purchased = 0): Tally => ({ clients, responded, purchased });

const results = (changed: Partial<WaveResults> = {}): WaveResults => ({
  campaignId: 'spring',
  wave: 1,
  status: 'closed',
  plan: plan(),
  launchedAt: day(0),
  targeting: null,
  merkleRoot: null,
  mailed: 0,
  withheld: {},
  skipped: 0,
  arms: {},
  heldOut: tally(0),
  unsent: tally(0),
  amounts: {},
  cost: 0,
  late: { responses: 0, purchases: 0 },
  analysis: null,
  ...changed,
});

const small = results({
  arms: {
    'region=north': { letter: tally(30, 4, 2), mail: tally(20, 1, 1) },
    'region=south': { letter: tally(20, 1, 0), mail: tally(20, 1, 0) },
  },
  heldOut: tally(10, 1, 1),
  unsent: tally(2, 1, 0),
  skipped: 3,
  cost: 2790,
});

const sumOf = (values: object): number => (Object.values(values) as number[]).reduce((sum, value) => sum + value, 0);
const clearly = (wave: number, better = 800, worse = 400): WaveResults =>
  results({ wave, arms: { all: { letter: tally(10_000, worse), mail: tally(10_000, better) } } });

describe('analysis of a small wave, computed by hand', () => {
  const learnt = analyse(plan(), [small], null, null);

  it('counts every client decided, and those that responded at least once', () =>
    expect(learnt).toMatchObject({ decided: 102, skipped: 3, contacted: 90, heldOut: 10, responses: 9, cost: 2790, lift: null }));
  it('has the rate with its Wilson interval', () => {
    // z²/n = 3.8416 / 102 = .0376627; centre (.0882353 + .0188314) / 1.0376627; half √(.0804498 × .0376627 + .0188314²) / 1.0376627
    expect(learnt.rate).toBeCloseTo(9 / 102, 12);
    expect(learnt.low).toBeCloseTo(0.047115, 5);
    expect(learnt.high).toBeCloseTo(0.159246, 5);
  });
  it('values each response with the margin of its offer, others not at all', () => expect(learnt.margin).toBe(5 * 4000 + 2 * 3000));
  it('values a response of who was left alone with the margin of that offer', () => {
    const offers = [letter, mail, nothing];
    const arms = { all: { letter: tally(30, 3), mail: tally(30, 2), nothing: tally(30, 1) } };
    const { margin, contacted } = analyse(plan({ offers }), [results({ arms, heldOut: tally(10, 1), unsent: tally(2, 1) })], null, null);
    expect({ margin, contacted }).toEqual({ margin: 3 * 4000 + 2 * 3000 + 1 * 3500 + 2 * 3500, contacted: 60 });
  });
  it('counts purchases instead, if the plan does', () => {
    const { responses, margin } = analyse(plan({ reaction: 'purchase' }), [small], null, null);
    expect({ responses, margin }).toEqual({ responses: 4, margin: 2 * 4000 + 1 * 3000 });
  });

  it('has the lift over the hold-out with its interval', () => {
    const group = (heldOut: boolean, successes: number): LiftDecision[] =>
      Array.from({ length: 40 }, (_, i) => ({ client: `${heldOut}-${i}`, wave: 1, heldOut, outcome: i < successes ? 1 : 0 }));
    const { lift } = analyse(plan(), [small], [...group(false, 10), ...group(true, 4)], null);
    // Wilson(.25, 40) = [.141871, .401943], Wilson(.1, 40) = [.039579, .230521], combined by squares
    expect(lift!.lift).toBeCloseTo(0.15, 12);
    expect(lift!.low).toBeCloseTo(-0.01949, 4);
    expect(lift!.high).toBeCloseTo(0.31352, 4);
  });
  it('has no lift when nobody was held out', () => expect(analyse(plan(), [small], [], null).lift).toBeNull());

  it('allocates the next wave for each cell seen, and evenly for any other', () => {
    expect(Object.keys(learnt.allocation)).toEqual(['region=north', 'region=south', '*']);
    expect(learnt.allocation['*']).toEqual({ letter: 500_000, mail: 500_000 });
  });
  it('says what it did', () => {
    expect(learnt.verdict).toMatchObject({ winner: null, leader: 'letter', look: 1, threshold: 0.998 });
    expect(learnt.verdict.sentence).toMatch(
      /^Undecided: "letter" leads \(probability 0\.\d{4}, threshold 0\.998, look 1\).* responses per 1,000 clients on average\.$/,
    );
    expect(learnt.reason).toMatch(
      /^"letter" leads at \d+\.\d% \(best with probability 0\.\d{3}\) and gets \d+\.\d% of the next wave; every offer keeps at least 2\.0%/,
    );
  });
});

describe('allocation', () => {
  const counted = fc.record({ clients: fc.integer({ min: 0, max: 500 }), share: fc.double({ min: 0, max: 1, noNaN: true }) });
  const cells = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.tuple(counted, counted, counted));
  const offers = [letter, mail, nothing];

  it('sums to a million in every cell, no offer below the floor; shares sum to 1', () =>
    fc.assert(
      fc.property(
        cells,
        fc.constantFrom(0, 0.02, 1 / 7),
        fc.constantFrom<Plan['objective']>('responses', 'profit'),
        (found, floor, objective) => {
          const arms = Object.fromEntries(
            Object.entries(found).map(([cell, tallies]) => [
              cell,
              Object.fromEntries(tallies.map(({ clients, share }, i) => [offers[i].name, tally(clients, Math.floor(clients * share))])),
            ]),
          );
          const { allocation, shares } = analyse(plan({ offers, floor, objective }), [results({ arms })], null, null);
          for (const [cell, propensities] of Object.entries(allocation)) {
            expect(Object.keys(propensities)).toEqual(['letter', 'mail', 'nothing']);
            expect(sumOf(propensities)).toBe(1_000_000);
            if (cell !== '*')
              for (const millionths of Object.values(propensities)) expect(millionths).toBeGreaterThanOrEqual(floor * 1_000_000 - 1e-6);
          }
          expect(sumOf(shares)).toBeCloseTo(1, 9);
          for (const share of Object.values(shares)) expect(share).toBeGreaterThanOrEqual(floor - 1e-9);
        },
      ),
      { numRuns: 25 },
    ));

  it('moves to the offer with more responses', () => {
    const { shares } = analyse(plan(), [clearly(1)], null, null);
    expect(shares.mail).toBeCloseTo(0.98, 2);
  });
  it('learns from all waves, not only from the last', () => {
    const thin = results({ wave: 2, arms: { all: { letter: tally(10, 1), mail: tally(10, 0) } } });
    expect(analyse(plan(), [clearly(1), thin], null, null).shares.mail).toBeGreaterThan(0.9);
    expect(analyse(plan(), [thin], null, null).shares.mail).toBeLessThan(0.5);
  });
  it('weighs the cells by their clients', () => {
    const arms = {
      a: { letter: tally(9000, 90), mail: tally(9000, 900) },
      b: { letter: tally(1000, 300), mail: tally(1000, 10) },
    };
    const { allocation, shares } = analyse(plan({ posterior: 'independent' }), [results({ arms })], null, null);
    expect(allocation.a).toEqual({ letter: 20_000, mail: 980_000 });
    expect(allocation.b).toEqual({ letter: 980_000, mail: 20_000 });
    expect(shares.mail).toBeCloseTo(0.9 * 0.98 + 0.1 * 0.02, 9);
  });

  describe('for profit', () => {
    // value of a letter .06 × 4000 - cost, of a mail .05 × 3000 - 1 = 149
    const arms = { all: { letter: tally(20_000, 1200), mail: tally(20_000, 1000) } };
    const leader = (cost: number, objective: Plan['objective'] = 'profit') =>
      analyse(plan({ objective, offers: [{ ...letter, cost }, mail] }), [results({ arms })], null, null);

    it('prefers the dearer offer when it pays', () => {
      expect(leader(55).verdict.leader).toBe('letter');
      expect(leader(55).shares.letter).toBeGreaterThan(0.9);
    });
    it('and not when it does not, though it brings more responses', () => {
      expect(leader(155).verdict.leader).toBe('mail');
      expect(leader(155).shares.letter).toBeLessThan(0.1);
      expect(leader(155, 'responses').verdict.leader).toBe('letter');
    });
    it('counts a loss in cents, not in responses', () => {
      const { verdict } = leader(91);
      expect(verdict.sentence).toMatch(/^Undecided: .* cents per 1,000 clients on average\.$/);
    });
  });
});

describe('verdict', () => {
  it('names a winner from the second wave on', () => {
    expect(analyse(plan(), [clearly(1)], null, null).verdict.winner).toBeNull();
    const { verdict } = analyse(plan(), [clearly(1), clearly(2)], null, null);
    expect(verdict).toMatchObject({ winner: 'mail', leader: 'mail', look: 2 });
    expect(verdict.sentence).toMatch(/^"mail" wins: /);
  });
  it('stays with the winner, whatever comes', () => {
    const { verdict } = analyse(plan(), [clearly(1), clearly(2)], null, 'letter');
    expect(verdict).toMatchObject({ winner: 'letter', leader: 'mail' });
    expect(verdict.sentence).toMatch(/^"letter" was named the winner at an earlier look, which stays; now "mail" leads/);
  });
  it('says when offers are alike', () => {
    const alike = [1, 2, 3].map((wave) =>
      results({ wave, arms: { all: { letter: tally(100_000, 20_000), mail: tally(100_000, 20_000) } } }),
    );
    const { verdict } = analyse(plan(), alike, null, null);
    expect(verdict.winner).toBeNull();
    expect([...verdict.equivalent!].sort()).toEqual(['letter', 'mail']);
    expect(verdict.sentence).toMatch(/ are equivalent: they differ by less than a tenth of the leader's rate\.$/);
  });
});

describe('an empty wave', () => {
  it.each<Plan['posterior']>(['two-way', 'independent'])('leads to no number that is none: %s', (posterior) => {
    const learnt = analyse(plan({ posterior }), [results()], [], null);
    expect(learnt).toMatchObject({
      decided: 0,
      skipped: 0,
      contacted: 0,
      responses: 0,
      rate: 0,
      low: 0,
      high: 1,
      lift: null,
      cost: 0,
      margin: 0,
    });
    expect(Object.keys(learnt.allocation)).toEqual(['all', '*']);
    expect(JSON.parse(JSON.stringify(learnt))).toEqual(learnt);
    expect(learnt.verdict.winner).toBeNull();
  });
  it('does not blur what was learnt before', () => {
    const { shares, decided } = analyse(plan(), [clearly(1), results({ wave: 2 })], null, null);
    expect(decided).toBe(0);
    expect(shares.mail).toBeGreaterThan(0.9);
  });
  it('may hold nothing but unknown answers', () => {
    const learnt = analyse(plan(), [results({ arms: { all: { letter: tally(0), mail: tally(0) } }, skipped: 7 })], null, null);
    expect(learnt).toMatchObject({ decided: 0, skipped: 7, rate: 0 });
    expect(sumOf(learnt.shares)).toBeCloseTo(1, 9);
  });
});

describe('repeated', () => {
  it('comes to the same bytes', () =>
    expect(canonicalJson(analyse(plan(), [small], null, null))).toBe(canonicalJson(analyse(plan(), [small], null, null))));
  it('whatever order the cells were first seen in', () => {
    const turned = { ...small, arms: Object.fromEntries(Object.entries(small.arms).reverse()) };
    expect(canonicalJson(analyse(plan(), [turned], null, null))).toBe(canonicalJson(analyse(plan(), [small], null, null)));
  });
});
