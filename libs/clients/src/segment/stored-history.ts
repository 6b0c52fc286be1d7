import { Expression } from '@boucle/segments';
import { all, listAt, ofEach, orNull, some, those } from './stored-expressions.js';

/** Returns of a purchase until an instant; `of` is what paths to the purchase begin with. */
const returnsOf = (of: string, at: string): Expression =>
  those(
    listAt('$history.returned'),
    'r',
    all({ $eq: ['$$r.purchaseId', `${of}purchaseId`] }, { $eq: ['$$r.currency', `${of}currency`] }, { $lte: ['$$r.at', at] }),
  );

/** What is left of a purchase at an instant, in cents. */
export const storedLeft = (of: string, at: string): Expression => ({
  $subtract: [`${of}amount`, { $sum: ofEach(returnsOf(of, at), 'one', '$$one.amount') }],
});

/** Whether a purchase is kept at an instant. */
export const storedKept = (of: string, at: string): Expression => {
  const revoked = those(listAt('$history.revoked'), 'r', all({ $eq: ['$$r.purchaseId', `${of}purchaseId`] }, { $lte: ['$$r.at', at] }));
  const allBack = all(some(returnsOf(of, at)), { $lte: [storedLeft(of, at), 0] });
  return { $and: [{ $not: [some(revoked)] }, { $not: [allBack] }] };
};

/** Purchases that had been made by an instant and were kept. */
export const storedPurchases = (at: string): Expression =>
  those(listAt('$history.purchases'), 'p', all({ $lte: ['$$p.at', at] }, storedKept('$$p.', at)));

/** Whether a solicitation of a wave was answered by an instant. */
export const storedAnswered = (of: string, at: string): Expression => {
  const answers = { $concatArrays: [listAt('$history.purchases'), listAt('$history.reactions')] };
  const same = (name: string): Expression => ({ $eq: [orNull(`$$answer.${name}`), orNull(`${of}${name}`)] });
  const inTime = [{ $gte: ['$$answer.at', `${of}at`] }, { $lte: ['$$answer.at', at] }];
  return all({ $ne: [orNull(`${of}campaignId`), null] }, some(those(answers, 'answer', all(same('campaignId'), same('wave'), ...inTime))));
};
