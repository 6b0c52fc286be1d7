import { ServedEngine } from './support/served-engine.js';

let engine: ServedEngine;
beforeEach(async () => {
  engine = await ServedEngine.start();
  for (const clientId of ['ann', 'bob', 'cid', 'dan']) await engine.write('/clients', { clientId });
  const buys = (clientId: string, occurredAt: string) =>
    engine.write('/purchases', {
      clientId,
      purchaseId: `${clientId}-${occurredAt.slice(0, 10)}`,
      amount: 900,
      currency: 'EUR',
      occurredAt,
    });
  for (const month of ['12', '01', '02']) await buys('ann', `${month === '12' ? 2025 : 2026}-${month}-10T10:00:00Z`);
  await buys('bob', '2025-07-01T10:00:00Z');
  await engine.write('/clients/dan/profiling-objection');
  await engine.quiet();
});
afterEach(() => engine.discard());

const classOf = async (clientId: string) => (await engine.read(`/clients/${clientId}?after=${await engine.quiet()}`)).lifeCycle;

it('is shown with what is known of a client, and follows the thresholds', async () => {
  expect(await classOf('ann')).toMatchObject({ class: 'regular', lapsing: false, cause: 'rhythm', policyVersion: 0 });
  expect(await classOf('bob')).toMatchObject({ class: 'trial-buyer', nextDue: '2026-07-01T10:00:00.000Z' });
  expect(await classOf('cid')).toMatchObject({ class: 'suspect', nextDue: null });
  expect(await classOf('dan')).toMatchObject({ class: null, cause: 'objects-to-profiling' });
  const { version, ...policy } = await engine.read('/life-cycle-policy');
  expect(version).toBe(0);
  await engine.call('PUT', '/life-cycle-policy', { ...policy, lapseDays: 60 });
  expect(await classOf('bob')).toMatchObject({ class: 'former', cause: 'not-solicited', policyVersion: 1 });
  const timeline: { type: string; data: object }[] = await engine.read('/clients/bob/timeline');
  expect(timeline.filter(({ type }) => type === 'ClientClassChanged')).toMatchObject([
    { data: { from: 'suspect', to: 'trial-buyer', policyVersion: 0 } },
    { data: { from: 'trial-buyer', to: 'former', policyVersion: 1 } },
  ]);
});

it('is told of everybody, with who moved, and who was left out', async () => {
  const report = await engine.read('/reports/life-cycle');
  expect(report).toMatchObject({
    counted: 3,
    leftOut: { 'object to profiling': 1 },
    findings: ['Of 3 people 2 buy, 0 do no more, and 1 have not bought yet.'],
  });
  const [classes, moved] = report.tables;
  expect(classes.rows).toContainEqual({ class: 'Regular buyers', people: 1, share: 1 / 3, lapsing: 0 });
  expect(moved.rows).toContainEqual({ month: '2025-07', from: 'Suspects', to: 'Trial buyers', people: 1 });
  expect(moved.rows).toContainEqual({ month: '2026-02', from: 'Occasional buyers', to: 'Regular buyers', people: 1 });
});

it('may be tried by other thresholds, which changes nothing', async () => {
  const head = await engine.quiet();
  const report = await engine.read('/reports/class-backtest?lapseDays=60');
  expect(report).toMatchObject({ counted: 3, findings: ['1 of 3 people would stand elsewhere.'] });
  expect(report.tables[0].rows).toContainEqual({ class: 'Former clients', now: 0, other: 1 });
  expect(await engine.read('/life-cycle-policy')).toMatchObject({ version: 0, lapseDays: 365 });
  expect(await classOf('bob')).toMatchObject({ class: 'trial-buyer' });
  const types = ((await engine.read(`/clients/bob/timeline?after=${head}`)) as { type: string }[]).map(({ type }) => type);
  expect(types).toEqual(['ClientRegistered', 'PurchaseRecorded', 'ClientClassChanged']);
  expect(await engine.get('/reports/class-backtest?lapseDays=soon')).toMatchObject({
    status: 409,
    body: { errors: [{ field: 'lapseDays' }] },
  });
});
