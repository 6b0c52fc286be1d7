/** Something that a file says and that cannot be taken as it is; the remedy says what to do. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    reason: string,
    readonly remedy: string,
  ) {
    super(reason);
  }
}

const shown = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);

/** The forms in which days are written. */
export const DATE_FORMS = [
  'YYYY-MM-DD',
  'YYYY/MM/DD',
  'YYYYMMDD',
  'DD.MM.YYYY',
  'DD/MM/YYYY',
  'MM/DD/YYYY',
  'DD-MM-YYYY',
  'MM-DD-YYYY',
] as const;
export type DateForm = (typeof DATE_FORMS)[number];

const SHAPES: Readonly<Record<DateForm, RegExp>> = {
  'YYYY-MM-DD': /^(?<y>\d{4})-(?<m>\d{1,2})-(?<d>\d{1,2})$/,
  'YYYY/MM/DD': /^(?<y>\d{4})\/(?<m>\d{1,2})\/(?<d>\d{1,2})$/,
  YYYYMMDD: /^(?<y>\d{4})(?<m>\d{2})(?<d>\d{2})$/,
  'DD.MM.YYYY': /^(?<d>\d{1,2})\.(?<m>\d{1,2})\.(?<y>\d{4})$/,
  'DD/MM/YYYY': /^(?<d>\d{1,2})\/(?<m>\d{1,2})\/(?<y>\d{4})$/,
  'MM/DD/YYYY': /^(?<m>\d{1,2})\/(?<d>\d{1,2})\/(?<y>\d{4})$/,
  'DD-MM-YYYY': /^(?<d>\d{1,2})-(?<m>\d{1,2})-(?<y>\d{4})$/,
  'MM-DD-YYYY': /^(?<m>\d{1,2})-(?<d>\d{1,2})-(?<y>\d{4})$/,
};

/** Forms that need no saying: no other reads the same. */
const PLAIN: readonly DateForm[] = ['YYYY-MM-DD', 'YYYY/MM/DD', 'YYYYMMDD', 'DD.MM.YYYY'];

const two = (text: string): string => text.padStart(2, '0');

const dayIn = (form: DateForm, text: string): string | null => {
  const { y, m, d } = SHAPES[form].exec(text)?.groups ?? {};
  if (y === undefined) return null;
  const day = `${y}-${two(m)}-${two(d)}`;
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day) ? day : null;
};

/** The forms in which a text is a day. */
export const formsOf = (text: string): DateForm[] => DATE_FORMS.filter((form) => dayIn(form, text.trim().split(/[ T]/)[0]) !== null);

/** A day of the calendar, YYYY-MM-DD; without a form, only what can be read in one way. */
export const readDay = (text: string, form: DateForm | null): string => {
  // a day that sheets and programs write as such is the same in every file
  const forms: readonly DateForm[] = form === null ? PLAIN : [form, 'YYYY-MM-DD'];
  for (const one of forms) {
    const day = dayIn(one, text);
    if (day !== null) return day;
  }
  if (form === null && formsOf(text).length > 0)
    throw new Refusal(
      'ambiguous-date',
      `${shown(text)} may be a day in several forms`,
      `state format.dates in the mapping: ${formsOf(text).join(' or ')}`,
    );
  throw new Refusal(
    'no-date',
    `${shown(text)} is no day${form === null ? '' : ` in the form ${form}`}`,
    'correct the cell, or state the form of the file as format.dates in the mapping',
  );
};

const TIME = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** An instant, ISO: a day with or without a time; without a zone it is taken for UTC, so that days stay what they are. */
export const readInstant = (text: string, form: DateForm | null): string => {
  const split = text.search(/[ T]/);
  const day = readDay(split < 0 ? text : text.slice(0, split), form);
  if (split < 0) return `${day}T00:00:00.000Z`;
  const [, hours, minutes, seconds = '00', zone = 'Z'] = TIME.exec(text.slice(split + 1).trim()) ?? [];
  const at = new Date(`${day}T${two(hours ?? '')}:${minutes}:${seconds}${zone}`);
  if (hours === undefined || Number.isNaN(at.getTime()))
    throw new Refusal('no-time', `${shown(text)} has no time of the day behind its day`, 'write it as 14:05 or 14:05:30');
  return at.toISOString();
};

/** How numbers are written. */
export interface NumberForm {
  /** The sign before decimals; null: either, where no other reading is possible. */
  readonly decimal: '.' | ',' | null;
  /** The mark between thousands; null: any that cannot be the decimal sign. */
  readonly thousands: string | null;
}

const SPACES = /[\s\u00a0\u202f\u2009]/g;

/** The decimal sign in a text, '' for none; refused where it may as well be a mark between thousands. */
const decimalSign = (text: string): string => {
  const [dots, commas] = [text.split('.').length - 1, text.split(',').length - 1];
  if (dots > 0 && commas > 0) return text.lastIndexOf('.') > text.lastIndexOf(',') ? '.' : ',';
  const [sign, times] = dots > 0 ? ['.', dots] : [',', commas];
  if (times === 0 || times > 1) return '';
  const [whole, decimals] = text.split(sign);
  if (decimals.length === 3 && /^[+-]?[1-9]\d{0,2}$/.test(whole))
    throw new Refusal(
      'ambiguous-number',
      `${shown(text)} may have thousands or decimals`,
      'state format.decimal in the mapping: "." or ","',
    );
  return sign;
};

interface Decimal {
  readonly negative: boolean;
  readonly whole: string;
  readonly decimals: string;
}

/** A number as most are written, which can be read in one way only: told fast, for what comes by the million. */
const PLAIN_NUMBER = /^(\d+)(?:\.(\d\d?))?$/;

/** A decimal number as a sign, whole digits and decimals. */
const readDecimal = (given: string, form: NumberForm): Decimal => {
  const plain = form.decimal === ',' ? null : PLAIN_NUMBER.exec(given);
  return plain ? { negative: false, whole: plain[1], decimals: plain[2] ?? '' } : readWritten(given, form);
};

const readWritten = (given: string, { decimal, thousands }: NumberForm): Decimal => {
  let text = given
    .replace(/^([€$£]|[A-Z]{3}\s)\s*|\s*([€$£]|\s[A-Z]{3})$/g, '')
    .replace(SPACES, '')
    .replace(/['’]/g, '');
  if (text.endsWith('-')) text = `-${text.slice(0, -1)}`;
  const sign = decimal ?? decimalSign(text);
  const marks = thousands === null ? ['.', ','].filter((mark) => mark !== sign) : [thousands];
  for (const mark of marks) {
    const grouped = new RegExp(`^[+-]?\\d{1,3}(\\${mark}\\d{3})+(\\D|$)`);
    if ((mark === '.' || mark === ',') && mark !== sign && grouped.test(text)) text = text.replaceAll(mark, '');
  }
  const [, minus, whole, decimals = ''] = /^([+-]?)(\d*)(?:[.,](\d*))?$/.exec(sign === '' ? text : text.replace(sign, '.')) ?? [];
  const foreign = sign !== '' && text.replace(sign, '').match(/[.,]/);
  if (whole === undefined || whole + decimals === '' || foreign || (sign === '' && /[.,]/.test(text)))
    throw new Refusal(
      'no-number',
      `${shown(given)} is no number`,
      'correct the cell, or state format.decimal and format.thousands in the mapping',
    );
  return { negative: minus === '-', whole, decimals };
};

const exact = (given: string, form: NumberForm, places: number, code: string, remedy: string): number => {
  const { negative, whole, decimals } = readDecimal(given, form);
  if (/[1-9]/.test(decimals.slice(places))) throw new Refusal(code, `${shown(given)} has more than ${places} decimals`, remedy);
  const units = Number(`${whole}${decimals.slice(0, places).padEnd(places, '0')}`);
  if (!Number.isSafeInteger(units)) throw new Refusal('too-large', `${shown(given)} is too large`, 'correct the cell');
  return negative && units !== 0 ? -units : units;
};

/** An amount of money in cents, to the cent. */
export const readCents = (text: string, form: NumberForm): number =>
  exact(text, form, 2, 'fraction-of-a-cent', 'round it in the file, or map the amount of the line instead of a unit price');

/** A number that is no text, written so that it is read as what it is. */
export const writeNumber = (value: number, decimal: '.' | ',' | null): string => {
  const text = String(value);
  if (decimal !== null) return text.replace('.', decimal);
  return /\.\d{3}$/.test(text) ? `${text}0` : text;
};

/** A quantity, with at most three decimals. */
export const readQuantity = (text: string, form: NumberForm): number =>
  exact(text, form, 3, 'fine-quantity', 'state at most three decimals') / 1000;

/** Any number. */
export const readNumber = (text: string, form: NumberForm): number => {
  const { negative, whole, decimals } = readDecimal(text, form);
  return Number(`${negative ? '-' : ''}${whole || '0'}.${decimals || '0'}`);
};

const YES = ['1', 'y', 'yes', 'j', 'ja', 'o', 'oui', 's', 'si', 'sì', 'true', 'vrai', 'wahr', 'x'];
const NO = ['0', 'n', 'no', 'nein', 'non', 'false', 'faux', 'falsch'];

/** Yes or no, as several languages write it. */
export const readFlag = (text: string): boolean => {
  const word = text.toLowerCase();
  if (YES.includes(word)) return true;
  if (NO.includes(word)) return false;
  throw new Refusal('no-flag', `${shown(text)} is neither yes nor no`, 'write yes or no');
};

/** A text that a spreadsheet would not take for a formula. */
export const readText = (text: string): string => {
  if (/^[=@]/.test(text))
    throw new Refusal('formula', `${shown(text)} begins like a formula`, 'write what it is to say, without = or @ before it');
  if (text.includes('\uFFFD'))
    throw new Refusal('unreadable', `${shown(text)} was read in a wrong encoding`, 'state format.encoding in the mapping');
  return text;
};
