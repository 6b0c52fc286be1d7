import { load, refusal, sampleCsv, sampleTrial } from './testing.js';

const withIds = { ...sampleTrial, id: 'id', value: { column: 'spend' } };
const own = { ...sampleTrial, probabilities: { column: 'p' } };
const free = { ...sampleTrial, offer: { column: 'arm' } };
const withP = (...rows: string[]): string => `arm,visit,age,town,p\n${rows.join('\n')}\n`;
const many = (count: number): string => `arm,visit,age,town\n${Array.from({ length: count }, (_, i) => `offer ${i},1,1,x`).join('\n')}`;

/** What is wrong, trial and CSV, and words of the refusal: column, row and remedy. */
const refusals: [string, object, string, string[]][] = [
  [
    'a missing column',
    { ...sampleTrial, attributes: ['agee'], cells: [] },
    sampleCsv,
    ['"agee"', '"attributes"', 'Did you mean "age"?', '"town"'],
  ],
  ['a missing id column', { ...sampleTrial, id: 'client number' }, sampleCsv, ['"client number"', '"id"', 'columns found are "id", "arm"']],
  ['another delimiter', sampleTrial, sampleCsv.replaceAll(',', ';'), ['no column "arm"', 'set "delimiter" to ";"']],
  ['another encoding', { ...sampleTrial, attributes: ['âge'], cells: [] }, 'arm,visit,\uFFFDge\n', ['"âge"', 'save it as UTF-8']],
  ['a broken header', sampleTrial, 'x"y,z\n', ['"no. 1"', 'row 1', 'in quotes']],
  ['a column twice', sampleTrial, sampleCsv.replace('id,arm', 'arm,arm'), ['row 1', 'two columns are called "arm"', 'Rename']],
  ['an unknown offer', sampleTrial, sampleCsv.replace('c,mail', 'c,Mails'), ['"arm"', 'row 4', '"Mails"', 'Did you mean "mail"?']],
  [
    'an offer that only the terms could name',
    { ...sampleTrial, probabilities: 0.5, offers: { mail: {} } },
    sampleCsv.replace('c,mail', 'c,telegram'),
    ['"arm"', 'row 4', '"telegram"', '"mail", "none"', 'list the offer'],
  ],
  ['an empty offer', free, sampleCsv.replace('b,none', 'b,'), ['"arm"', 'row 3', 'the offer is empty', 'Name the offer']],
  ['an id twice', withIds, sampleCsv.replace('d,none', 'b,none'), ['"id"', 'row 5', '"b"', 'row 3', 'one row']],
  ['an empty id', withIds, sampleCsv.replace('c,mail', ',mail'), ['"id"', 'row 4', 'empty', 'leave "id" out']],
  ['a probability of 0', own, withP('mail,1,1,x,0.5', 'none,1,1,x,0'), ['"p"', 'row 3', '"0" is no probability', 'above 0']],
  ['a probability above 1', own, withP('mail,1,1,x,50', 'none,1,1,x,0.5'), ['"p"', 'row 2', '"50"', 'at most 1']],
  ['a missing probability', own, withP('mail,1,1,x,', 'none,1,1,x,0.5'), ['"p"', 'row 2', '""', 'such as 0.25']],
  ['a worded probability', own, withP('mail,1,1,x,half', 'none,1,1,x,0.5'), ['"p"', 'row 2', '"half"', 'such as 0.25']],
  ['one number that sums to more', { ...sampleTrial, probabilities: 0.6 }, sampleCsv, ['"arm"', '2 arms', '1.2000', 'Give 0.500000']],
  [
    'probabilities that belong to one arm only',
    own,
    withP(...Array.from({ length: 200 }, (_, i) => (i % 5 ? 'none,1,1,x,.2' : 'mail,1,1,x,.2'))),
    ['"p"', 'averages 5.000', '2 arms', "each row's own arm"],
  ],
  [
    'an arm that never occurs',
    { ...sampleTrial, probabilities: { none: 0.5, mail: 0.3, call: 0.2 } },
    sampleCsv,
    ['"arm"', '"call"', 'Take it out'],
  ],
  [
    'nobody not contacted',
    { ...sampleTrial, probabilities: 0.5 },
    sampleCsv.replaceAll('none', 'call'),
    ['"arm"', '"none"', '"call"', 'Take it out'],
  ],
  ['one arm', { ...free, probabilities: 1 }, many(1), ['"arm"', '1 different offers', '2 to 20', 'column of the arm']],
  ['21 arms', { ...free, probabilities: 0.05 }, many(21), ['"arm"', '21 different offers', '2 to 20', 'merge']],
  [
    'no response',
    { ...sampleTrial, response: { column: 'visit', positive: ['yes'] } },
    sampleCsv,
    ['"visit"', '"yes"', 'found are "1", "0"', '"response.positive"'],
  ],
  ['an amount with a sign', withIds, sampleCsv.replace('9.99', '$9.99'), ['"spend"', 'row 2', '"$9.99"', 'plain number']],
  ['an amount with a comma', withIds, sampleCsv.replace('9.99', '"1,234.50"'), ['"spend"', 'row 2', '"1,234.50"', '1234.50']],
  ['a negative amount', withIds, sampleCsv.replace('9.99', '-9.99'), ['"spend"', 'row 2', '"-9.99"', 'from 0']],
  ['a short row', sampleTrial, sampleCsv.replace('40,Thun', '40'), ['"age"', 'row 3', '5 fields, the header 6', 'in quotes']],
  ['a long row', sampleTrial, sampleCsv.replace('40,Thun', '40,Thun,CH'), ['"town"', 'row 3', '7 fields, the header 6', 'in quotes']],
  [
    'a short row after blank lines',
    sampleTrial,
    sampleCsv.replace('b,none', '\n\nb,none').replace('40,Thun', '40'),
    ['row 5', 'in quotes'],
  ],
  [
    'a short row after a new line in quotes',
    sampleTrial,
    sampleCsv.replace('Bern', '"B\nern"').replace('40,Thun', '40'),
    ['row 3', 'in quotes'],
  ],
  ['an unterminated quote', sampleTrial, sampleCsv.replace('Thun', '"Thun'), ['"town"', 'row 3', 'never closed', 'Close it']],
  [
    'an unterminated quote before another',
    sampleTrial,
    sampleCsv.replace('Thun', '"Thun').replace('c,', '"c",'),
    ['"town"', 'row 3', 'twice ("")'],
  ],
  ['a quote within a field', sampleTrial, sampleCsv.replace('Thun', 'Th"un'), ['"town"', 'row 3', 'whole field in quotes']],
  ['an endless record', sampleTrial, sampleCsv.replace('Thun', `"${'x'.repeat(1_100_000)}`), ['"town"', 'row 3', 'never closed']],
  ['no content', sampleTrial, '', ['sample.csv is empty', 'header']],
  ['blank lines only', sampleTrial, '\n \n\r\n', ['sample.csv is empty', 'header']],
  ['a header only', sampleTrial, sampleCsv.split('\n')[0], ['header and no rows', 'row per client']],
];

describe('a recorded trial is refused with', () => {
  it.each(refusals)('%s', async (_, trial, csv, words) => {
    const message = await refusal(load(trial, csv));
    for (const word of ['MarketError: ', ...words]) expect(message).toContain(word);
  });
});
