import { specProjection } from '../../../eventsourcing/src/testing.js';
import { searchIndexing, searchProjection } from './search.projection.js';
import { day } from '../testing.js';

const clientId = 'client-1';
const validity = { from: null, until: null, season: null };
const home = { street: 'Bahnhofstr.', houseNumber: '12', postalCode: '8001', locality: 'Zürich', country: 'CH' };
/** Sixteen letters and more, as keyed hashes are, and yet to be read. */
const lookup = (kind: string, value: string): string => `<${value}>${kind}`.padEnd(16, '.');

const told = <T>(personal: T, forgotten: boolean): T | null => (forgotten ? null : personal);
const history = (forgotten = false) => [
  { type: 'ClientRegistered', data: { clientId, attributes: {}, personal: told({ firstName: 'Yann', lastName: 'Roux' }, forgotten) } },
  { type: 'ClientDetailsChanged', data: { clientId, changed: ['lastName'], personal: told({ lastName: 'Le Goff' }, forgotten) } },
  { type: 'AddressAdded', data: { clientId, addressId: 'home', validity, personal: told(home, forgotten) } },
  { type: 'EmailAdded', data: { clientId, emailId: 'work', personal: told({ email: ' Yann@Example.org ' }, forgotten) } },
  {
    type: 'PhoneAdded',
    data: { clientId, phoneId: 'mobile', line: 'mobile', personal: told({ given: '079 123 45 67', number: '+41791234567' }, forgotten) },
  },
  { type: 'ReferenceAssigned', data: { clientId, system: 'erp', lookup: 'f00d', personal: told({ number: 'k-47 11' }, forgotten) } },
];
const bought = (purchaseId: string) => ({
  type: 'PurchaseRecorded',
  data: { clientId, purchaseId, amount: 1, currency: 'CHF', credit: null },
});
const nothing = { name: {}, addresses: {}, points: {}, numbers: [], household: null, month: 0 };

describe('what a client is found by', () => {
  const given = specProjection(searchProjection(lookup), day(0));
  const entry = {
    name: { firstName: 'Yann', lastName: 'Le Goff' },
    addresses: { home: 'Bahnhofstr. 12 8001 Zürich' },
    points: { work: 'e<yann@example.or', mobile: 'p<4567><345<234<123' },
    numbers: ['n<K4711>number...'],
    household: null,
    month: 0,
  };

  it('is his name and addresses in clear, and all else as keyed hashes', () => given(...history()).then(clientId, entry));
  it('is nothing once he is forgotten', () => given(...history(true)).then(clientId, nothing));
  it('is gone with him', () =>
    given(...history(), { type: 'ClientErased', data: { clientId, reason: 'requested', requestedBy: 'person' } }).then(clientId, null));
  it('is less once he has lost something', () =>
    given(
      ...history(),
      { type: 'ContactPointRemoved', data: { clientId, pointId: 'work' } },
      { type: 'ContactPointRemoved', data: { clientId, pointId: 'home' } },
      { type: 'ClientDetailsChanged', data: { clientId, changed: ['firstName'], personal: { firstName: null } } },
    ).then(clientId, { ...entry, name: { lastName: 'Le Goff' }, addresses: {}, points: { mobile: entry.points.mobile } }));
  it('is also his orders; the month of the last decides who comes first', () =>
    given(...history(), bought('order-1'), bought('order-1')).then(clientId, {
      ...entry,
      numbers: [...entry.numbers, 'n<ORDER1>number..'],
      month: 2026 * 12 + 2,
    }));

  it('is every number that leads to him, and his household as long as it is his', () => {
    const numbers = [
      { type: 'PurchaseRecorded', data: { ...bought('p-1').data, personal: { orderNumber: 'A 1' } } },
      { type: 'OrderPlaced', data: { clientId, orderId: 'o-2', personal: { orderNumber: 'A 2' } } },
      { type: 'OrderPlaced', data: { clientId, orderId: 'o-3', personal: null } },
      { type: 'InvoiceIssued', data: { clientId, invoiceId: 'i-1', personal: { invoiceNumber: 'R 1' } } },
      { type: 'InvoiceIssued', data: { clientId, invoiceId: 'i-2', personal: null } },
      { type: 'ContractStarted', data: { clientId, contractId: 'c-1', personal: { contractNumber: 'V 1' } } },
      { type: 'ClubJoined', data: { clientId, membershipId: 'm-1', personal: { cardNumber: 'C 1' } } },
    ];
    const keys = ['A1', 'A2', 'O3', 'R1', 'V1', 'C1'].map((number) => `n<${number}>number......`);
    const moved = (type: string, householdId: string) => ({ type, data: { clientId, householdId, role: 'adult', on: '2026-03-01' } });
    const known = { ...entry, numbers: [...entry.numbers, ...keys], month: 2026 * 12 + 2 };
    given(...history(), ...numbers, moved('HouseholdJoined', 'h1')).then(clientId, { ...known, household: 'h1' });
    given(...history(), ...numbers, ...['HouseholdJoined', 'HouseholdLeft'].map((type) => moved(type, 'h1'))).then(clientId, known);
    given(...history(), ...numbers, moved('HouseholdJoined', 'h1'), moved('HouseholdLeft', 'h0')).then(clientId, {
      ...known,
      household: 'h1',
    });
    expect(searchIndexing.findable({ ...nothing, household: 'h1' }).keys).toEqual(['hh1/']);
  });

  it('is words and keys', () =>
    expect(searchIndexing.findable({ ...entry, month: 7 })).toEqual({
      texts: [
        { kind: 'name', words: ['yann', 'le', 'goff', 'legoff'] },
        { kind: 'street', words: ['bahnhofstrasse', '12', '8001', 'zurich'] },
      ],
      keys: [...Object.values(entry.points), ...entry.numbers],
      rank: 7,
    }));
});
