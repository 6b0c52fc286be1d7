import { sheetOf } from './sheet.js';
import { aReport } from './testing.js';

it('lays a report out as the rows of one sheet', () => {
  expect(sheetOf(aReport)).toEqual([
    ['Areas & <regions>'],
    ['Question', 'areas version 1 · position 1234 · on 2026-03-01 · as it was that day, by all that we know · seed 7 · currency=CHF'],
    ['Asked again by', 'boucle report areas --as-of 2026-03-01 --known 1234 --set seed=7 --set currency=CHF'],
    ['Counted', 1500],
    ['Left out: object to profiling', 12],
    ['Left out: no address', 3],
    ['Finding', 'The north buys more often.'],
    [],
    ['By area'],
    ['Areas & places.'],
    [
      ...['Area', 'Since', 'Clients', 'Share', 'Turnover (CHF)', 'Response rate', 'Response rate, low', 'Response rate, high'],
      ...['Effect', 'Effect, low', 'Effect, high', 'Mean gap'],
    ],
    ['=north "<b>"', '2025-01-01', 1200, 0.8, 1234.56, 0.125, 0.1, 0.15, 1.25, -0.5, 3, 76.6],
    ['south', null, 300, 0.2, -0.5, null, null, null, null, null, null, 10],
    [],
    ['Nothing here'],
    ['Area'],
  ]);
});
