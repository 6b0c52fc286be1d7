import fc from 'fast-check';
import { Allocation } from './campaign.events.js';
import { decisionFor, Draw, drawOrder, isHeldOut } from './drawing.js';
import { letter, mail, nothing, plan } from './testing.js';

const clients = (count: number): string[] => Array.from({ length: count }, (_, i) => `client-${i}`);
const drawn = (of: readonly { clientId: string; order: number }[], size: number): string[] => {
  const draw = new Draw(size);
  for (const { clientId, order } of of) draw.add(clientId, order);
  return draw.clientIds();
};
/** Four standard errors of a share. */
const tolerance = (p: number, n: number): number => 4 * Math.sqrt((p * (1 - p)) / n);

describe('draw', () => {
  // few different orders, so that ties occur
  const ranked = fc.uniqueArray(fc.record({ clientId: fc.string({ minLength: 1, maxLength: 4 }), order: fc.integer({ min: 0, max: 9 }) }), {
    selector: ({ clientId }) => clientId,
    maxLength: 60,
  });

  it('keeps the smallest, like sorting and taking', () =>
    fc.assert(
      fc.property(ranked, fc.integer({ min: 1, max: 70 }), (of, size) => {
        const sorted = [...of].sort((a, b) => a.order - b.order || (a.clientId < b.clientId ? -1 : 1));
        const expected = sorted.slice(0, size).map(({ clientId }) => clientId);
        expect(drawn(of, size)).toEqual(expected.sort((a, b) => (a < b ? -1 : 1)));
      }),
    ));

  it('does not ask in which order the clients come', () => {
    const shuffled = ranked.chain((of) => fc.tuple(fc.constant(of), fc.shuffledSubarray(of, { minLength: of.length })));
    fc.assert(
      fc.property(shuffled, fc.integer({ min: 1, max: 30 }), ([of, other], size) => expect(drawn(other, size)).toEqual(drawn(of, size))),
    );
  });

  it('draws other clients in each wave, and under each seed', () => {
    const wave = (seed: string, number: number) =>
      drawn(
        clients(1000).map((clientId) => ({ clientId, order: drawOrder(seed, number, clientId) })),
        100,
      );
    const again = (a: string[], b: string[]) => a.filter((clientId) => b.includes(clientId)).length;
    expect(wave('a', 1)).toEqual(wave('a', 1));
    expect(again(wave('a', 1), wave('a', 2))).toBeLessThan(30);
    expect(again(wave('a', 1), wave('b', 1))).toBeLessThan(30);
  });
});

describe('decision', () => {
  const allocation: Allocation = { 'region=north': { letter: 200_000, mail: 800_000 }, '*': { letter: 950_000, mail: 50_000 } };
  const spring = plan({ cells: ['region'], holdOut: 0.1, seed: 'seed-1' });
  const client = (clientId: string, region = 'north') => ({ clientId, attributes: { region } });

  it('is drawn with the probabilities of its cell, and says so', () => {
    const decision = decisionFor({ ...spring, holdOut: 0 }, 1, allocation, client('client-1'));
    expect(decision).toMatchObject({ clientId: 'client-1', cell: 'region=north', propensities: allocation['region=north'] });
    expect(['letter', 'mail']).toContain((decision as { arm: string }).arm);
  });
  it('takes the common probabilities for a cell that nothing is known of', () =>
    expect(decisionFor({ ...spring, holdOut: 0 }, 1, allocation, client('client-1', 'south'))).toMatchObject({
      cell: 'region=south',
      propensities: allocation['*'],
    }));
  it('depends on nothing but plan, wave, allocation and client', () => {
    const ids = clients(200);
    const forwards = ids.map((clientId) => decisionFor(spring, 3, allocation, client(clientId)));
    const backwards = [...ids].reverse().map((clientId) => decisionFor({ ...spring }, 3, { ...allocation }, client(clientId)));
    expect(backwards.reverse()).toEqual(forwards);
  });
  it.each(['north', 'south'])('gives each offer its share of the clients: %s', (region) => {
    const n = 20_000;
    const decisions = clients(n).map((clientId) => decisionFor({ ...spring, holdOut: 0 }, 2, allocation, client(clientId, region)));
    const p = (allocation[`region=${region}`] ?? allocation['*']).letter / 1_000_000;
    const share = decisions.filter((decision) => 'arm' in decision && decision.arm === 'letter').length / n;
    expect(Math.abs(share - p)).toBeLessThan(tolerance(p, n));
  });
  it('never draws an offer of probability zero', () =>
    expect(
      clients(2000).filter((clientId) => {
        const decision = decisionFor({ ...spring, holdOut: 0 }, 1, { '*': { letter: 0, mail: 1_000_000 } }, client(clientId));
        return (decision as { arm: string }).arm !== 'mail';
      }),
    ).toEqual([]));
  it('is drawn anew in each wave', () => {
    const arms = (wave: number) =>
      clients(2000).map((clientId) => (decisionFor({ ...spring, holdOut: 0 }, wave, allocation, client(clientId)) as { arm: string }).arm);
    const [first, second] = [arms(1), arms(2)];
    const alike = first.filter((arm, i) => arm === second[i]).length / 2000;
    expect(Math.abs(alike - (0.2 ** 2 + 0.8 ** 2))).toBeLessThan(tolerance(0.68, 2000));
  });
});

describe('hold-out', () => {
  const n = 20_000;
  const spring = plan({ holdOut: 0.1, seed: 'seed-1' });

  it('is the planned share of the clients', () => {
    const share = clients(n).filter((clientId) => isHeldOut(spring, clientId)).length / n;
    expect(Math.abs(share - 0.1)).toBeLessThan(tolerance(0.1, n));
  });
  it('is empty if none was planned', () =>
    expect(clients(1000).some((clientId) => isHeldOut({ ...spring, holdOut: 0 }, clientId))).toBe(false));
  it('is permanent: in every wave the same clients, without an offer or probabilities', () => {
    const allocation = { '*': { letter: 500_000, mail: 500_000 } };
    for (const clientId of clients(500))
      for (const wave of [1, 2, 9]) {
        const decision = decisionFor(spring, wave, allocation, { clientId, attributes: {} });
        if (isHeldOut(spring, clientId)) expect(decision).toMatchObject({ clientId, cell: 'all', reason: 'hold-out', shadow: true });
        if (isHeldOut(spring, clientId)) expect('arm' in decision || 'propensities' in decision).toBe(false);
        else expect('arm' in decision).toBe(true);
      }
  });
  describe('with an offer of being left alone', () => {
    const choice = { ...spring, offers: [letter, mail, nothing], cells: ['region'] };
    const shares: Allocation = {
      'region=north': { letter: 100_000, mail: 200_000, nothing: 700_000 },
      '*': { letter: 300_000, mail: 300_000, nothing: 400_000 },
    };
    const decided = (holdOut: number, wave: number, clientId: string, region: string) =>
      decisionFor({ ...choice, holdOut }, wave, shares, { clientId, attributes: { region } });

    it.each(['north', 'south'])('is the shadow of a mailing where the client would have been mailed: %s', (region) => {
      for (const clientId of clients(500))
        for (const wave of [1, 2, 9]) {
          const { arm } = decided(0, wave, clientId, region) as { arm: string };
          const { channel } = choice.offers.find(({ name }) => name === arm)!;
          expect(decided(1, wave, clientId, region)).toEqual({
            clientId,
            cell: `region=${region}`,
            reason: 'hold-out',
            ...(channel === null ? { shadow: false } : { shadow: true, channel }),
          });
        }
    });
    it.each([
      ['north', 0.3],
      ['south', 0.6],
    ] as const)('has as many shadows as the others have mailings: %s', (region, p) => {
      const shadows = clients(n).filter((clientId) => (decided(1, 2, clientId, region) as { shadow: boolean }).shadow);
      expect(Math.abs(shadows.length / n - p)).toBeLessThan(tolerance(p, n));
    });
    it('is no shadow of anything where nobody would have been mailed', () => {
      const silent: Allocation = { '*': { letter: 0, mail: 0, nothing: 1_000_000 } };
      for (const clientId of clients(200))
        expect(decisionFor({ ...choice, holdOut: 1 }, 1, silent, { clientId, attributes: {} })).toMatchObject({ shadow: false });
    });
  });

  it('only grows with its share: who is held out at 5% is held out at 10%', () =>
    expect(clients(n).filter((clientId) => isHeldOut({ ...spring, holdOut: 0.05 }, clientId) && !isHeldOut(spring, clientId))).toEqual([]));
  it('is another in a campaign with another seed', () => {
    const both =
      clients(n).filter((clientId) => isHeldOut(spring, clientId) && isHeldOut({ ...spring, seed: 'seed-2' }, clientId)).length / n;
    expect(Math.abs(both - 0.01)).toBeLessThan(tolerance(0.01, n));
  });
  it('has nothing to do with the order of the draw: the drawn hold out their share', () => {
    const size = 10_000;
    const ids = drawn(
      clients(2 * size).map((clientId) => ({ clientId, order: drawOrder('seed-1', 1, clientId) })),
      size,
    );
    const share = ids.filter((clientId) => isHeldOut(spring, clientId)).length / size;
    expect(Math.abs(share - 0.1)).toBeLessThan(tolerance(0.1, size));
  });
});
