import { Expression } from '@boucle/segments';
import { all, listAt, ofEach, orNull, some, those } from './stored-expressions.js';

const OWN = '$history';

/** Returns of a purchase until an instant; `of` is what paths to the purchase begin with, `history` where its client's history stands. */
const returnsOf = (of: string, at: string, history: string): Expression =>
  those(
    listAt(`${history}.returned`),
    'r',
    all({ $eq: ['$$r.purchaseId', `${of}purchaseId`] }, { $eq: ['$$r.currency', `${of}currency`] }, { $lte: ['$$r.at', at] }),
  );

/** What is left of a purchase at an instant, in cents. */
export const storedLeft = (of: string, at: string, history = OWN): Expression => ({
  $subtract: [`${of}amount`, { $sum: ofEach(returnsOf(of, at, history), 'one', '$$one.amount') }],
});

/** Whether a purchase is kept at an instant. */
export const storedKept = (of: string, at: string, history = OWN): Expression => {
  const revoked = those(listAt(`${history}.revoked`), 'r', all({ $eq: ['$$r.purchaseId', `${of}purchaseId`] }, { $lte: ['$$r.at', at] }));
  const allBack = all(some(returnsOf(of, at, history)), { $lte: [storedLeft(of, at, history), 0] });
  return { $and: [{ $not: [some(revoked)] }, { $not: [allBack] }] };
};

/** Purchases that had been made by an instant and were kept. */
export const storedPurchases = (at: string, history = OWN): Expression =>
  those(listAt(`${history}.purchases`), 'p', all({ $lte: ['$$p.at', at] }, storedKept('$$p.', at, history)));

/** What was spent in a currency by an instant, in cents: purchases that were kept, less returns that stand alone. */
export const storedSpent = (currency: string, at: string, history = OWN): Expression => {
  const inCurrency = { $eq: ['$$one.currency', currency] };
  const left = ofEach(those(storedPurchases(at, history), 'one', inCurrency), 'bought', storedLeft('$$bought.', at, history));
  const same = [{ $eq: ['$$of.purchaseId', '$$one.purchaseId'] }, { $eq: ['$$of.currency', currency] }, { $lte: ['$$of.at', at] }];
  const belongs = some(those(listAt(`${history}.purchases`), 'of', all(...same)));
  const alone = those(listAt(`${history}.returned`), 'one', all(inCurrency, { $lte: ['$$one.at', at] }, { $not: [belongs] }));
  return { $subtract: [{ $sum: left }, { $sum: ofEach(alone, 'back', '$$back.amount') }] };
};

/** Whether a solicitation of a wave was answered by an instant. */
export const storedAnswered = (of: string, at: string): Expression => {
  const answers = { $concatArrays: [listAt('$history.purchases'), listAt('$history.reactions')] };
  const same = (name: string): Expression => ({ $eq: [orNull(`$$answer.${name}`), orNull(`${of}${name}`)] });
  const inTime = [{ $gte: ['$$answer.at', `${of}at`] }, { $lte: ['$$answer.at', at] }];
  return all({ $ne: [orNull(`${of}campaignId`), null] }, some(those(answers, 'answer', all(same('campaignId'), same('wave'), ...inTime))));
};
