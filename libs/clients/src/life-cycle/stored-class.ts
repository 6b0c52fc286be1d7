import { Expression } from '@boucle/segments';
import { CHANNELS } from '../client/channel.js';
import { storedOpposition } from '../consent/stored-consent.js';
import { all, any, either, given, isNull, listAt, millisecondsOf, ofEach, some, those } from '../segment/stored-expressions.js';
import { storedPurchases } from '../segment/stored-history.js';
import { INTEREST, monthsLater, UNASKED } from './life-cycle.js';
import { LifeCyclePolicy } from './life-cycle-policy.events.js';
import { LifeCycleClass } from './life-cycle.events.js';

const DAY = 86_400_000;

/** The last instant from which so many months are over; empty if there is none. */
const lastOver = (at: string, months: number): string => {
  const instant = (time: number): string => new Date(time).toISOString();
  let [low, high] = [0, Date.parse(at)];
  if (monthsLater(instant(low), months) > at) return '';
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (monthsLater(instant(middle), months) <= at) low = middle;
    else high = middle - 1;
  }
  return instant(low);
};

const until = (list: string, at: string): Expression => those(listAt(`$history.${list}`), 'one', { $lte: ['$$one.at', at] });
const latest = (list: Expression): Expression => ({ $ifNull: [{ $max: ofEach(list, 'one', '$$one.at') }, ''] });

/** How somebody buys, as variables of what is worked out with them. */
const withBuying = (policy: LifeCyclePolicy, at: string, value: Expression): Expression => {
  const time = Date.parse(at);
  const gap = (n: Expression): Expression => ({
    $subtract: [{ $arrayElemAt: ['$$days', n] }, { $arrayElemAt: ['$$days', { $subtract: [n, 1] }] }],
  });
  const square = given({ off: { $subtract: [gap('$$n'), '$$mean'] } }, { $multiply: ['$$off', '$$off'] });
  const squares = { $sum: ofEach({ $range: [1, '$$count'] }, 'n', square) };
  const deviation = either({ $lte: ['$$count', 2] }, 0, { $sqrt: { $divide: [squares, { $subtract: ['$$count', 2] }] } });
  const lapseTime = policy.lapseDays * DAY;
  const lapseGap = { $ceil: { $add: ['$$last', { $max: [lapseTime, { $multiply: [policy.lapseGaps, '$$mean'] }] }] } };
  const lapsesAt = either({ $lte: ['$$count', 1] }, { $add: ['$$last', lapseTime] }, lapseGap);
  const rhythm = [
    { $gt: ['$$count', 1] },
    { $gte: ['$$count', policy.regularDays] },
    { $lte: [deviation, { $multiply: [policy.regularVariation, '$$mean'] }] },
    { $gte: [{ $floor: { $add: ['$$last', { $multiply: [policy.regularGaps, '$$mean'] }] } }, time] },
  ];
  const days = {
    $sortArray: { input: { $setUnion: [ofEach('$$kept', 'one', millisecondsOf({ $substrBytes: ['$$one.at', 0, 10] })), []] }, sortBy: 1 },
  };
  const span = { $subtract: [{ $max: '$$days' }, { $min: '$$days' }] };
  const mean = either({ $gt: ['$$count', 1] }, { $divide: [span, { $max: [1, { $subtract: ['$$count', 1] }] }] }, 0);
  return given(
    { kept: storedPurchases(at) },
    given(
      { days, bought: { $max: ofEach('$$kept', 'one', '$$one.at') } },
      given(
        { count: { $size: '$$days' }, last: either(isNull('$$bought'), 0, millisecondsOf('$$bought')) },
        given(
          { mean },
          given(
            { buys: { $gt: ['$$count', 0] }, lapsed: all({ $gt: ['$$count', 0] }, { $lte: [lapsesAt, time] }), regular: all(...rhythm) },
            value,
          ),
        ),
      ),
    ),
  );
};

/** The class of a person at an instant, and whether he is lapsing, asked of his stored profile and history. */
export const storedClass = (policy: LifeCyclePolicy, at: string): { readonly class: Expression; readonly lapsing: Expression } => {
  const reactions = (cond: Expression): Expression => those(until('reactions', at), 'one', cond);
  const referred = some(reactions({ $eq: ['$$one.kind', 'referral'] }));
  const is = (name: LifeCycleClass): LifeCycleClass => name;
  const buyer = either(
    '$$regular',
    either(referred, is('convinced-buyer'), is('regular')),
    either({ $gt: ['$$count', 1] }, is('occasional'), is('trial-buyer')),
  );
  const interest = latest(reactions({ $in: ['$$one.kind', INTEREST] }));
  const hot = { $gt: [interest, new Date(Date.parse(at) - policy.interestDays * DAY).toISOString()] };
  const points = { $concatArrays: ['emails', 'mobiles', 'landlines'].map((kind) => listAt(`$profile.person.${kind}`)) };
  const known = any({ $eq: ['$profile.person.described', true] }, some(points));
  const prospect = either(hot, is('hot-prospect'), either(known, is('prospect'), is('suspect')));
  const answered = latest(reactions({ $not: [{ $in: ['$$one.kind', UNASKED] }] }));
  const heard = { $max: ['$$bought', answered] };
  const unanswered = { $size: those(until('solicitations', at), 'sent', { $gt: ['$$sent.at', '$$heard'] }) };
  const branches: readonly (readonly [Expression, Expression])[] = [
    [any({ $eq: ['$profile.restricted', true] }, { $eq: ['$profile.objectsToProfiling', true] }), null],
    [any({ $eq: ['$profile.person.deceased', true] }, { $eq: ['$profile.person.closed', true] }), is('former')],
    [all('$$buys', { $not: ['$$lapsed'] }), buyer],
    [all(...CHANNELS.map((channel) => storedOpposition('$', channel, at))), is('former')],
    [{ $not: ['$$buys'] }, prospect],
    [{ $lte: [latest(until('solicitations', at)), lastOver(at, policy.unsolicitedMonths)] }, is('former')],
    [given({ heard }, { $gte: [unanswered, policy.unanswered] }), is('inactive')],
  ];
  const asked = (otherwise: Expression, answer: (then: Expression) => Expression): Expression =>
    withBuying(policy, at, {
      $switch: { branches: branches.map(([condition, then]) => ({ case: condition, then: answer(then) })), default: otherwise },
    });
  return { class: asked(buyer, (then) => then), lapsing: asked(true, () => false) };
};
