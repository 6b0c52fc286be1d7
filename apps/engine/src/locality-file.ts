import { parse } from 'csv-parse/sync';
import {
  EnterLocalities,
  GeoPoint,
  hasEdition,
  InstallLocalities,
  Locality,
  localitiesDecider,
  LocalityLists,
  LOCALITIES_STREAM,
} from '@boucle/clients';
import { DomainError, EventStore, fold, Outcome, sha256 } from '@boucle/eventsourcing';

const AT_ONCE = 500;
const MOST = 500_000;
/** Communes of Liechtenstein have no canton, and numbers from here on. */
const LIECHTENSTEIN = 7000;
/** Its number among the communes of France. */
const MONACO = '99138';

type Row = Readonly<Record<string, string>>;

/** No more is known of the middle of a place. */
const METRES = 1e5;
const short = (degrees: number): number => Math.round(degrees * METRES) / METRES;

/** A point of the Swiss grid (LV95) in degrees, to a metre or two, by the formulas of swisstopo; the list comes in degrees as well. */
const swissPoint = (east: number, north: number): GeoPoint => {
  if (east <= 180) return { latitude: north, longitude: east };
  const [y, x] = [(east - 2_600_000) / 1e6, (north - 1_200_000) / 1e6];
  const longitude = 2.6779094 + 4.728982 * y + 0.791484 * y * x + 0.1306 * y * x ** 2 - 0.0436 * y ** 3;
  const latitude = 16.9023892 + 3.238272 * x - 0.270978 * y ** 2 - 0.002528 * x ** 2 - 0.0447 * y ** 2 * x - 0.014 * x ** 3;
  return { latitude: (latitude * 100) / 36, longitude: (longitude * 100) / 36 };
};

/** Where a place lies, if its row says so. */
const centred = ({ latitude, longitude }: GeoPoint): Pick<Locality, 'centre'> =>
  Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { centre: { latitude: short(latitude), longitude: short(longitude) } } : {};

const YES = /^(yes|oui|ja|si|true|1|x)$/i;

/** What a file of localities may look like: the columns that it has, and what a row of it names. */
const FORMS: readonly { readonly columns: readonly string[]; read(row: Row): readonly Locality[] }[] = [
  {
    // the official index of localities of swisstopo
    columns: ['Ortschaftsname', 'PLZ', 'BFS-Nr', 'Kantonskürzel'],
    read: (row) => [
      {
        country: row['Kantonskürzel'] === '' && Number(row['BFS-Nr']) >= LIECHTENSTEIN ? 'LI' : 'CH',
        postalCode: row.PLZ,
        locality: row.Ortschaftsname,
        communeCode: row['BFS-Nr'],
        ...centred(swissPoint(Number(row.E || NaN), Number(row.N || NaN))),
      },
    ],
  },
  {
    // the official base of postal codes of La Poste: what letters are routed to, the commune, and what it was or is a part of
    columns: ['#Code_commune_INSEE', 'Nom_de_la_commune', 'Code_postal', 'Libellé_d_acheminement', 'Ligne_5'],
    read: (row) => {
      const communeCode = row['#Code_commune_INSEE'];
      const names = [row['Libellé_d_acheminement'], row.Nom_de_la_commune, row.Ligne_5].filter((name) => name !== '');
      const country = communeCode === MONACO ? 'MC' : 'FR';
      return names.map((locality) => ({ country, postalCode: row.Code_postal, locality, communeCode }));
    },
  },
  {
    columns: ['country', 'postalCode', 'locality'],
    read: ({ country, postalCode, locality, communeCode, cedex = '', latitude, longitude }) => [
      {
        country,
        postalCode,
        locality,
        ...(communeCode && { communeCode }),
        ...(YES.test(cedex) && { cedex: true }),
        ...centred({ latitude: Number(latitude || NaN), longitude: Number(longitude || NaN) }),
      },
    ],
  },
];

const wrong = (reason: string): DomainError => new DomainError('wrong-file', reason, 'file');

const localitiesIn = (text: string): readonly Locality[] => {
  let rows: Row[];
  try {
    rows = parse(text, { bom: true, columns: true, delimiter: [';', ',', '\t'], trim: true, skip_empty_lines: true });
  } catch (error) {
    throw wrong(`The file is no CSV with a header: ${(error as Error).message}`);
  }
  const form = FORMS.find(({ columns }) => columns.every((column) => column in (rows[0] ?? {})));
  if (!form) throw wrong(`The file needs the columns ${FORMS.map(({ columns }) => columns.join(', ')).join(', or ')}`);
  return rows.flatMap((row, i) => {
    const places = form.read(row);
    if (
      places.length === 0 ||
      places.some((place) => !/^[A-Z]{2}$/.test(place.country) || place.postalCode === '' || place.locality === '')
    )
      throw wrong(`Line ${i + 2} names no country of two capital letters, postal code and locality`);
    return places;
  });
};

/** The localities that the CSV files of one list name, separated by semicolons, commas or tabs, each once. */
export const readLocalities = (...texts: readonly string[]): Locality[] => {
  const found = new Map<string, Locality>();
  for (const place of texts.flatMap(localitiesIn)) {
    const { centre: _, ...named } = place;
    const key = JSON.stringify(named);
    if (!found.has(key)) found.set(key, place);
  }
  if (found.size > MOST) throw wrong(`At most ${MOST} localities at a time`);
  return [...found.values()];
};

/** What became of an installation. */
export interface Installed {
  readonly edition: string;
  /** How many localities each country has by now. */
  readonly countries: Readonly<Record<string, number>>;
  readonly position: number;
  readonly repeated: boolean;
}

/** Installs a list of localities: its lines some hundreds at a time, then all of them count at once. */
export const installLocalities = async (
  texts: readonly string[],
  source: string,
  events: EventStore,
  execute: (command: object, key: string) => Promise<Outcome>,
): Promise<Installed> => {
  const localities = readLocalities(...texts);
  const edition = sha256(JSON.stringify(localities)).slice(0, 16);
  const isThere = hasEdition(fold(localitiesDecider, localitiesDecider.initial, await events.read(LOCALITIES_STREAM)), edition);
  for (let part = 0; !isThere && part * AT_ONCE < localities.length; part++) {
    const lines = localities.slice(part * AT_ONCE, (part + 1) * AT_ONCE);
    await execute(Object.assign(new EnterLocalities(), { edition, part, localities: lines }), `${edition}/${part}`);
  }
  const outcome = await execute(Object.assign(new InstallLocalities(), { edition, source }), edition);
  const lists = Object.entries((outcome.state as LocalityLists).installed).filter(([, list]) => list.edition === edition);
  return {
    edition,
    countries: Object.fromEntries(lists.map(([country, list]) => [country, list.localities.length])),
    position: outcome.position,
    repeated: outcome.events.length === 0,
  };
};
