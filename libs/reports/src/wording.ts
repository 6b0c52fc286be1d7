import { Cell, Column, Estimate } from './report.js';

const LOCALE = 'en';

const decimal = (value: number, digits: number): string =>
  value.toLocaleString(LOCALE, { minimumFractionDigits: digits, maximumFractionDigits: digits });
const percent = (value: number): string => `${decimal(100 * value, 1)}%`;

const digitsOf = (column: Column): number => ('digits' in column ? (column.digits ?? 2) : 2);

/** One figure as a person reads it. */
const figure = (column: Column, value: number): string => {
  switch (column.kind) {
    case 'share':
    case 'rate':
      return percent(value);
    case 'money':
      return `${decimal(value / 100, 2)} ${column.currency}`;
    case 'number':
    case 'estimate':
      return decimal(value, digitsOf(column));
    default:
      return value.toLocaleString(LOCALE);
  }
};

/** Whether a cell is a figure with an interval. */
export const isEstimate = (cell: Cell): cell is Estimate => cell !== null && typeof cell === 'object';

/** A cell as a person reads it; a dash where nothing is known. */
export const wording = (column: Column, cell: Cell): string => {
  if (cell === null) return '–';
  if (typeof cell === 'string') return cell;
  if (!isEstimate(cell)) return figure(column, cell);
  const { value, low, high } = cell;
  return `${figure(column, value)} (${figure(column, low)} to ${figure(column, high)})`;
};
