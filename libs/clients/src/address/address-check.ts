import { alike, distance, wordsOf } from '../search/spelling.js';
import { Address, AddressResult } from '../person/person.events.js';
import { LocalityList, LocalityLists } from './localities.decider.js';
import { Locality } from './locality.events.js';

/** A place that may be meant. */
export type Suggestion = Pick<Locality, 'postalCode' | 'locality'>;

/** What is known of an address; its street and number are never looked at. */
export interface AddressCheck {
  readonly result: AddressResult;
  readonly of: 'locality';
  /** Places that may be meant, the nearest first; none where the address is as it should be, or nobody knows. */
  readonly suggestions: readonly Suggestion[];
  /** The list that was asked. */
  readonly edition: string | null;
}

const MOST_SUGGESTIONS = 5;
const MOST_OF_CODE = 2;
const CANTON = /\s[A-Z]{2}$/;
/** Words with which the name of a place goes on in some lists and not in others, and how they are shortened. */
const SHORT: Readonly<Record<string, string>> = { sankt: 'st', saint: 'st', sainte: 'ste', bei: 'b', sur: 's', pres: 'p' };

/** A number as lists and people write it: 08, 8, 8e. */
const NUMBER = /^0*(\d+)(er|e|eme)?$/;
const CEDEX = /\scedex\b/i;
const NUMBER_OF_CEDEX = /(?<=\scedex)\s+\d+$/i;

const fold = (name: string): string =>
  wordsOf(name)
    .map((word) => SHORT[word] ?? word.replace(NUMBER, '$1'))
    .join('');

/** What a locality is called, folded: with and without its canton or the number of its CEDEX, and in either language. */
const namesOf = (locality: string): string[] => [
  ...new Set(
    [locality, locality.replace(CANTON, ''), locality.replace(NUMBER_OF_CEDEX, ''), ...locality.split('/')]
      .map(fold)
      .filter((name) => name !== ''),
  ),
];

const plain = (postalCode: string): string => postalCode.replace(/[\s-]/g, '').toUpperCase();
const nameOf = ({ postalCode, locality }: Suggestion): string => `${postalCode} ${locality}`;

const UNCHECKED: AddressCheck = { result: 'unchecked', of: 'locality', suggestions: [], edition: null };

/** The places of a country, to be asked by code and by name. */
class Places {
  private readonly byCode = new Map<string, Locality[]>();
  private readonly byName = new Map<string, Locality[]>();

  /** Whether the list knows who gets much mail. */
  private readonly hasCedex: boolean;

  constructor(readonly list: LocalityList) {
    const add = (places: Map<string, Locality[]>, key: string, place: Locality): void => {
      const known = places.get(key);
      if (known) known.push(place);
      else places.set(key, [place]);
    };
    this.hasCedex = list.localities.some(({ cedex }) => cedex);
    for (const place of list.localities) {
      add(this.byCode, plain(place.postalCode), place);
      for (const name of namesOf(place.locality)) add(this.byName, name, place);
    }
  }

  check({ postalCode, locality }: Address): AddressCheck {
    const { edition } = this.list;
    if (CEDEX.test(locality) && !this.hasCedex) return UNCHECKED;
    const names = namesOf(locality);
    const here = this.byCode.get(plain(postalCode ?? '')) ?? [];
    const fits = here.some((place) => namesOf(place.locality).some((name) => names.includes(name)));
    if (fits) return { result: 'checked', of: 'locality', suggestions: [], edition };
    return { result: 'doubtful', of: 'locality', suggestions: this.near(plain(postalCode ?? ''), names, here), edition };
  }

  /** First those of which both is nearly right; what has the code that was given is among them, since either may be the slip. */
  private near(code: string, names: readonly string[], here: readonly Locality[]): Suggestion[] {
    const named = names.flatMap((name) => this.byName.get(name) ?? []);
    // a slip of the pen in the name: only looked for where nothing is called so
    const almost =
      named.length > 0 ? [] : [...this.byName].flatMap(([name, places]) => (names.some((one) => alike(one, name)) ? places : []));
    const away = ({ postalCode, locality }: Locality): number => {
      const other = Math.min(...namesOf(locality).flatMap((name) => names.map((one) => distance(one, name))));
      return 2 * distance(code, plain(postalCode)) + other;
    };
    const nearest = (places: readonly Locality[], most: number): Suggestion[] =>
      [...new Map(places.map((place) => [nameOf(place), place])).values()]
        .map((place) => ({ place, far: away(place) }))
        .sort((a, b) => a.far - b.far || (nameOf(a.place) < nameOf(b.place) ? -1 : 1))
        .slice(0, most)
        .map(({ place: { postalCode, locality } }) => ({ postalCode, locality }));
    const ofCode = nearest(here, MOST_OF_CODE);
    const others = [...named, ...almost].filter((place) => plain(place.postalCode) !== code);
    return nearest([...here.filter((place) => ofCode.some((one) => nameOf(one) === nameOf(place))), ...others], MOST_SUGGESTIONS);
  }
}

const known = new WeakMap<LocalityList, Places>();

/** Whether the postal code of an address and its locality belong together, by the lists that are installed. */
export const checkAddress = ({ installed }: Pick<LocalityLists, 'installed'>, address: Address): AddressCheck => {
  const list = Object.hasOwn(installed, address.country) ? installed[address.country] : null;
  if (list === null) return UNCHECKED;
  const places = known.get(list) ?? new Places(list);
  known.set(list, places);
  return places.check(address);
};
