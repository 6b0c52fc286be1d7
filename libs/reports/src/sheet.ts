import { askedAgain, questionLine } from './question-line.js';
import { Cell, Column, Report, Table } from './report.js';
import { isEstimate } from './wording.js';

/** A cell of a spreadsheet. */
export type SheetCell = string | number | null;
type Row = readonly SheetCell[];

const withInterval = ({ kind }: Column): boolean => kind === 'rate' || kind === 'estimate';

/** Money is in units of its currency, which the column names. */
const headings = (column: Column): Row => {
  const name = column.kind === 'money' ? `${column.label} (${column.currency})` : column.label;
  return withInterval(column) ? [name, `${name}, low`, `${name}, high`] : [name];
};

const cells = (column: Column, cell: Cell): Row => {
  const plain = isEstimate(cell) ? cell.value : cell;
  const value = column.kind === 'money' && typeof plain === 'number' ? plain / 100 : plain;
  if (!withInterval(column)) return [value];
  return isEstimate(cell) ? [cell.value, cell.low, cell.high] : [value, null, null];
};

const tableRows = ({ title, columns, rows, note }: Table): Row[] => [
  [],
  [title],
  ...(note === undefined ? [] : [[note]]),
  columns.flatMap(headings),
  ...rows.map((row) => columns.flatMap((column) => cells(column, row[column.name] ?? null))),
];

/** A report as the rows of one sheet: what was asked, who is in it and who is not, the findings, then table after table. */
export const sheetOf = (report: Report): readonly Row[] => {
  const { title, question, counted, leftOut, findings, tables } = report;
  return [
    [title],
    ['Question', questionLine(question)],
    ['Asked again by', askedAgain(report)],
    ['Counted', counted],
    ...Object.entries(leftOut).map(([reason, count]) => [`Left out: ${reason}`, count]),
    ...findings.map((finding) => ['Finding', finding]),
    ...tables.flatMap(tableRows),
  ];
};
