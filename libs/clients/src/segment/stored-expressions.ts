import { Expression } from '@boucle/segments';

/** What stands there; null: nothing, or there is no such place. */
export const orNull = (value: Expression): Expression => ({ $ifNull: [value, null] });
export const isNull = (value: Expression): Expression => ({ $eq: [orNull(value), null] });
export const isThere = (value: Expression): Expression => ({ $ne: [orNull(value), null] });
export const all = (...parts: readonly Expression[]): Expression => ({ $and: parts });
export const any = (...parts: readonly Expression[]): Expression => ({ $or: parts });

/** A list; empty where there is none. */
export const listAt = (path: string): Expression => ({ $ifNull: [path, []] });

/** What stands under ids, as a list of `k` and `v`. */
export const entriesAt = (path: string): Expression => ({ $objectToArray: { $ifNull: [path, {}] } });

/** Those of a list for which something holds; `as` names the one that is looked at. */
export const those = (input: Expression, as: string, cond: Expression): Expression => ({ $filter: { input, as, cond } });

/** Something of each of a list. */
export const ofEach = (input: Expression, as: string, value: Expression): Expression => ({ $map: { input, as, in: value } });

export const some = (list: Expression): Expression => ({ $gt: [{ $size: list }, 0] });

export const given = (vars: Readonly<Record<string, Expression>>, value: Expression): Expression => ({ $let: { vars, in: value } });

export const either = (condition: Expression, then: Expression, otherwise: Expression): Expression => ({
  $cond: [condition, then, otherwise],
});

/** The words, in their order, for which something holds. */
export const wordsWhere = (words: readonly string[], holds: (word: string) => Expression): Expression => ({
  $concatArrays: words.map((word) => either(holds(word), [word], [])),
});

/** What a table says of a key that is worked out; null: nothing. */
export const lookedUp = (table: ReadonlyMap<string, unknown>, key: Expression): Expression => {
  const keys = [...table.keys()];
  const place = { $indexOfArray: [{ $literal: keys }, '$$key'] };
  const found = { $arrayElemAt: [{ $literal: [...table.values()] }, '$$place'] };
  return given({ key: orNull(key) }, given({ place }, either({ $gte: ['$$place', 0] }, found, null)));
};

/** Milliseconds since 1970 of an ISO instant or a day. */
export const millisecondsOf = (instant: Expression): Expression => ({ $toLong: { $toDate: instant } });
