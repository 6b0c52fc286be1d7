import { specDecider, specProjection } from '../../eventsourcing/src/testing.js';
import { faults, order } from '../../clients/src/testing.js';
import { AbandonExport, CompleteExport, FinishTaking, OrderExport, TakeExport, WriteRows } from './export.commands.js';
import { exportDecider, exportStream } from './export.decider.js';
import { exportsProjection } from './exports.projection.js';

const NOW = '2026-03-01T09:00:00.000Z';
const given = specDecider(exportDecider, NOW);
const exportId = 'X7Q2M9KA4Z';
const whole = {
  preset: 'post',
  universe: null,
  mailings: null,
  fields: [],
  purpose: 'marketing',
  consent: 'required',
  sender: null,
} as const;
const wanted = { preset: 'post', purpose: 'marketing' } as const;
const fields = { exportId, ...wanted };

const rows = [{ clientId: 'ann', pointId: 'home' }];
const write = (chunk = 0) => order(WriteRows, { exportId, chunk, rows, excluded: { opposed: 2 }, through: 'bob' });
const complete = order(CompleteExport, { exportId });
const abandon = order(AbandonExport, { exportId, reason: 'no such wave' });
const take = (more: Partial<TakeExport> = {}) =>
  order(TakeExport, { exportId, takingId: 't-1', format: 'csv', expired: '2026-02-01T00:00:00.000Z', ...more });
const finish = order(FinishTaking, { exportId, takingId: 't-1', rows: 1, leftOut: {} });

const ordered = { type: 'ExportOrdered', data: { exportId, order: whole } };
const written = (chunk = 0) => ({ type: 'RowsExported', data: { exportId, chunk, rows, excluded: { opposed: 2 }, through: 'bob' } });
const completed = (chunks = 1) => ({ type: 'ExportCompleted', data: { exportId, rows: chunks, excluded: { opposed: 2 * chunks } } });
const abandoned = { type: 'ExportAbandoned', data: { exportId, reason: 'no such wave' } };
const taken = { type: 'ExportTaken', data: { exportId, takingId: 't-1', format: 'csv' } };
const handedOut = { type: 'ExportHandedOut', data: { exportId, takingId: 't-1', rows: 1, leftOut: {} } };

it('has a stream of its own', () => expect(exportDecider.stream(complete)).toBe(exportStream(exportId)));

describe('OrderExport', () => {
  it('says who is wanted, what for', () => given().when(order(OrderExport, fields)).then(ordered));
  it('is repeatable', () => given(ordered).when(order(OrderExport, fields)).thenNothing());
  it('is of a universe or of mailings', () =>
    given()
      .when(order(OrderExport, { ...fields, universe: { all: [] }, mailings: { campaignId: 'spring', wave: 1 } }))
      .thenRejected('two-selections'));
  it('names fields where the preset has none', () =>
    given()
      .when(order(OrderExport, { ...fields, preset: 'fields' }))
      .thenRejected('no-fields'));
  it.each<[object, string[]]>([
    [{ preset: 'fax' }, ['preset']],
    [{ purpose: 'for fun' }, ['purpose']],
    [{ universe: { field: 'x' } }, ['universe']],
    [{ fields: ['shoe.size'] }, ['fields']],
    [{ sender: 'ch' }, ['sender']],
    [{ mailings: { campaignId: 'spring', wave: 0 } }, ['mailings.wave']],
    [{ fields: ['attributes.region', 'fields.shoeSize', 'purchases.monetary.EUR', 'lastName', 'clientId'] }, []],
  ])('is refused for what it cannot mean: %j', (more, names) => expect(faults(OrderExport, { ...wanted, ...more })).toEqual(names));
});

describe('WriteRows', () => {
  it('says who stands in the next rows', () => given(ordered).when(write()).then(written()));
  it('is repeatable', () => given(ordered, written()).when(write()).thenNothing());
  it.each([
    ['unknown-export', [], 0],
    ['wrong-chunk', [ordered], 1],
    ['export-done', [ordered, written(), completed()], 1],
    ['export-abandoned', [ordered, abandoned], 0],
  ] as const)('is refused: %s', (code, past, chunk) =>
    given(...past)
      .when(write(chunk))
      .thenRejected(code),
  );
});

describe('CompleteExport', () => {
  it('counts who stands in it and who does not', () => given(ordered, written(), written(1)).when(complete).then(completed(2)));
  it('is repeatable', () => given(ordered, written(), completed()).when(complete).thenNothing());
  it('is refused for one that was abandoned', () => given(ordered, abandoned).when(complete).thenRejected('export-abandoned'));
});

describe('AbandonExport', () => {
  it('says why there is none', () => given(ordered).when(abandon).then(abandoned));
  it('is repeatable', () => given(ordered, abandoned).when(abandon).thenNothing());
  it('is refused once it is done', () => given(ordered, written(), completed()).when(abandon).thenRejected('export-done'));
});

describe('TakeExport', () => {
  const done = [ordered, written(), completed()];
  it('says who takes it', () =>
    given(...done)
      .when(take())
      .then(taken));
  it('is repeatable', () =>
    given(...done, taken)
      .when(take())
      .thenNothing());
  it.each([
    ['unknown-export', [], {}],
    ['export-not-ready', [ordered, written()], {}],
    ['export-abandoned', [ordered, abandoned], {}],
    ['export-expired', done, { expired: '2026-03-01T09:00:00.001Z' }],
  ] as const)('is refused: %s', (code, past, more) =>
    given(...past)
      .when(take(more))
      .thenRejected(code),
  );
  it('is refused as a spreadsheet that has not so many rows', () => {
    const many = { type: 'RowsExported', data: { ...written().data, rows: Array.from({ length: 1_048_576 }, () => rows[0]) } };
    given(ordered, many, completed())
      .when(take({ format: 'xlsx' }))
      .thenRejected('too-many-rows');
    given(ordered, many, completed()).when(take()).then(taken);
  });
});

describe('FinishTaking', () => {
  it('says how much was given', () => given(ordered, completed(), taken).when(finish).then(handedOut));
  it('is repeatable', () => given(ordered, completed(), taken, handedOut).when(finish).thenNothing());
  it('needs somebody who has begun', () => given(ordered, completed()).when(finish).thenRejected('unknown-taking'));
});

it('is read as one document', () =>
  specProjection(exportsProjection, NOW)(ordered, completed(), taken, handedOut).then(exportId, {
    exportId,
    ...whole,
    orderedAt: NOW,
    by: 'spec',
    status: 'done',
    reason: null,
    rows: 1,
    excluded: { opposed: 2 },
    takings: [{ takingId: 't-1', at: NOW, by: 'spec', format: 'csv', rows: 1, leftOut: {} }],
  }));
