import { Expression } from '@boucle/segments';
import { Channel } from '../client/channel.js';
import { all, any, either, given, isNull, isThere, listAt, ofEach, orNull, some, those } from '../segment/stored-expressions.js';

/** From when a consent counts; null: it does not yet. */
const countsFrom = (one: string): Expression =>
  orNull(either({ $eq: [`${one}.basis`, 'double-opt-in'] }, `${one}.confirmedAt`, `${one}.givenAt`));

const isBehind = (instant: string, at: string): Expression => any(isNull(instant), { $gt: [instant, at] });

/** The consents that count, of those that fulfil a condition on $$one. */
const counting = (of: string, at: string, cond: Expression): Expression =>
  those(
    listAt(`${of}profile.consent.consents`),
    'one',
    given(
      { from: countsFrom('$$one') },
      all(cond, isThere('$$from'), { $lte: ['$$from', at] }, isBehind('$$one.withdrawnAt', at), isBehind('$$one.expiresAt', at)),
    ),
  );

/** Whether somebody has consented to be addressed on a channel, for any purpose, asked of his stored profile. */
export const storedConsent = (of: string, channel: Channel, at: string): Expression =>
  some(counting(of, at, { $eq: ['$$one.channel', channel] }));

/** The purposes for which somebody has consented, on any channel. */
export const storedPurposes = (of: string, at: string): Expression => ofEach(counting(of, at, true), 'given', '$$given.purpose');

/** Whether somebody wants to hear nothing at all on a channel, asked of his stored profile. */
export const storedOpposition = (of: string, channel: Channel, at: string): Expression => {
  const heard = those(
    listAt(`${of}profile.consent.consents`),
    'heard',
    given(
      { from: countsFrom('$$heard') },
      all(
        { $eq: ['$$heard.channel', channel] },
        { $in: ['$$heard.basis', ['consent', 'double-opt-in']] },
        isNull('$$heard.withdrawnAt'),
        isThere('$$from'),
        { $gt: ['$$from', '$$said.at'] },
        { $lte: ['$$from', at] },
      ),
    ),
  );
  const said = all(
    { $lte: ['$$said.at', at] },
    any(isNull('$$said.channel'), { $eq: ['$$said.channel', channel] }),
    isNull('$$said.purpose'),
    isNull('$$said.pointId'),
    { $not: [some(heard)] },
  );
  return some(those(listAt(`${of}profile.consent.oppositions`), 'said', said));
};
