import fc from 'fast-check';
import { Query } from 'mingo';
import { sha256 } from '@boucle/eventsourcing';
import { checkRule } from './check.js';
import { compileRule } from './compile.js';
import { explainRule } from './explain.js';
import { mongoFilter } from './mongo.js';
import { nextChange } from './next-change.js';
import { parseRule } from './parse.js';
import { printRule } from './print.js';
import { randomOrder } from './random.js';
import { Rule } from './rule.js';
import { anyRule } from './testing.js';
import { anyGuest, anyInstant, Guest, GUESTS, POOL } from './testing-guests.js';

const SEGMENTS = new Map<string, Rule>([
  ['faithful', parseRule('count(stays in the last 90 days) >= 2 or vip = yes', GUESTS).rule],
  ['half', { is: 'random', percent: 50 }],
]);
const known = { vocabulary: GUESTS, segments: SEGMENTS };
const asking = (at: string) => ({ at, segments: SEGMENTS, name: 'tried' });
const rules = anyRule(GUESTS, { ...POOL, segments: ['faithful', 'half'], random: true });

const written = (text: string): Rule => {
  const { rule, placeOf } = parseRule(text, GUESTS);
  return checkRule(rule, known, placeOf);
};

describe('Any rule', () => {
  it('is accepted by the check, and its text makes the same rule again', () =>
    fc.assert(
      fc.property(rules, (rule) => {
        expect(checkRule(rule, known)).toBe(rule);
        expect(written(printRule(rule, GUESTS))).toEqual(rule);
      }),
      { numRuns: 500 },
    ));

  it('is the same as JSON', () =>
    fc.assert(
      fc.property(rules, (rule) => {
        const read = JSON.parse(JSON.stringify(rule)) as unknown;
        expect(printRule(checkRule(read, known), GUESTS)).toBe(printRule(rule, GUESTS));
      }),
    ));

  it('answers alike as a closure and as a filter of MongoDB', () =>
    fc.assert(
      fc.property(rules, fc.array(anyGuest, { minLength: 1, maxLength: 5 }), anyInstant, (rule, guests, at) => {
        const member = compileRule(rule, GUESTS, asking(at));
        const query = new Query(mongoFilter(rule, GUESTS, asking(at)));
        for (const guest of guests)
          expect([printRule(rule, GUESTS), query.test({ ...guest })]).toEqual([printRule(rule, GUESTS), member(guest)]);
      }),
      { numRuns: 600 },
    ));

  it('is explained as it is answered, by conditions that answer so by themselves', () =>
    fc.assert(
      fc.property(rules, anyGuest, anyInstant, (rule, guest, at) => {
        const { member, because, says } = explainRule(rule, guest, GUESTS, asking(at));
        expect(member).toBe(compileRule(rule, GUESTS, asking(at))(guest));
        expect(says.startsWith(member ? 'in, because ' : 'out, because ')).toBe(true);
        expect(because.length).toBeGreaterThan(0);
        for (const { condition, holds } of because) {
          if (!condition.startsWith('random')) expect(compileRule(written(condition), GUESTS, asking(at))(guest)).toBe(holds);
        }
      }),
      { numRuns: 1000 },
    ));

  it('is answered the same until the next change by time alone', () =>
    fc.assert(
      fc.property(rules, anyGuest, anyInstant, fc.array(anyInstant, { maxLength: 20 }), (rule, guest, at, instants) => {
        const next = nextChange(rule, guest, GUESTS, asking(at));
        if (next !== null) expect(next > at).toBe(true);
        const just = next === null ? [] : [new Date(Date.parse(next) - 1).toISOString()];
        const now = compileRule(rule, GUESTS, asking(at))(guest);
        for (const later of [...instants, ...just].filter((one) => one > at && (next === null || one < next)))
          expect(compileRule(rule, GUESTS, asking(later))(guest)).toBe(now);
      }),
      { numRuns: 1000 },
    ));
});

describe('A rule about time', () => {
  const guest = (more: Partial<Guest>): Guest => ({
    id: 'g1',
    city: null,
    level: null,
    points: null,
    born: null,
    joined: null,
    vip: null,
    likes: [],
    notes: {},
    stays: [],
    letters: [],
    ...more,
  });
  const stay = (at: string, room = 'single', paid = 1000) => ({
    at,
    room,
    nights: 1,
    paid,
    currency: 'EUR',
    extras: [],
    gift: false,
    cancelled: null,
  });
  const letter = (at: string, answered = false) => ({ at, answered });
  const at = '2026-03-01T12:00:00.000Z';
  const holds = (text: string, who: Guest, when = at): boolean => compileRule(written(text), GUESTS, asking(when))(who);

  it('counts events of the last days with a condition', () => {
    const who = guest({
      stays: [
        stay('2026-02-01T00:00:00.000Z', 'suite'),
        stay('2026-02-20T00:00:00.000Z', 'suite'),
        stay('2025-02-20T00:00:00.000Z', 'suite'),
      ],
    });
    expect(holds('count(stays in the last 90 days where room = "suite") >= 2', who)).toBe(true);
    expect(holds('count(stays in the last 90 days where room = "suite") >= 3', who)).toBe(false);
    expect(holds('count(stays where floor = "second") = 3', who)).toBe(true);
    expect(nextChange(written('count(stays in the last 90 days) >= 2'), who, GUESTS, asking(at))).toBe('2026-05-02T00:00:00.000Z');
  });

  it('counts since the last event of another kind: three letters since the last stay, none answered', () => {
    const rule = 'count(letters since the last stay) >= 3 and count(letters since the last stay where answered = yes) = 0';
    const letters = ['2026-02-02', '2026-02-03', '2026-02-04'].map((day) => letter(`${day}T09:00:00.000Z`));
    const stays = [stay('2026-02-01T00:00:00.000Z')];
    expect(holds(rule, guest({ letters, stays }))).toBe(true);
    expect(holds(rule, guest({ letters: [...letters, letter('2026-01-01T00:00:00.000Z', true)], stays }))).toBe(true);
    expect(holds(rule, guest({ letters: [...letters, letter('2026-02-05T00:00:00.000Z', true)], stays }))).toBe(false);
    expect(holds(rule, guest({ letters, stays: [stay('2026-02-03T00:00:00.000Z')] }))).toBe(false);
  });

  it('adds up money of one currency, and divides', () => {
    const who = guest({ stays: [stay('2026-02-01T00:00:00.000Z', 'suite', 10_050), stay('2026-02-02T00:00:00.000Z', 'suite', 5025)] });
    expect(holds('sum(paid.EUR of stays) = 150.75', who)).toBe(true);
    expect(holds('sum(paid.CHF of stays) = 0', who)).toBe(true);
    expect(holds('sum(paid.EUR of stays) / count(stays) > 75', who)).toBe(true);
    expect(holds('sum(paid.EUR of stays) / count(letters) >= 0', who)).toBe(false);
    expect(holds('not sum(paid.EUR of stays) / count(letters) >= 0', who)).toBe(true);
  });

  it('compares an instant with a day by the day it lies in', () => {
    const who = guest({ joined: '2026-03-01T10:00:00.000Z' });
    for (const text of [
      'joined = 2026-03-01',
      'joined <= 2026-03-01',
      'joined >= 2026-03-01',
      'joined between 2026-02-01 and 2026-03-01',
      'joined in the last 1 day',
    ])
      expect([text, holds(text, who)]).toEqual([text, true]);
    for (const text of ['joined < 2026-03-01', 'joined > 2026-03-01', 'joined != 2026-03-01', 'joined more than 1 day ago'])
      expect([text, holds(text, who)]).toEqual([text, false]);
  });

  it('knows nothing of what has not happened yet', () => {
    const who = guest({ stays: [stay('2026-03-02T00:00:00.000Z')] });
    expect(holds('count(stays) = 0', who)).toBe(true);
    expect(nextChange(written('count(stays) = 0'), who, GUESTS, asking(at))).toBe('2026-03-02T00:00:00.000Z');
  });
});

describe('A random part', () => {
  /** Counted upwards, and drawn: what ids look like. */
  const bases = [
    Array.from({ length: 20_000 }, (_, i) => `client-${i}`),
    Array.from({ length: 20_000 }, (_, i) => String(i).padStart(8, '0')),
    Array.from({ length: 20_000 }, (_, i) => sha256(String(i)).slice(0, 32)),
  ];
  const SEGMENTS_DRAWN = ['first', 'second', 'spring', 'a', 'b'];
  const deviations = (found: number, expected: number): number => (found - expected) / Math.sqrt(expected);

  it('is spread evenly over a hundred', () => {
    for (const ids of bases)
      for (const segment of SEGMENTS_DRAWN) {
        const places = ids.map(randomOrder(segment));
        const counts = Array.from({ length: 100 }, () => 0);
        for (const at of places) counts[Math.floor(at)]++;
        // chi-square with 99 degrees of freedom: above 160 once in 10,000 times
        expect(counts.reduce((sum, one) => sum + deviations(one, ids.length / 100) ** 2, 0)).toBeLessThan(160);
      }
  });

  it('is in no relation to that of another segment, and to who comes next', () => {
    for (const ids of bases) {
      const drawn = SEGMENTS_DRAWN.map((segment) => ids.map(randomOrder(segment)));
      const pairs = drawn.flatMap((one, n) => [...drawn.slice(n + 1), [...one.slice(1), one[0]]].map((other) => [one, other] as const));
      for (const [one, other] of pairs) {
        const cells = Array.from({ length: 100 }, () => 0);
        one.forEach((at, n) => cells[10 * Math.floor(at / 10) + Math.floor(other[n] / 10)]++);
        expect(cells.reduce((sum, found) => sum + deviations(found, ids.length / 100) ** 2, 0)).toBeLessThan(160);
      }
    }
  });

  it('grows by adding', () => {
    const member = (percent: number) => compileRule({ is: 'random', percent }, GUESTS, asking('2026-03-01T00:00:00.000Z'));
    const guests = bases[0].slice(0, 1000).map((id) => ({ id }) as Guest);
    const ten = guests.filter(member(10));
    expect(ten.length).toBeGreaterThan(50);
    expect(ten.every(member(20))).toBe(true);
  });
});

describe('The text of a rule', () => {
  it.each([
    ['clas = "gold"', 'line 1, column 1: there is no field clas: the fields are city, level, points, born, joined, vip, likes, notes.x'],
    ['levl = "gold"', 'line 1, column 1: there is no field levl: did you mean level?'],
    ['vip = yes and\n  level = "glod"', 'line 2, column 11: "glod" is none of its values (bronze, silver, gold): did you mean "gold"?'],
    [
      'points',
      'line 1, column 1: a value alone is no condition: behind it belongs a comparison such as = "x", >= 2, in ("x", "y"), between 1 and 5, is filled, has "x", in the last 90 days',
    ],
    [
      'points > 2 and',
      'line 1, column 15: expected a field, a number, a text in double quotes, a day, count(…), segment "…", random …% or a bracket, but found the end',
    ],
    ['points > 2 vip = yes', 'line 1, column 12: expected and, or, or the end of the rule, but found vip'],
    ['points > "2"', 'line 1, column 10: expected a number, but found "2"'],
    ['(points > 2', 'line 1, column 12: expected and, or, or ), but found the end'],
    ['city > "Bern"', 'line 1, column 6: > asks numbers and days: texts and yes/no are compared with = and !='],
    [
      'city = "Bern',
      'line 1, column 8: the text that begins here has no closing quote: texts stand in double quotes, days are written 2026-03-01, numbers 12.5',
    ],
    ['city = ~', 'line 1, column 8: ~ has no meaning in a rule: texts stand in double quotes, days are written 2026-03-01, numbers 12.5'],
    ['likes = "wine"', 'line 1, column 9: expected has "x", but found "wine"'],
    ['born = 2026-02-30', 'line 1, column 8: there is no such day: write it as 2026-03-01'],
    ['born in the last 3 mnths', 'line 1, column 20: expected days, weeks, months or years, but found mnths: did you mean months?'],
    ['born in the last 0 days', 'line 1, column 18: a stretch of time is a whole number, at least 1 day and at most 36500 days'],
    ['points in the last 3 days', 'line 1, column 1: only a day lies in the past or the future, and this is a number'],
    ['points between 5 and 1', 'line 1, column 16: the first value must not be the greater one: write the two the other way round'],
    [
      'points / 0 > 1',
      'line 1, column 10: a division by zero: divide by something that is not always 0; where it is 0 for one client, the condition does not hold for him',
    ],
    [
      'points / (2 - 2) > 1',
      'line 1, column 10: a division by zero: divide by something that is not always 0; where it is 0 for one client, the condition does not hold for him',
    ],
    ['count(stay) > 1', 'line 1, column 7: there are no events stay: did you mean stays?'],
    ['count(stays since the last sty) > 1', 'line 1, column 28: there are no events sty: did you mean stay?'],
    ['count(stays where rom = "suite") > 1', 'line 1, column 19: there is no field rom: did you mean room?'],
    [
      'count(stays where count(letters) > 1) > 1',
      'line 1, column 19: events cannot be counted in the where of an event: count them outside of the bracket',
    ],
    ['sum(room of stays) > 1', 'line 1, column 5: only numbers add up, and room is a text such as "x"'],
    ['random 120%', 'line 1, column 8: a random part must be more than 0% and less than 100%'],
    ['segment "faithfull"', 'line 1, column 9: there is no segment "faithfull": did you mean "faithful"?'],
  ])('%s is refused with the place and the remedy', (text, message) => expect(() => written(text)).toThrow(new Error(message)));

  it('may say any text, and names that look like words of the language', () => {
    const rule = written('city = "the \\"best\\"" or `notes.in the last` = 1');
    expect(printRule(rule, GUESTS)).toBe('city = "the \\"best\\"" or `notes.in the last` = 1');
  });

  it('keeps brackets where they mean something', () => {
    const texts = [
      'points > 1 and points < 3 or vip = yes',
      'points > 1 and (points < 3 or vip = yes)',
      'not (vip = yes or points > 1)',
      'not not vip = yes',
      'points - (points - 1) = 1',
      '(points + 1) * 2 > -3',
      'count(stays in the last 1 day where (room = "suite" or nights > 2) and gift = no) > 0',
      'level in ("gold", "silver") and last(stays) in the last 2 weeks and first(letters where answered = yes) > last(stays)',
    ];
    for (const text of texts)
      expect(printRule(written(text), GUESTS)).toBe(text === texts[0] ? '(points > 1 and points < 3) or vip = yes' : text);
  });
});

describe('The JSON form of a rule', () => {
  it.each<[unknown, string]>([
    [null, 'rule: expected a rule: an object with is, for example {"is": "filled", "value": {"field": "…"}}'],
    [{ is: 'maybe' }, 'rule.is: is must be one of'],
    [
      { is: 'and', parts: [{ is: 'filled', value: { field: 'city' } }] },
      'rule.parts: and joins two rules or more: write a single one by itself',
    ],
    [{ is: '=', value: { field: 'city' } }, 'rule: than is missing'],
    [{ is: '=', value: { field: 'city' }, than: null }, 'rule.than: expected a field, a number, count(…) or a calculation'],
    [{ is: 'filled', value: { field: 'city' }, really: true }, 'rule: really has no meaning here: leave it out (known: is, value)'],
    [{ is: 'not', rule: { is: 'filled', value: { field: 'ctiy' } } }, 'rule.rule.value.field: there is no field ctiy: did you mean city?'],
    [
      { is: '>', value: { measure: 'count', of: 'stays', window: { last: { count: 3, unit: 'dogs' } } }, than: 1 },
      'rule.value.window.last: expected a stretch of time',
    ],
  ])('%j is refused with the place and the remedy', (rule, message) => expect(() => checkRule(rule, known)).toThrow(message));

  it('may be as hostile as it likes: it is refused, or understood', () =>
    fc.assert(
      fc.property(
        fc.object({ maxDepth: 4, key: fc.constantFrom('is', 'value', 'than', 'parts', 'field', 'measure', 'of', 'op', 'rule') }),
        (json) => {
          try {
            compileRule(checkRule(json, known), GUESTS, asking('2026-03-01T00:00:00.000Z'));
          } catch (error) {
            expect((error as Error).name).toBe('RuleError');
          }
        },
      ),
    ));
});

describe('Segments that ask for each other', () => {
  const segments = new Map<string, Rule>([
    ['a', { is: 'segment', segment: 'b' }],
    [
      'b',
      {
        is: 'or',
        parts: [
          { is: 'segment', segment: 'c' },
          { is: 'filled', value: { field: 'city' } },
        ],
      },
    ],
    ['c', { is: 'filled', value: { field: 'level' } }],
  ]);

  it('may do so in one direction', () => {
    const rule = parseRule('segment "a" and city = "Bern"', GUESTS).rule;
    expect(checkRule(rule, { vocabulary: GUESTS, segments, name: 'd' })).toBe(rule);
  });

  it('are refused in a circle, with the way round', () => {
    const { rule, placeOf } = parseRule('city = "Bern" or segment "a"', GUESTS);
    expect(() => checkRule(rule, { vocabulary: GUESTS, segments, name: 'c' }, placeOf)).toThrow(
      'line 1, column 26: the segment would depend on itself (c → a → b → c): take this reference out, or the one that leads back',
    );
    expect(() => checkRule({ is: 'segment', segment: 'c' }, { vocabulary: GUESTS, segments, name: 'c' })).toThrow('(c → c)');
  });
});
