import { Roofs, roofOf } from './household-proposals.js';
import { Identity } from '../person/identity.projection.js';
import { Address } from '../person/person.events.js';

const always = { from: null, until: null, season: null };
const home: Address = { street: 'Bahnhofstrasse', houseNumber: '12a', postalCode: '8001', locality: 'Zürich', country: 'CH' };
const at = (address: Address, changed: Partial<Identity['addresses'][string]> = {}) => ({
  home: { address, validity: always, returned: null, ...changed },
});
const who = (
  clientId: string,
  lastName: string | undefined,
  addresses: Identity['addresses'],
  changed: Partial<Identity> = {},
): Identity => ({
  clientId,
  person: lastName === undefined ? {} : { lastName },
  origin: null,
  addresses,
  emails: {},
  phones: {},
  references: [],
  householdId: null,
  state: { deceased: false, closed: false, creditBlocked: false },
  ...changed,
});
const proposed = (...people: readonly Identity[]) => {
  const roofs = new Roofs('2026-03-01');
  for (const identity of people) roofs.add(identity);
  return roofs.proposals();
};

it.each<[Partial<Address>]>([
  [{ street: 'Bahnhofstraße' }],
  [{ street: 'Bahnhofstr.' }],
  [{ street: 'bahnhof-strasse', houseNumber: '12 A' }],
  [{ locality: 'Zuerich' }],
])('an address is the same roof, written as %j', (changed) => expect(roofOf({ ...home, ...changed })).toBe(roofOf(home)));

it.each<[Partial<Address>]>([[{ houseNumber: '12' }], [{ postalCode: '8002' }], [{ country: 'LI' }], [{ street: 'Bahnhofplatz' }]])(
  'an address is another roof with %j',
  (changed) => expect(roofOf({ ...home, ...changed })).not.toBe(roofOf(home)),
);

it('an address without a house is no roof', () => {
  expect(roofOf({ locality: 'Zürich', country: 'CH', postalCode: '8001', street: 'Bahnhofstrasse' })).toBeNull();
  expect(roofOf({ locality: 'Zürich', country: 'CH', postalCode: '8001', poBox: '77' })).not.toBeNull();
});

describe('people who may live together', () => {
  it('share name and address', () =>
    expect(proposed(who('b', 'Küng', at(home)), who('a', 'kung', at(home)))).toEqual([{ kind: 'same-name', clientIds: ['a', 'b'] }]));

  it('of other names are for a person to look at', () =>
    expect(proposed(who('a', 'Küng', at(home)), who('b', 'Küng', at(home)), who('c', 'Roth', at(home)))).toEqual([
      { kind: 'same-name', clientIds: ['a', 'b'] },
      { kind: 'same-roof', clientIds: ['a', 'b', 'c'] },
    ]));

  it('are told by nothing but a roof where names are missing', () =>
    expect(proposed(who('a', undefined, at(home)), who('b', undefined, at(home)))).toEqual([{ kind: 'same-roof', clientIds: ['a', 'b'] }]));

  it('live there now, are alive, and in no household yet', () =>
    expect(
      proposed(
        who('a', 'Küng', at(home)),
        who('b', 'Küng', at(home, { validity: { ...always, until: '2026-02-28' } })),
        who('c', 'Küng', at(home, { returned: 'moved' })),
        who('d', 'Küng', at(home), { householdId: 'h-1' }),
        who('e', 'Küng', at(home), { state: { deceased: true, closed: false, creditBlocked: false } }),
      ),
    ).toEqual([]));
});
