import { Locality } from '../address/locality.events.js';
import { centreOf, centrePrecision, kilometresBetween } from './area-centres.js';

const place = (postalCode: string, locality: string, latitude: number, longitude: number) => ({
  ...{ country: 'CH', postalCode, locality },
  centre: { latitude, longitude },
});
const localities: readonly Locality[] = [
  place('3005', 'Bern', 46.9419, 7.4508),
  place('3006', 'Bern', 46.9419, 7.4708),
  place('1997', 'Haute-Nendaz', 46.184, 7.304),
  place('1997', 'Siviez', 46.136, 7.318),
  { country: 'CH', postalCode: '9999', locality: 'Nowhere' },
];
const lists = {
  installed: { CH: { edition: 'e', source: 'swisstopo', countries: ['CH'], installedAt: '2026-01-01T00:00:00.000Z', localities } },
};
const area = (postalCode: string | null, country = 'CH') => ({ country, postalCode });

describe('The centre of a postal area', () => {
  it('lies in the middle of its localities', () => {
    expect(centreOf(lists, area('3005'))).toEqual({ latitude: 46.9419, longitude: 7.4508 });
    expect(centreOf(lists, area('19 97'))).toEqual({ latitude: expect.closeTo(46.16, 6), longitude: expect.closeTo(7.311, 6) });
  });
  it('is not known of areas of which no list tells it', () => {
    for (const unknown of [area('9999'), area('1234'), area(null), area('3005', 'FR')]) {
      expect(centreOf(lists, unknown)).toBeNull();
      expect(centrePrecision(lists, unknown)).toBeNull();
    }
  });
  it('is as exact as its farthest locality, or half of the way to the nearest area, tells', () => {
    const [bern, other, village, hamlet] = localities.flatMap(({ centre }) => centre ?? []);
    expect(centrePrecision(lists, area('3005'))).toBeCloseTo(kilometresBetween(bern, other) / 2, 9);
    const alone = { installed: { CH: { ...lists.installed.CH, localities: localities.slice(2, 4) } } };
    expect(centrePrecision(alone, area('1997'))).toBeCloseTo(kilometresBetween(village, hamlet) / 2, 3);
  });
});

it('a degree of latitude is 111 kilometres', () => {
  expect(kilometresBetween({ latitude: 46, longitude: 7 }, { latitude: 47, longitude: 7 })).toBeCloseTo(111.2, 1);
  expect(kilometresBetween({ latitude: 46, longitude: 7 }, { latitude: 46, longitude: 7 })).toBe(0);
});
