import { RegisterClient } from './client.commands.js';
import { RecordResponse } from '../reaction/response.commands.js';
import { RecordContact } from '../reaction/contact.commands.js';
import { RecordPurchase } from '../purchase/purchase.commands.js';
import { faults } from '../testing.js';

const clientId = 'client-1';
const register = { clientId, attributes: { region: 'north', age: 41, newsletter: true, title: null } };
const contact = { clientId, contactId: 'call-7', kind: 'call', channel: 'phone', occurredAt: '2026-03-01T12:00:00Z' };
const response = { clientId, responseId: 'r-1', kind: 'coupon', occurredAt: '2026-03-01T12:00:00.123+01:00' };
const purchase = { clientId, purchaseId: 'order-1', amount: 4990, currency: 'EUR' };

describe('requests of the client base', () => {
  it.each([
    [RegisterClient, register],
    [RegisterClient, { clientId: 'A._-9', attributes: {} }],
    [RecordContact, contact],
    [RecordContact, { clientId, contactId: 'call-7', kind: 'meeting' }],
    [RecordResponse, response],
    [RecordPurchase, purchase],
    [RecordPurchase, { ...purchase, amount: 0, currency: 'CHF' }],
    [RecordPurchase, { ...purchase, amount: Number.MAX_SAFE_INTEGER }],
  ])('%p takes %j', (type, fields) => expect(faults(type, fields)).toEqual([]));

  const wrongIds = ['', 'a b', 'é', 'a/b', 'x'.repeat(65), 'a\n', 7, null, undefined];
  it.each([
    ...wrongIds.flatMap((wrong) => [
      [RegisterClient, register, 'clientId', wrong] as const,
      [RecordContact, contact, 'contactId', wrong] as const,
      [RecordResponse, response, 'responseId', wrong] as const,
      [RecordPurchase, purchase, 'purchaseId', wrong] as const,
    ]),
    [RecordContact, contact, 'clientId', 'a b'] as const,
    [RecordResponse, response, 'clientId', 'a b'] as const,
    [RecordPurchase, purchase, 'clientId', 'a b'] as const,
    ...[
      undefined,
      null,
      [],
      'north',
      { '': 1 },
      { 'a.b': 1 },
      { ['x'.repeat(65)]: 1 },
      { region: 'x'.repeat(201) },
      { age: NaN },
      { age: Infinity },
      { nested: { a: 1 } },
      { list: [1] },
      Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`a${i}`, i])),
    ].map((wrong) => [RegisterClient, register, 'attributes', wrong] as const),
    ...['letter', '', undefined, null].map((wrong) => [RecordContact, contact, 'kind', wrong] as const),
    [RecordContact, contact, 'channel', 'pigeon'] as const,
    ...['purchase', '', undefined, null].map((wrong) => [RecordResponse, response, 'kind', wrong] as const),
    ...[-1, 1.5, NaN, Infinity, '4990', 2 ** 53, undefined, null].map((wrong) => [RecordPurchase, purchase, 'amount', wrong] as const),
    ...['eur', 'Euro', 'XQQ', '', 978, undefined, null].map((wrong) => [RecordPurchase, purchase, 'currency', wrong] as const),
  ])('%p %j: a wrong %s (%j) is named', (type, fields, field, wrong) =>
    expect(faults(type, { ...fields, [field]: wrong })).toEqual([field]),
  );

  const wrongInstants = [
    '2026-03-01',
    '2026-03-01T12:00:00',
    '2026-03-01 12:00:00Z',
    '2026-03-01T12:00Z',
    '20260301T120000Z',
    '2026-02-30T12:00:00Z',
    '2026-02-29T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-03-01T25:00:00Z',
    '2026-03-01T12:60:00Z',
    '2026-03-01T12:00:00+0100',
    '2026-03-01T12:00:00+99:00',
    'yesterday',
    '',
    1772366400000,
    {},
  ];
  it.each(wrongInstants)('no instant: %j', (occurredAt) => {
    expect(faults(RecordContact, { ...contact, occurredAt })).toEqual(['occurredAt']);
    expect(faults(RecordResponse, { ...response, occurredAt })).toEqual(['occurredAt']);
    expect(faults(RecordPurchase, { ...purchase, occurredAt })).toEqual(['occurredAt']);
  });
  it.each(['2028-02-29T00:00:00Z', '2026-03-01T12:00:00.123456789Z', '2026-03-01T12:00:00-11:30'])('an instant: %s', (occurredAt) =>
    expect(faults(RecordContact, { ...contact, occurredAt })).toEqual([]),
  );

  it('refuses what no request has', () => expect(faults(RegisterClient, { ...register, name: 'Ann' })).toEqual(['name']));
});
