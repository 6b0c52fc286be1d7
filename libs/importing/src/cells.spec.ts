import fc from 'fast-check';
import {
  DATE_FORMS,
  formsOf,
  readCents,
  readDay,
  readFlag,
  readInstant,
  readNumber,
  readQuantity,
  readText,
  Refusal,
  writeNumber,
} from './cells.js';

const ANY = { decimal: null, thousands: null };

const refusal = (read: () => unknown): [code: string, remedy: string] => {
  try {
    return ['taken', String(read())];
  } catch (error) {
    if (error instanceof Refusal) return [error.code, error.remedy];
    throw error;
  }
};

describe('A day', () => {
  it.each([
    ['2011-12-09', '2011-12-09'],
    ['2011/12/9', '2011-12-09'],
    ['20111209', '2011-12-09'],
    ['9.12.2011', '2011-12-09'],
  ])('that can be read in one way only needs no form: %s', (text, day) => expect(readDay(text, null)).toBe(day));

  it.each(['9/12/2011', '12-09-2011'])('that can be read in two ways is refused with what to state: %s', (text) =>
    expect(refusal(() => readDay(text, null))).toEqual([
      'ambiguous-date',
      `state format.dates in the mapping: ${formsOf(text).join(' or ')}`,
    ]),
  );

  it.each(['31.2.2011', '29.02.2011', 'soon', '9.12.11', ''])('that is none is refused: %s', (text) =>
    expect(refusal(() => readDay(text, null))[0]).toBe('no-date'),
  );

  it('is read by the form that is stated and by no other', () => {
    expect(readDay('9/12/2011', 'DD/MM/YYYY')).toBe('2011-12-09');
    expect(readDay('9/12/2011', 'MM/DD/YYYY')).toBe('2011-09-12');
    expect(refusal(() => readDay('20111209', 'DD/MM/YYYY'))[0]).toBe('no-date');
    expect(readDay('2011-12-09', 'DD/MM/YYYY')).toBe('2011-12-09');
  });

  it('comes back whatever form it is written in', () => {
    const days = fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, fc.constantFrom(...DATE_FORMS), (at, form) => {
        const day = at.toISOString().slice(0, 10);
        const [year, month, date] = day.split('-');
        const text = form.replace('YYYY', year).replace('MM', month).replace('DD', date);
        expect(readDay(text, form)).toBe(day);
      }),
    );
  });
});

it('reads an instant with or without a time and a zone', () => {
  expect(readInstant('1/12/2010 8:26', 'DD/MM/YYYY')).toBe('2010-12-01T08:26:00.000Z');
  expect(readInstant('2010-12-01', null)).toBe('2010-12-01T00:00:00.000Z');
  expect(readInstant('2010-12-01T08:26:05+01:00', null)).toBe('2010-12-01T07:26:05.000Z');
  expect(refusal(() => readInstant('2010-12-01 noon', null))[0]).toBe('no-time');
  expect(refusal(() => readInstant('2010-12-01 25:00', null))[0]).toBe('no-time');
});

describe('An amount', () => {
  it.each([
    ['12', 1200],
    ['12.5', 1250],
    ['12,50', 1250],
    ['1,234.50', 123_450],
    ['1.234,50', 123_450],
    ["1'234.50", 123_450],
    ['1 234,50', 123_450],
    ['1 234 567', 123_456_700],
    ['1.234.567', 123_456_700],
    ['-3.20', -320],
    ['3.20-', -320],
    ['€ 3.20', 320],
    ['CHF 3.20', 320],
    ['3.2000', 320],
    ['.5', 50],
    ['0', 0],
    ['-0.00', 0],
  ])('%s is %d cents', (text, cents) => expect(readCents(text, ANY)).toBe(cents));

  it.each(['1,234', '1.234', '-1.234'])('that may have thousands or decimals is refused with what to state: %s', (text) =>
    expect(refusal(() => readCents(text, ANY))).toEqual(['ambiguous-number', 'state format.decimal in the mapping: "." or ","']),
  );

  it('is read as the mapping states', () => {
    expect(readCents('1,234', { decimal: '.', thousands: ',' })).toBe(123_400);
    expect(readCents('1.234', { decimal: ',', thousands: null })).toBe(123_400);
    expect(refusal(() => readCents('1.234', { decimal: '.', thousands: null }))[0]).toBe('fraction-of-a-cent');
  });

  it('that is a number already is written so that it is read as what it is', () => {
    const numbers = fc.integer({ min: -1e9, max: 1e9 }).map((cents) => cents / 100);
    fc.assert(
      fc.property(numbers, fc.constantFrom('.' as const, ',' as const, null), (number, decimal) =>
        expect(readNumber(writeNumber(number, decimal), { decimal, thousands: null })).toBe(number === 0 ? 0 : number),
      ),
    );
    expect(readNumber(writeNumber(1.234, null), ANY)).toBe(1.234);
  });

  it.each(['twelve', '', '1.2.3', '1,2,3', '1e3', '0x10', '--1'])('that is none is refused: %s', (text) =>
    expect(refusal(() => readCents(text, ANY))[0]).toBe('no-number'),
  );

  it('comes back to the cent however it is written', () => {
    const marks: [string, string][] = [
      ['.', ','],
      [',', '.'],
      ['.', "'"],
      [',', ' '],
      [',', '\u00a0'],
    ];
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.constantFrom(...marks), (cents, [decimal, mark]) => {
        const whole = String(Math.trunc(Math.abs(cents) / 100)).replace(/\B(?=(\d{3})+$)/g, mark);
        const text = `${cents < 0 ? '-' : ''}${whole}${decimal}${String(Math.abs(cents) % 100).padStart(2, '0')}`;
        expect(readCents(text, { decimal: decimal as '.' | ',', thousands: null })).toBe(cents === 0 ? 0 : cents);
      }),
    );
  });
});

it('reads quantities, numbers, yes and no, and texts', () => {
  expect(readQuantity('-2,125', { decimal: ',', thousands: null })).toBe(-2.125);
  expect(refusal(() => readQuantity('0.1234', { decimal: '.', thousands: null }))[0]).toBe('fine-quantity');
  expect(readNumber('-1.25', ANY)).toBe(-1.25);
  expect([readFlag('Ja'), readFlag('non')]).toEqual([true, false]);
  expect(refusal(() => readFlag('perhaps'))[0]).toBe('no-flag');
  expect(readText('-12 Rue Neuve')).toBe('-12 Rue Neuve');
  expect(refusal(() => readText('=HYPERLINK("http://x")'))[0]).toBe('formula');
  expect(refusal(() => readText('M\uFFFDller'))[0]).toBe('unreadable');
});
