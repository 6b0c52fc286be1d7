import { CHANNELS } from '../client/channel.js';
import { Profile } from '../client/profile.projection.js';
import { profilingBar } from '../client/profiling-bar.js';
import { isOpposedTo } from '../consent/contact-permission.js';
import { ClientHistory, purchasesUntil, reactionsUntil, ReactionKind, solicitationsUntil } from '../history/client-history.js';
import { Subject } from '../history/subject.js';
import { keptOf } from '../purchase/purchase-history.js';
import { LifeCyclePolicy } from './life-cycle-policy.events.js';
import { ClassCause, LifeCycleClass, LifeCycleStanding } from './life-cycle.events.js';

/** The class of a person at an instant. */
export interface Classified extends LifeCycleStanding {
  readonly cause: ClassCause;
  /** Until this instant nothing changes by itself; null: nothing ever does. */
  readonly nextDue: string | null;
}

const DAY = 86_400_000;

/** What somebody does who may soon buy. */
export const INTEREST: readonly ReactionKind[] = ['information-request', 'quote-request', 'sample-request', 'visit'];
/** What is no answer to anything that we said. */
export const UNASKED: readonly ReactionKind[] = ['payment', 'notice', 'club-left'];

const instant = (time: number): string => new Date(time).toISOString();

/** The same day and time so many months later; the last of the month where it has no such day. */
export const monthsLater = (at: string, months: number): string => {
  const date = new Date(at);
  const day = date.getUTCDate();
  date.setUTCMonth(date.getUTCMonth() + months, 1);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.toISOString();
};

interface Dated {
  readonly at: string;
}

const latest = (entries: readonly Dated[]): string => entries.reduce((last, { at }) => (at > last ? at : last), '');

/** The first of these instants behind another. */
const nextAfter = (at: string, instants: Iterable<string | null>): string | null => {
  let next: string | null = null;
  for (const one of instants) if (one !== null && one > at && (next === null || one < next)) next = one;
  return next;
};

/** Every instant from which something is counted that is known already. */
function* instantsOf({ profile, history }: Subject): Generator<string | null> {
  const { purchases, returned, revoked, solicitations, reactions } = history;
  for (const entries of [purchases, returned, revoked, solicitations, reactions] as readonly (readonly Dated[])[])
    for (const { at } of entries) yield at;
  for (const { at } of profile.consent?.oppositions ?? []) yield at;
  for (const { givenAt, confirmedAt } of profile.consent?.consents ?? []) yield* [givenAt, confirmedAt];
}

/** How somebody buys. */
interface Buying {
  /** Days of purchase. */
  readonly days: number;
  readonly last: string;
  /** From this instant on he has lapsed. */
  readonly lapsesAt: string;
  /** Up to this instant he is a regular buyer; null: he is none. */
  readonly regularUntil: string | null;
}

const buyingOf = (history: ClientHistory, policy: LifeCyclePolicy, at: string): Buying | null => {
  const bought = purchasesUntil(history, at);
  const kept = bought.bought.filter((purchase) => keptOf(bought, purchase) !== null);
  if (kept.length === 0) return null;
  const last = latest(kept);
  const lastTime = Date.parse(last);
  const days = [...new Set(kept.map((purchase) => purchase.at.slice(0, 10)))].sort().map((day) => Date.parse(day));
  const gaps = days.slice(1).map((day, n) => day - days[n]);
  if (gaps.length === 0) return { days: 1, last, lapsesAt: instant(lastTime + policy.lapseDays * DAY), regularUntil: null };
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const squares = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0);
  const deviation = gaps.length === 1 ? 0 : Math.sqrt(squares / (gaps.length - 1));
  const regular = days.length >= policy.regularDays && deviation <= policy.regularVariation * mean;
  return {
    days: days.length,
    last,
    lapsesAt: instant(Math.ceil(lastTime + Math.max(policy.lapseDays * DAY, policy.lapseGaps * mean))),
    regularUntil: regular ? instant(Math.floor(lastTime + policy.regularGaps * mean)) : null,
  };
};

const isOpposedEverywhere = ({ consent }: Profile, at: string): boolean =>
  consent !== null && CHANNELS.every((channel) => isOpposedTo(consent, channel, at));

const isKnown = ({ person }: Profile): boolean =>
  person !== null && (person.described || person.emails.length + person.mobiles.length + person.landlines.length > 0);

type Place = Omit<Classified, 'nextDue'> & {
  /** When time alone may put him elsewhere. */
  readonly until: readonly string[];
};

const place = (found: LifeCycleClass | null, cause: ClassCause, until: readonly string[] = [], lapsing = false): Place => ({
  class: found,
  lapsing,
  cause,
  until,
});

const prospectAt = ({ profile, history }: Subject, policy: LifeCyclePolicy, at: string): Place => {
  const interest = latest(reactionsUntil(history, at).filter(({ kind }) => INTEREST.includes(kind)));
  const coolsAt = interest === '' ? '' : instant(Date.parse(interest) + policy.interestDays * DAY);
  if (coolsAt > at) return place('hot-prospect', 'interest', [coolsAt]);
  return isKnown(profile) ? place('prospect', 'known') : place('suspect', 'unknown');
};

const buyerAt = ({ history }: Subject, { days, lapsesAt, regularUntil }: Buying, at: string): Place => {
  const lapsing = lapsesAt <= at;
  if (regularUntil !== null && regularUntil >= at) {
    const until = [instant(Date.parse(regularUntil) + 1), lapsesAt];
    const referred = reactionsUntil(history, at).some(({ kind }) => kind === 'referral');
    return referred ? place('convinced-buyer', 'referral', until, lapsing) : place('regular', 'rhythm', until, lapsing);
  }
  return days > 1 ? place('occasional', 'purchases', [lapsesAt], lapsing) : place('trial-buyer', 'purchase', [lapsesAt], lapsing);
};

const placeOf = (subject: Subject, policy: LifeCyclePolicy, at: string): Place => {
  const { profile, history } = subject;
  const bar = profilingBar(profile);
  if (bar !== null) return place(null, bar);
  if (profile.person?.deceased) return place('former', 'deceased');
  if (profile.person?.closed) return place('former', 'closed');
  const buying = buyingOf(history, policy, at);
  const lapsed = buying !== null && buying.lapsesAt <= at;
  if (buying && !lapsed) return buyerAt(subject, buying, at);
  if (isOpposedEverywhere(profile, at)) return place('former', 'opposed');
  if (!buying) return prospectAt(subject, policy, at);
  const solicitations = solicitationsUntil(history, at);
  const solicited = latest(solicitations);
  const forgottenAt = solicited === '' ? '' : monthsLater(solicited, policy.unsolicitedMonths);
  if (forgottenAt <= at) return place('former', 'not-solicited');
  const answers = reactionsUntil(history, at).filter(({ kind }) => !UNASKED.includes(kind));
  const heard = [buying.last, latest(answers)].sort()[1];
  const unanswered = solicitations.filter((one) => one.at > heard).length;
  if (unanswered >= policy.unanswered) return place('inactive', 'no-answer', [forgottenAt]);
  const still = buyerAt(subject, buying, at);
  return { ...still, until: [...still.until, forgottenAt] };
};

/**
 * The class of a person at an instant: one of the nine for everybody of whom anything may be concluded.
 * Who still buys is no former client, whatever he opposes; who has died or is closed does not buy any more.
 */
export const classOf = (subject: Subject, policy: LifeCyclePolicy, at: string): Classified => {
  const { until, ...classified } = placeOf(subject, policy, at);
  return { ...classified, nextDue: nextAfter(at, [...instantsOf(subject), ...until]) };
};
