import { newFolder } from './support/folders.js';
import { daysLater, ServedEngine, START } from './support/served-engine.js';

jest.setTimeout(120_000);

const RULE = 'count(purchases in the last 30 days) >= 1';

/** What the log may have been asked, to be asked again. */
interface Line {
  readonly asOf: number;
  readonly at: string;
  readonly count: number;
  readonly hash: string;
}

describe('counting segments over HTTP', () => {
  let engine: ServedEngine;
  beforeAll(async () => {
    engine = await ServedEngine.start({ dir: newFolder() });
    const buy = (clientId: string, purchaseId: string) =>
      engine.write('/purchases', { clientId, purchaseId, amount: 1000, currency: 'EUR', occurredAt: engine.clock.now() });
    for (const clientId of ['ann', 'bob', 'cat']) await engine.write('/clients', { clientId, attributes: {} });
    await buy('ann', 'p-1');
    await buy('bob', 'p-2');
    await engine.quiet();
    engine.clock.moveTo(daysLater(40));
    await buy('bob', 'p-3');
    await buy('cat', 'p-4');
    await engine.quiet();
  });
  afterAll(() => engine.discard());

  const asked = async (path: string, body: object) => {
    const { status, body: found } = await engine.call('POST', path, body);
    expect({ status, found }).toMatchObject({ status: 200 });
    return found;
  };

  it('can be repeated from the line that it prints', async () => {
    const line = (await asked('/segment-counts', { text: RULE })) as Line;
    expect(line).toMatchObject({ count: 2, segmentId: null, date: null, sense: 'known', thresholds: 0, people: 3 });
    await engine.write('/purchases', { clientId: 'ann', purchaseId: 'p-9', amount: 100, currency: 'EUR', occurredAt: engine.clock.now() });
    await engine.quiet();
    expect(await asked('/segment-counts', { text: RULE, asOf: `${line.asOf}@${line.at}` })).toMatchObject(line);
    expect(await asked('/segment-counts', { text: RULE })).toMatchObject({ count: 3 });
  });

  it('tells what was so on a day, and what had been learnt by then', async () => {
    const day = START.slice(0, 10);
    expect(await asked('/segment-counts', { text: RULE, asOf: day })).toMatchObject({
      count: 2,
      sample: ['ann', 'bob'],
      date: day,
      sense: 'true',
    });
    expect(await asked('/segment-counts', { text: RULE, asOf: '1' })).toMatchObject({
      count: 0,
      asOf: 1,
      sense: 'known',
    });
  });

  it('compares one rule at two times, and a segment with a rule', async () => {
    expect(await engine.call('PUT', '/segments/buyers', { name: 'Buyers', text: RULE })).toMatchObject({ status: 200 });
    const then = { segmentId: 'buyers', asOf: START.slice(0, 10) };
    expect(
      await asked('/segment-differences', { first: then, second: { text: 'count(purchases in the last 30 days) >= 1 or hasEmail = yes' } }),
    ).toMatchObject({
      first: { segmentId: 'buyers', version: 1, count: 2 },
      both: { sample: ['ann', 'bob'] },
      onlyFirst: { count: 0 },
      onlySecond: { count: 1, sample: ['cat'] },
    });
    const both = { first: { segmentId: 'buyers', text: RULE }, second: { text: RULE } };
    expect(await engine.call('POST', '/segment-differences', both)).toMatchObject({ status: 409, body: { code: 'two-rules' } });
  });

  it('names the very position of which its figures are, also if much happens while a segment is activated', async () => {
    await engine.call('PUT', '/segments/lately', { name: 'Lately', text: 'count(purchases in the last 30 days) >= 2 or hasEmail = yes' });
    let isActive = false;
    const buying = (async () => {
      for (let n = 0; !isActive || n < 20; n++) {
        const clientId = ['ann', 'bob', 'cat', 'dan'][n % 4];
        await engine.call('POST', '/clients', { clientId, attributes: {} });
        await engine.write('/purchases', {
          clientId,
          purchaseId: `busy-${n}`,
          amount: 100,
          currency: 'EUR',
          occurredAt: engine.clock.now(),
        });
      }
    })();
    expect(await engine.call('POST', '/segments/lately/activate', {})).toMatchObject({ status: 200 });
    isActive = true;
    await buying;
    await engine.quiet();
    const { activated } = (await engine.read('/segments/lately')) as { activated: Line };
    const { asOf, at, count, hash } = activated;
    expect(await asked('/segment-counts', { segmentId: 'lately', asOf: `${asOf}@${at}` })).toMatchObject({ count, hash });
  });

  it('tells line by line how far it has come, if asked so', async () => {
    const { status, type, body } = await engine.call('POST', '/segment-counts', { text: RULE }, { accept: 'application/x-ndjson' });
    expect({ status, type }).toEqual({ status: 200, type: expect.stringContaining('application/x-ndjson') as string });
    expect(typeof body === 'string' ? JSON.parse(body.trim().split('\n').at(-1)!) : body).toMatchObject({ people: 4 });
  });
});
