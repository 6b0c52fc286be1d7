import { strToU8, Zip, ZipDeflate } from 'fflate';
import { Cell } from './cells.js';
import { Encoding } from './encoding.js';

/** How many rows a sheet has below its title. */
export const MOST_ROWS = 1_048_575;

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const SHEET = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const SPREADSHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** All of a workbook but its one sheet. */
const PARTS: Readonly<Record<string, string>> = {
  '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${SPREADSHEET}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${SPREADSHEET}.worksheet+xml"/></Types>`,
  '_rels/.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `${XML}<workbook xmlns="${SHEET}" xmlns:r="${OFFICE}/relationships"><sheets><sheet name="Export" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
};

/** What XML 1.0 cannot hold, whatever it is written as. */
const FORBIDDEN =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

const escaped = (text: string): string => text.replace(FORBIDDEN, '\uFFFD').replace(/[&<>]/g, (letter) => ESCAPES[letter]);

/** Values alone: what looks like a formula is a text. */
const written = (cell: Cell): string => {
  if (cell === null) return '<c/>';
  if (typeof cell === 'number') return `<c><v>${cell}</v></c>`;
  if (typeof cell === 'boolean') return `<c t="b"><v>${cell ? 1 : 0}</v></c>`;
  return `<c t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
};

const line = (cells: readonly Cell[]): string => `<row>${cells.map(written).join('')}</row>`;

/** Rows as the one sheet of a workbook (ECMA-376), compressed as they come. */
export const xlsxEncoding = (): Encoding => {
  let made: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    made.push(chunk);
  });
  const file = (name: string): ZipDeflate => {
    const entry = new ZipDeflate(name, { level: 3 });
    zip.add(entry);
    return entry;
  };
  let sheet: ZipDeflate;
  const soFar = (): Uint8Array => {
    const all = new Uint8Array(made.reduce((sum, { length }) => sum + length, 0));
    made.reduce((at, chunk) => {
      all.set(chunk, at);
      return at + chunk.length;
    }, 0);
    made = [];
    return all;
  };
  return {
    type: `${SPREADSHEET}.sheet`,
    begin: (columns) => {
      for (const [name, text] of Object.entries(PARTS)) file(name).push(strToU8(text), true);
      sheet = file('xl/worksheets/sheet1.xml');
      sheet.push(strToU8(`${XML}<worksheet xmlns="${SHEET}"><sheetData>${line(columns)}`));
      return soFar();
    },
    rows: (rows) => {
      sheet.push(strToU8(rows.map(line).join('')));
      return soFar();
    },
    end: () => {
      sheet.push(strToU8('</sheetData></worksheet>'), true);
      zip.end();
      return soFar();
    },
  };
};
