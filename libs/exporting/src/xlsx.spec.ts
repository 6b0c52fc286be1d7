import { strFromU8, unzipSync } from 'fflate';
import { Cell } from './cells.js';
import { xlsxEncoding } from './xlsx.js';

const workbook = (columns: readonly string[], ...pages: (readonly (readonly Cell[])[])[]): Record<string, string> => {
  const encoding = xlsxEncoding();
  const parts = [encoding.begin(columns), ...pages.map((rows) => encoding.rows(rows)), encoding.end()] as Uint8Array[];
  return Object.fromEntries(Object.entries(unzipSync(Buffer.concat(parts))).map(([name, bytes]) => [name, strFromU8(bytes)]));
};

const sheet = (...pages: (readonly (readonly Cell[])[])[]): string =>
  /<sheetData>(.*)<\/sheetData>/s.exec(workbook(['name'], ...pages)['xl/worksheets/sheet1.xml'])![1];
const text = (value: string): string => `<c t="inlineStr"><is><t xml:space="preserve">${value}</t></is></c>`;

describe('XLSX', () => {
  it('is a package of which every part is named', () => {
    const parts = workbook(['name'], [['Anna']]);
    const types = parts['[Content_Types].xml'];
    for (const name of Object.keys(parts).filter((part) => part.endsWith('.xml') && part !== '[Content_Types].xml'))
      expect(types).toContain(`PartName="/${name}"`);
    expect(parts['_rels/.rels']).toContain('Target="xl/workbook.xml"');
    expect(parts['xl/_rels/workbook.xml.rels']).toContain('Target="worksheets/sheet1.xml"');
  });

  it('holds values alone: numbers, truths and texts, whatever these look like', () => {
    expect(sheet([['=1+1', -5.5, true, null]])).toBe(
      `<row>${text('name')}</row><row>${text('=1+1')}<c><v>-5.5</v></c><c t="b"><v>1</v></c><c/></row>`,
    );
  });

  it('holds the rows of all pages in order', () => {
    expect(sheet([['a'], ['b']], [], [['c']])).toBe(['name', 'a', 'b', 'c'].map((value) => `<row>${text(value)}</row>`).join(''));
  });

  it('is XML whatever somebody has typed', () => {
    expect(sheet([['<a href="x">&amp;</a>\u0000\u0007\ud800 \ud83d\ude00']])).toContain(
      text('&lt;a href="x"&gt;&amp;amp;&lt;/a&gt;\ufffd\ufffd\ufffd \ud83d\ude00'),
    );
  });
});
