import { parser, SAXParser } from 'sax';
import { MappingError, RawRow } from '@boucle/importing';
import { LONGEST_ROW } from './lines.js';
import { unzipped } from './unzipped.js';

const WORKBOOK = 'xl/workbook.xml';
const RELATIONS = 'xl/_rels/workbook.xml.rels';
const STYLES = 'xl/styles.xml';
const STRINGS = 'xl/sharedStrings.xml';

/** What cells share must fit into memory. */
const MOST_CHARACTERS = 100_000_000;
const MOST_COLUMNS = 16_384;

type Attributes = Readonly<Record<string, string>>;

/** What hears of the XML of a sheet. */
interface Hearing {
  readonly open?: (tag: string, attributes: Attributes) => void;
  readonly text?: (text: string) => void;
  readonly close?: (tag: string) => void;
}

const local = (tag: string): string => tag.slice(tag.indexOf(':') + 1);

/** A parser that is fed piece by piece. */
const hearing = (path: string, { open, text, close }: Hearing): ((bytes: Uint8Array) => void) => {
  const sax: SAXParser = parser(true);
  const decoder = new TextDecoder();
  sax.onopentag = ({ name, attributes }) => open?.(local(name), attributes as Record<string, string>);
  sax.ontext = (said) => text?.(said);
  sax.oncdata = (said) => text?.(said);
  sax.onclosetag = (name) => close?.(local(name));
  sax.onerror = ({ message }) => {
    throw new MappingError(`${path} is no sheet that can be read (${message.split('\n')[0]}): save it again`);
  };
  return (bytes) => void sax.write(decoder.decode(bytes, { stream: true }));
};

/** What cells refer to. */
interface Shared {
  readonly strings: readonly string[];
  /** Whether the cells of each style are days. */
  readonly days: readonly boolean[];
  readonly from1904: boolean;
  /** The files of the sheets, by name, in their order. */
  readonly sheets: ReadonlyMap<string, string>;
}

const BUILT_IN_DAYS = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

/** Whether a format shows days or times: letters outside of quotes, brackets and escapes. */
const showsDays = (format: string): boolean => /[ymdhs]/i.test(format.replace(/"[^"]*"|\[[^\]]*\]|\\.|_./g, ''));

const readShared = async (path: string): Promise<Shared> => {
  const strings: string[] = [];
  const formats = new Map<number, boolean>();
  const days: boolean[] = [];
  const targets = new Map<string, string>();
  let [characters, current, inText, inStyles, from1904] = [0, '', false, false, false];
  const sheetIds = new Map<string, string>();
  const hearings: Record<string, Hearing> = {
    [STRINGS]: {
      open: (tag) => {
        if (tag === 'si') current = '';
        // what is written above a text to be pronounced is not the text
        if (tag === 'rPh') inText = false;
        else if (tag === 't') inText = true;
      },
      text: (text) => {
        if (!inText) return;
        current += text;
        characters += text.length;
        if (characters > MOST_CHARACTERS) throw new MappingError(`${path} has more text than fits: save it as CSV`);
      },
      close: (tag) => {
        if (tag === 't') inText = false;
        if (tag === 'si') strings.push(current);
      },
    },
    [STYLES]: {
      open: (tag, { numFmtId, formatCode }) => {
        if (tag === 'numFmt') formats.set(Number(numFmtId), showsDays(formatCode));
        if (tag === 'cellXfs') inStyles = true;
        if (tag === 'xf' && inStyles) days.push(formats.get(Number(numFmtId)) ?? BUILT_IN_DAYS(Number(numFmtId)));
      },
      close: (tag) => {
        if (tag === 'cellXfs') inStyles = false;
      },
    },
    [WORKBOOK]: {
      open: (tag, attributes) => {
        if (tag === 'workbookPr') from1904 = ['1', 'true'].includes(attributes.date1904);
        if (tag === 'sheet') sheetIds.set(attributes.name ?? '', attributes['r:id'] ?? '');
      },
    },
    [RELATIONS]: { open: (tag, { Id, Target }) => void (tag === 'Relationship' && targets.set(Id, Target)) },
  };
  const feeds = new Map(Object.entries(hearings).map(([name, heard]) => [name, hearing(path, heard)]));
  for await (const { name, bytes } of unzipped(path, (name) => feeds.has(name))) feeds.get(name)!(bytes);
  const sheets = new Map<string, string>();
  for (const [name, id] of sheetIds) {
    const target = targets.get(id);
    if (target !== undefined) sheets.set(name, target.startsWith('/') ? target.slice(1) : `xl/${target}`);
  }
  if (sheets.size === 0) throw new MappingError(`${path} has no sheet: is it a workbook?`);
  return { strings, days, from1904, sheets };
};

const DAY = 86_400_000;

/** The day and time that a number of a sheet stands for, as ISO; a day alone if it has no time. */
const dayOf = (serial: number, from1904: boolean): string => {
  // 1900 was no leap year, but sheets count its 29 February
  const epoch = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, serial < 60 ? 31 : 30);
  const at = new Date(epoch + Math.round((serial * DAY) / 1000) * 1000);
  if (Number.isNaN(at.getTime())) return String(serial);
  const text = at.toISOString();
  return Number.isInteger(serial) ? text.slice(0, 10) : text.slice(0, 19);
};

const columnOf = (reference: string): number => {
  let column = 0;
  for (const letter of /^[A-Z]+/.exec(reference)?.[0] ?? '') column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
};

const quoted = (names: Iterable<string>): string => [...names].map((name) => JSON.stringify(name)).join(', ');

/** The file of the sheet that is meant: none of several is passed over unsaid. */
const sheetOf = (path: string, { sheets }: Shared, stated: string | undefined): string => {
  const [only] = sheets.values();
  const meant = stated === undefined && sheets.size === 1 ? only : sheets.get(stated ?? '');
  if (meant !== undefined) return meant;
  const what = stated === undefined ? 'has several sheets' : `has no sheet ${JSON.stringify(stated)}`;
  throw new MappingError(`${path} ${what}: state in format.sheet which is meant, one of ${quoted(sheets.keys())}`);
};

/** What the sheets of a workbook are called. */
export const sheetNames = async (path: string): Promise<readonly string[]> => [...(await readShared(path)).sheets.keys()];

/** The rows of a sheet of a workbook, their values alone: a formula counts by what it came to when it was saved. */
export async function* sheetRows(path: string, stated: string | undefined, numberText: (value: number) => string): AsyncGenerator<RawRow> {
  const shared = await readShared(path);
  const sheet = sheetOf(path, shared, stated);
  let rows: RawRow[] = [];
  let [row, width, size, place, kind, style, value, formula, inside] = [0, 0, 0, 0, '', 0, '', '', ''];
  let cells: string[] = [];

  const text = (): string => {
    if (kind === 's') {
      const text = shared.strings[Number(value)];
      if (text === undefined) throw new MappingError(`${path}, row ${row}: it refers to a text that is not there: save the file again`);
      return text;
    }
    if (kind === 'b') return value === '1' ? 'TRUE' : 'FALSE';
    if (kind !== '' && kind !== 'n') return value;
    const number = Number(Number(value).toPrecision(15));
    return shared.days[style] ? dayOf(number, shared.from1904) : numberText(number);
  };
  const feed = hearing(path, {
    open: (tag, { r, t = '', s = '0' }) => {
      if (tag === 'row') {
        [cells, size] = [[], 0];
        row = r === undefined ? row + 1 : Number(r);
      }
      if (tag === 'c') {
        place = r === undefined ? cells.length : columnOf(r);
        if (place < 0 || place >= MOST_COLUMNS) throw new MappingError(`${path}, row ${row}: there is no column ${r}`);
        [kind, style, value, formula] = [t, Number(s), '', ''];
      }
      inside = tag;
    },
    text: (said) => {
      if (inside === 'v' || inside === 't') value += said;
      else if (inside === 'f') formula += said;
      size += said.length;
      if (size > LONGEST_ROW) throw new MappingError(`${path}, row ${row}: it has more than ${LONGEST_ROW} characters`);
    },
    close: (tag) => {
      inside = '';
      if (tag === 'c') {
        while (cells.length < place) cells.push('');
        cells[place] = value !== '' ? text() : formula !== '' ? `=${formula}` : '';
      }
      if (tag !== 'row' || cells.every((cell) => cell === '')) return;
      width ||= cells.length;
      while (cells.length < width) cells.push('');
      while (cells.length > width && cells.at(-1) === '') cells.pop();
      rows.push({ row, cells });
    },
  });
  for await (const { bytes } of unzipped(path, (name) => name === sheet)) {
    rows = [];
    feed(bytes);
    yield* rows;
  }
}
