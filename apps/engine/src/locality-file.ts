import { parse } from 'csv-parse/sync';
import { EnterLocalities, InstallLocalities, Locality, localitiesDecider, LocalityLists, LOCALITIES_STREAM } from '@boucle/clients';
import { DomainError, EventStore, fold, Outcome, sha256 } from '@boucle/eventsourcing';

const AT_ONCE = 500;
const MOST = 500_000;
/** Communes of Liechtenstein have no canton, and numbers from here on. */
const LIECHTENSTEIN = 7000;

type Row = Readonly<Record<string, string>>;

/** What a file of localities may look like: the columns that it has, and what a row of it says. */
const FORMS: readonly { readonly columns: readonly string[]; read(row: Row): Locality }[] = [
  {
    // the official index of localities of swisstopo
    columns: ['Ortschaftsname', 'PLZ', 'BFS-Nr', 'Kantonskürzel'],
    read: (row) => ({
      country: row['Kantonskürzel'] === '' && Number(row['BFS-Nr']) >= LIECHTENSTEIN ? 'LI' : 'CH',
      postalCode: row.PLZ,
      locality: row.Ortschaftsname,
      communeCode: row['BFS-Nr'],
    }),
  },
  {
    columns: ['country', 'postalCode', 'locality'],
    read: ({ country, postalCode, locality, communeCode }) => ({ country, postalCode, locality, ...(communeCode && { communeCode }) }),
  },
];

const wrong = (reason: string): DomainError => new DomainError('wrong-file', reason, 'file');

/** The localities that a CSV file names, separated by semicolons, commas or tabs, each once. */
export const readLocalities = (text: string): Locality[] => {
  let rows: Row[];
  try {
    rows = parse(text, { bom: true, columns: true, delimiter: [';', ',', '\t'], trim: true, skip_empty_lines: true });
  } catch (error) {
    throw wrong(`The file is no CSV with a header: ${(error as Error).message}`);
  }
  const form = FORMS.find(({ columns }) => columns.every((column) => column in (rows[0] ?? {})));
  if (!form) throw wrong(`The file needs the columns ${FORMS.map(({ columns }) => columns.join(', ')).join(', or ')}`);
  if (rows.length > MOST) throw wrong(`At most ${MOST} localities at a time`);
  const found = new Map<string, Locality>();
  for (const [i, row] of rows.entries()) {
    const place = form.read(row);
    if (!/^[A-Z]{2}$/.test(place.country) || place.postalCode === '' || place.locality === '')
      throw wrong(`Line ${i + 2} names no country of two capital letters, postal code and locality`);
    found.set(JSON.stringify(place), place);
  }
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
  text: string,
  source: string,
  events: EventStore,
  execute: (command: object, key: string) => Promise<Outcome>,
): Promise<Installed> => {
  const localities = readLocalities(text);
  const edition = sha256(JSON.stringify(localities)).slice(0, 16);
  const { installed } = fold(localitiesDecider, localitiesDecider.initial, await events.read(LOCALITIES_STREAM));
  const isThere = Object.values(installed).some((list) => list.edition === edition);
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
