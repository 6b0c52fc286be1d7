import { Expression } from '@boucle/segments';
import { all, any, either, entriesAt, given, isNull, isThere, orNull, those } from '../segment/stored-expressions.js';
import { birthday, SUSPICIOUS } from './birth-date.js';

/** Something of a day of birth on which rules may stand, called $$birth, with its month and day as $$day; null: there is none. */
const ofBirth = (of: string, value: Expression): Expression => {
  const birth = `${of}profile.person.birthDate`;
  const day = { $substrBytes: ['$$birth', { $subtract: [{ $strLenBytes: '$$birth' }, 5] }, 5] };
  return given({ birth }, either(any(isNull('$$birth'), { $in: ['$$birth', SUSPICIOUS] }), null, given({ day }, value)));
};

/** Full years on a day, asked of a stored profile. */
export const storedAge = (of: string, day: string): Expression => {
  const years = { $subtract: [Number(day.slice(0, 4)), { $toInt: { $substrBytes: ['$$birth', 0, 4] } }] };
  const age = { $subtract: [years, either({ $gt: ['$$day', day.slice(5)] }, 1, 0)] };
  return ofBirth(of, either({ $eq: [{ $substrBytes: ['$$birth', 0, 1] }, '-'] }, null, age));
};

/** The next birthday from a day on, asked of a stored profile. */
export const storedBirthday = (of: string, day: string): Expression => {
  const year = Number(day.slice(0, 4));
  const leap = [year, year + 1].map((one) => `${one}-${birthday('--02-29', one)}`).find((one) => one >= day)!;
  const next = { $concat: [either({ $gte: ['$$day', day.slice(5)] }, `${year}-`, `${year + 1}-`), '$$day'] };
  return ofBirth(of, either({ $eq: ['$$day', '02-29'] }, leap, next));
};

/** Stored addresses where mail reaches somebody on a day, as `k` and `v`: those of his profile if nothing else is said. */
export const storedAddresses = (of: string, day: string, path = 'profile.person.addresses'): Expression => {
  const date = `-${day.slice(4)}`;
  const [from, until] = ['$$address.v.validity.season.from', '$$address.v.validity.season.until'];
  const [begun, lasts] = [{ $lte: [from, date] }, { $gte: [until, date] }];
  const validity = '$$address.v.validity';
  return those(
    entriesAt(`${of}${path}`),
    'address',
    all(
      { $in: [orNull('$$address.v.returned'), [null, false]] },
      any(isNull(`${validity}.from`), { $lte: [`${validity}.from`, day] }),
      any(isNull(`${validity}.until`), { $gte: [`${validity}.until`, day] }),
      any({ $not: [isThere(`${validity}.season`)] }, either({ $lte: [from, until] }, all(begun, lasts), any(begun, lasts))),
    ),
  );
};
