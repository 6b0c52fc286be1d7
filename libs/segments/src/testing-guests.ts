import fc from 'fast-check';
import { Pool } from './testing.js';
import { Field, Vocabulary } from './vocabulary.js';

/** Something that a guest had. */
interface Stay {
  readonly at: string;
  readonly room: string;
  readonly nights: number | null;
  readonly paid: number;
  readonly currency: string;
  readonly extras: readonly string[];
  readonly gift: boolean;
  /** From when on it does not count. */
  readonly cancelled: string | null;
}

/** Somebody for whom the rules of the specs are made. */
export interface Guest {
  readonly id: string;
  readonly city: string | null;
  readonly level: string | null;
  readonly points: number | null;
  readonly born: string | null;
  readonly joined: string | null;
  readonly vip: boolean | null;
  readonly likes: readonly string[];
  readonly notes: Readonly<Record<string, string | number | boolean | null>>;
  readonly stays: readonly Stay[];
  readonly letters: readonly { readonly at: string; readonly answered: boolean }[];
}

const field = <S>(name: keyof S & string, type: Field<S>['type'], more: Partial<Field<S>> = {}): Field<S> => ({
  name,
  label: name,
  type,
  read: (subject) => subject[name] as never,
  stored: (of) => `${of}${name}`,
  ...more,
});

const ROOMS = ['single', 'double', 'suite'];
/** A room of a floor. */
const FLOORS: Readonly<Record<string, readonly string[]>> = { first: ['single', 'double'], second: ['suite'] };

const staysIn = (prefix: string) => ({
  prefix,
  example: `${prefix}EUR`,
  field: (currency: string): Field<Stay> => ({
    name: `${prefix}${currency}`,
    label: `paid in ${currency}`,
    type: 'number',
    read: (stay) => (stay.currency === currency ? stay.paid / 100 : null),
    stored: (of) => ({ $cond: [{ $eq: [`${of}currency`, currency] }, { $divide: [`${of}paid`, 100] }, null] }),
  }),
});

/** What the rules of the specs may speak of. */
export const GUESTS: Vocabulary<Guest> = {
  idOf: ({ id }) => id,
  storedId: 'id',
  fields: [
    field<Guest>('city', 'text'),
    field<Guest>('level', 'code', { codes: ['bronze', 'silver', 'gold'] }),
    field<Guest>('points', 'number'),
    field<Guest>('born', 'day'),
    field<Guest>('joined', 'instant'),
    field<Guest>('vip', 'flag'),
    field<Guest>('likes', 'list'),
  ],
  families: [
    {
      prefix: 'notes.',
      example: 'notes.x',
      field: (name) => ({
        name: `notes.${name}`,
        label: name,
        type: 'open',
        read: ({ notes }) => notes[name] ?? null,
        stored: (of) => `${of}notes.${name}`,
      }),
    },
  ],
  events: [
    {
      name: 'stays',
      one: 'stay',
      label: 'stays',
      entries: ({ stays }) => stays,
      at: (stay: Stay) => stay.at,
      counts: ({ cancelled }: Stay, at) => cancelled === null || cancelled > at,
      turns: ({ cancelled }: Stay) => cancelled,
      stored: {
        entries: (of) => `${of}stays`,
        at: (of) => `${of}at`,
        counts: (of, at) => ({ $or: [{ $eq: [`${of}cancelled`, null] }, { $gt: [`${of}cancelled`, at] }] }),
      },
      fields: [
        field<Stay>('room', 'code', { codes: ROOMS }),
        { ...field<Stay>('room', 'code'), name: 'floor', codes: Object.keys(FLOORS), standsFor: (code) => FLOORS[code] ?? [] },
        field<Stay>('nights', 'number'),
        field<Stay>('extras', 'list'),
        field<Stay>('gift', 'flag'),
      ],
      families: [staysIn('paid.')],
    },
    {
      name: 'letters',
      one: 'letter',
      label: 'letters',
      entries: ({ letters }) => letters,
      at: (letter: Guest['letters'][number]) => letter.at,
      stored: { entries: (of) => `${of}letters`, at: (of) => `${of}at` },
      fields: [field<Guest['letters'][number]>('answered', 'flag')],
    },
  ],
};

const DAYS = ['2026-01-01', '2026-02-10', '2026-02-28', '2026-03-01', '2026-03-05', '2026-04-01'];

/** What there is to compare with. */
export const POOL: Pool = {
  texts: ['Bern', 'Genève', 'wine', 'the "best"', '$city', 'a\\b', ''],
  numbers: [0, 1, 2, 3, -1, 0.5, 12.34, 100],
  days: DAYS,
  segments: [],
  random: false,
};

const instant = fc.oneof(
  fc
    .tuple(fc.constantFrom(...DAYS), fc.constantFrom('00:00:00.000', '12:00:00.000', '23:59:59.999'))
    .map(([day, time]) => `${day}T${time}Z`),
  fc.date({ min: new Date('2024-01-01'), max: new Date('2026-06-01'), noInvalidDate: true }).map((date) => date.toISOString()),
);

/** When rules are asked. */
export const anyInstant: fc.Arbitrary<string> = instant;

const text = fc.constantFrom(...POOL.texts);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 4 });

/** Anybody. */
export const anyGuest: fc.Arbitrary<Guest> = fc.record({
  id: fc.uuid(),
  city: maybe(text),
  level: maybe(fc.constantFrom('bronze', 'silver', 'gold')),
  points: maybe(fc.constantFrom(...POOL.numbers)),
  born: maybe(fc.constantFrom(...DAYS)),
  joined: maybe(instant),
  vip: maybe(fc.boolean()),
  likes: fc.array(text, { maxLength: 3 }),
  notes: fc.oneof(
    fc.constant({}),
    fc.record({
      x: fc.oneof<fc.Arbitrary<string | number | boolean | null>[]>(
        text,
        fc.constantFrom(...POOL.numbers),
        fc.boolean(),
        fc.constant(null),
      ),
    }),
  ),
  stays: fc.array(
    fc.record({
      at: instant,
      room: fc.constantFrom(...ROOMS),
      nights: maybe(fc.constantFrom(...POOL.numbers)),
      paid: fc.constantFrom(0, 1234, 10_000, 50, -100),
      currency: fc.constantFrom('EUR', 'CHF'),
      extras: fc.array(text, { maxLength: 2 }),
      gift: fc.boolean(),
      cancelled: fc.option(instant, { freq: 1 }),
    }),
    { maxLength: 4 },
  ),
  letters: fc.array(fc.record({ at: instant, answered: fc.boolean() }), { maxLength: 4 }),
});
