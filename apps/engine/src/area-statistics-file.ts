import { parse } from 'csv-parse/sync';
import {
  AREA_KINDS,
  AREA_STATISTICS_STREAM,
  AreaFigure,
  areaStatisticsDecider,
  CODE,
  EnterAreaFigures,
  FiguresOf,
  InstallAreaStatistics,
} from '@boucle/clients';
import { DomainError, EventStore, fold, Outcome, sha256 } from '@boucle/eventsourcing';

const AT_ONCE = 500;
const MOST = 500_000;
const COLUMNS = ['country', 'kind', 'code', 'measure', 'value'] as const;

/** The years of which there may be figures. */
export const YEAR = /^(19|20)\d\d$/;

type Row = Readonly<Record<(typeof COLUMNS)[number], string>>;

const wrong = (reason: string): DomainError => new DomainError('wrong-file', reason, 'file');

/** The figures in a CSV file, separated by semicolons, commas or tabs. */
export const readAreaFigures = (text: string): AreaFigure[] => {
  let rows: Row[];
  try {
    rows = parse(text, { bom: true, columns: true, delimiter: [';', ',', '\t'], trim: true, skip_empty_lines: true });
  } catch (error) {
    throw wrong(`The file is no CSV with a header: ${(error as Error).message}`);
  }
  if (!COLUMNS.every((column) => column in (rows[0] ?? {}))) throw wrong(`The file needs the columns ${COLUMNS.join(', ')}`);
  if (rows.length > MOST) throw wrong(`At most ${MOST} figures at a time`);
  const found = new Map<string, number>();
  return rows.map(({ country, kind: written, code, measure, value: number }, i) => {
    const place = `Line ${i + 2}`;
    const kind = AREA_KINDS.find((one) => one === written);
    const value = Number(number);
    if (!/^[A-Z]{2}$/.test(country) || code === '') throw wrong(`${place} names no country of two capital letters and code of an area`);
    if (!kind) throw wrong(`${place}: ${written} is no kind of area: write ${AREA_KINDS.join(' or ')}`);
    if (!CODE.test(measure)) throw wrong(`${place}: ${measure} is no code of a measure such as income: letters, digits and hyphens`);
    if (number === '' || !Number.isFinite(value)) throw wrong(`${place}: ${JSON.stringify(number)} is no number: write it with a point`);
    const key = [country, kind, code, measure].join('/');
    if (found.has(key)) throw wrong(`${place} says again what line ${found.get(key)} says`);
    found.set(key, i + 2);
    return { country, kind, code, measure, value };
  });
};

/** What became of an installation. */
export interface InstalledFigures {
  readonly edition: string;
  readonly figures: number;
  readonly position: number;
  readonly repeated: boolean;
}

/** Installs statistics of areas: their figures some hundreds at a time, then all of them count at once. */
export const installAreaStatistics = async (
  text: string,
  of: FiguresOf,
  events: EventStore,
  execute: (command: object, key: string) => Promise<Outcome>,
): Promise<InstalledFigures> => {
  const figures = readAreaFigures(text);
  const edition = sha256(JSON.stringify([of.source, of.year, figures])).slice(0, 16);
  const { installed } = fold(areaStatisticsDecider, areaStatisticsDecider.initial, await events.read(AREA_STATISTICS_STREAM));
  const isThere = installed.some((table) => table.edition === edition);
  for (let part = 0; !isThere && part * AT_ONCE < figures.length; part++) {
    const some = figures.slice(part * AT_ONCE, (part + 1) * AT_ONCE);
    await execute(Object.assign(new EnterAreaFigures(), { edition, part, figures: some }), `${edition}/${part}`);
  }
  const { events: told, position } = await execute(Object.assign(new InstallAreaStatistics(), { edition, ...of }), edition);
  return { edition, figures: figures.length, position, repeated: told.length === 0 };
};
