import { Identity } from '../person/identity.projection.js';
import { day } from '../testing.js';
import { checkAddresses } from './doubtful-addresses.js';

const always = { from: null, until: null, season: null };
const place = (postalCode: string, locality: string, more: object = {}) => ({
  address: { postalCode, locality, country: 'CH' },
  validity: always,
  returned: null,
  ...more,
});
const living = (clientId: string, addresses: object): Identity => ({ clientId, addresses }) as Identity;
const localities = [{ country: 'CH', postalCode: '8001', locality: 'Zürich' }];
const lists = { installed: { CH: { edition: 'e2', source: 'swisstopo', installedAt: day(0), countries: ['CH'], localities } } };

it('Addresses are held against the list of today; what was kept when they were entered stands beside it', () => {
  const identities = [
    living('ann', { home: place('8001', 'Zürich', { checked: { result: 'doubtful', edition: 'e1' } }) }),
    living('bob', { home: place('8010', 'Zürich', { checked: { result: 'checked', edition: 'e1' } }) }),
    living('eva', {
      home: place('8010', 'Zürich'),
      french: { ...place('69001', 'Lyon'), address: { postalCode: '69001', locality: 'Lyon', country: 'FR' } },
    }),
    living('tom', {
      former: place('8010', 'Zürich', { validity: { ...always, until: '2025-12-31' } }),
      wrong: place('8010', 'Zürich', { returned: 'moved' }),
      gone: place('8010', 'Zürich', { address: null }),
    }),
  ];
  const { counts, doubtful } = checkAddresses(lists, identities, '2026-03-01');
  expect(counts).toEqual({ checked: 1, doubtful: 2, unchecked: 1 });
  const found = {
    addressId: 'home',
    country: 'CH',
    postalCode: '8010',
    locality: 'Zürich',
    suggestions: [{ postalCode: '8001', locality: 'Zürich' }],
  };
  expect(doubtful).toEqual([
    { clientId: 'bob', ...found, was: 'checked' },
    { clientId: 'eva', ...found, was: null },
  ]);
});
