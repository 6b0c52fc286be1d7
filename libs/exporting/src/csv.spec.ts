import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { Cell, plainText } from './cells.js';
import { CsvWish, csvEncoding, SEPARATORS } from './csv.js';

const plainWish: CsvWish = { separator: ',', byteOrderMark: false, decimal: '.' };
const csv = (columns: readonly string[], rows: readonly (readonly Cell[])[], wish: CsvWish = plainWish): string => {
  const encoding = csvEncoding(wish);
  return [encoding.begin(columns), encoding.rows(rows), encoding.end()].join('');
};
const cell = (value: Cell, wish = plainWish): string =>
  csv(['a', 'b'], [[value, 'x']], wish)
    .split('\r\n')[1]
    .slice(0, -2);

describe('CSV', () => {
  it.each(['=1+1', '+41791234567', '-5 apples', '@SUM(A1)', '\tx', '\rx', '＝1+1', "=cmd|' /C calc'!A0"])(
    'never begins a text as a formula: %j',
    (text) => {
      const [[written]] = parse(csv([], [[text]])).slice(1);
      expect(written).toBe(`'${text}`);
      expect(plainText(written)).toBe(text);
    },
  );

  it('leaves numbers numbers, with the decimal point or comma that is asked for', () => {
    expect([cell(-5), cell(1.5), cell(-0.25)]).toEqual(['-5', '1.5', '-0.25']);
    expect(cell(-1.5, { ...plainWish, separator: ';', decimal: ',' })).toBe('-1,5');
    expect(cell(-1.5, { ...plainWish, decimal: ',' })).toBe('"-1,5"');
  });

  it('writes nothing where nothing is known', () => expect(cell(null)).toBe(''));

  it('begins with the mark of UTF-8 only where it is asked for', () => {
    expect(csv(['a'], [])).toBe('a\r\n');
    expect(csv(['a'], [], { ...plainWish, byteOrderMark: true })).toBe('\ufeffa\r\n');
  });

  it('is read again as it was, with every separator', () => {
    const texts = fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: fc.constantFrom(...'=+-@\t\r\n";, a') })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(texts, fc.constantFrom(...SEPARATORS), (rows, separator) => {
        const read = parse(csv(['a', 'b'], rows, { ...plainWish, separator }), {
          delimiter: separator,
          record_delimiter: '\r\n',
        });
        expect(read.slice(1).map((line) => line.map(plainText))).toEqual(rows.map((row) => row.map(plainText)));
      }),
    );
  });
});
