import { Channel } from '../client/channel.js';
import { ConsentFact, ConsentFacts, OppositionFact, Period } from './consent-facts.js';
import { ConsentPolicy, ContactRule, ruleFor } from './consent-policy.js';
import { Basis } from './consent.events.js';

/** A list of those who do not want to be addressed names a contact point of the client. */
export interface Suppression {
  readonly listId: string;
  /** Code: whose list it is. */
  readonly source: string;
  /** Whether it is our own: then only a later consent overrides it. */
  readonly own: boolean;
  readonly channels: readonly Channel[];
  /** Code: what for he does not want to be addressed there; null: for nothing. */
  readonly purpose: string | null;
  readonly pointId: string;
  readonly from: string;
  readonly until: string | null;
}

/** Whether somebody may be addressed so. */
export interface ContactRequest {
  readonly channel: Channel;
  readonly purpose: string;
  /** null: at a contact point that is not known here. */
  readonly pointId: string | null;
  /** Whose law it falls under, ISO 3166; null: not known. */
  readonly country: string | null;
  /** ISO instant, past ones included. */
  readonly at: string;
}

/** Why somebody may be addressed. */
export type Permission = Basis | 'not-opposed';

/** Why somebody may not be addressed. */
export type Refusal =
  'restricted' | 'opposed' | 'suppressed' | 'not-confirmed' | 'withdrawn' | 'expired' | 'insufficient-basis' | 'no-consent';

/** Whether somebody may be addressed, and what decided it. */
export type ContactAnswer = (
  { readonly allowed: true; readonly reason: Permission } | { readonly allowed: false; readonly reason: Refusal }
) & {
  /** Version of the policy, and the rule of it that applied. */
  readonly policy: string;
  readonly rule: string;
  /** The consent, opposition or list that decided, if one did. */
  readonly by: string | null;
};

const covers = ({ from, until }: Period, at: string): boolean => from <= at && (until === null || at < until);

/** Whether one of the periods holds at an instant. */
export const within = (periods: readonly Period[], at: string): boolean => periods.some((period) => covers(period, at));

const isFor = ({ channel, purpose, points }: ConsentFact, request: ContactRequest): boolean =>
  channel === request.channel &&
  purpose === request.purpose &&
  points.some(({ pointId, until }) => pointId === request.pointId && (until === null || request.at < until));

/** When it began to count, null: never. */
const countsFrom = ({ basis, givenAt, confirmedAt }: ConsentFact): string | null => (basis === 'double-opt-in' ? confirmedAt : givenAt);

const ended = (instant: string | null, at: string): boolean => instant !== null && instant <= at;

/** Why a consent does not count at an instant, null: it does. */
const flaw = (consent: ConsentFact, at: string): Refusal | null => {
  if (ended(consent.withdrawnAt, at)) return 'withdrawn';
  if (ended(consent.expiresAt, at)) return 'expired';
  return ended(countsFrom(consent), at) ? null : 'not-confirmed';
};

const isProved = ({ basis }: ConsentFact): boolean => basis === 'consent' || basis === 'double-opt-in';

const isAbout = ({ channel, purpose, pointId, at }: OppositionFact, request: ContactRequest): boolean =>
  at <= request.at &&
  (channel === null || channel === request.channel) &&
  (purpose === null || purpose === request.purpose) &&
  (pointId === null || pointId === request.pointId);

interface Objection {
  readonly reason: Refusal;
  readonly by: string | null;
}

/** What stops a contact whatever it stands on, null if nothing does. */
const objection = (
  facts: ConsentFacts,
  suppressions: readonly Suppression[],
  request: ContactRequest,
  counting: readonly ConsentFact[],
  rule: ContactRule,
): Objection | null => {
  if (within(facts.restrictions, request.at)) return { reason: 'restricted', by: null };
  const consentedAfter = (at: string): boolean => counting.some((consent) => isProved(consent) && countsFrom(consent)! > at);
  const opposition = facts.oppositions.find((one) => isAbout(one, request) && !consentedAfter(one.at));
  if (opposition) return { reason: 'opposed', by: opposition.id };
  const exempt = counting.some(({ basis }) => rule.despiteLists.includes(basis));
  const listed = suppressions.find(
    (one) =>
      one.pointId === request.pointId &&
      one.channels.includes(request.channel) &&
      (one.purpose === null || one.purpose === request.purpose) &&
      covers(one, request.at) &&
      !(exempt && !one.own) &&
      !consentedAfter(one.from),
  );
  return listed ? { reason: 'suppressed', by: listed.listId } : null;
};

/** What the policy says where nobody objects. */
const permission = (given: readonly ConsentFact[], counting: readonly ConsentFact[], rule: ContactRule, at: string) => {
  for (const basis of rule.bases) {
    const consent = counting.find((one) => one.basis === basis);
    if (consent) return { allowed: true, reason: basis, by: consent.id } as const;
  }
  if (rule.unlessOpposed) return { allowed: true, reason: 'not-opposed', by: null } as const;
  const latest = given.at(-1);
  if (!latest) return { allowed: false, reason: 'no-consent', by: null } as const;
  return { allowed: false, reason: flaw(latest, at) ?? 'insufficient-basis', by: latest.id } as const;
};

/** Whether a client may be addressed so, now or at any past instant: the one place that knows. */
export const mayContact = (
  facts: ConsentFacts,
  suppressions: readonly Suppression[],
  request: ContactRequest,
  policy: ConsentPolicy,
): ContactAnswer => {
  const rule = ruleFor(policy, request.country, request.channel, request.at);
  const given = facts.consents.filter((consent) => consent.givenAt <= request.at && isFor(consent, request));
  const counting = given.filter((consent) => flaw(consent, request.at) === null);
  const refused = objection(facts, suppressions, request, counting, rule);
  const answer = refused ? ({ allowed: false, ...refused } as const) : permission(given, counting, rule, request.at);
  return { ...answer, policy: policy.version, rule: rule.name };
};

/** Whether a refusal stands also where nobody asks what a contact stands on. */
export const isObjection = (reason: Refusal): reason is 'restricted' | 'opposed' | 'suppressed' =>
  reason === 'restricted' || reason === 'opposed' || reason === 'suppressed';

/** The oppositions that a consent overrides from the instant at which it counts. */
export const liftedBy = ({ oppositions }: ConsentFacts, { channel, purpose, pointIds }: Lifting): readonly OppositionFact[] =>
  oppositions.filter(
    (one) =>
      (one.channel === null || one.channel === channel) &&
      (one.purpose === null || one.purpose === purpose) &&
      (one.pointId === null || pointIds.includes(one.pointId)),
  );

interface Lifting {
  readonly channel: Channel;
  readonly purpose: string;
  readonly pointIds: readonly string[];
}

/** Whether a client wants to hear nothing at all, at any contact point, and has not said otherwise since. */
export const isOpposedToAll = ({ oppositions, consents }: ConsentFacts): boolean => {
  const heard = consents.filter((consent) => isProved(consent) && countsFrom(consent) !== null && consent.withdrawnAt === null);
  return oppositions.some(
    ({ channel, purpose, pointId, at }) =>
      channel === null && purpose === null && pointId === null && !heard.some((consent) => countsFrom(consent)! > at),
  );
};

/** Whether a client wanted to hear nothing at all on a channel at an instant, at any contact point, and had not said otherwise since. */
export const isOpposedTo = ({ oppositions, consents }: ConsentFacts, channel: Channel, at: string): boolean => {
  const heard = consents.filter((consent) => consent.channel === channel && isProved(consent) && consent.withdrawnAt === null);
  const lifted = (since: string): boolean => heard.map(countsFrom).some((from) => from !== null && from > since && from <= at);
  return oppositions.some(
    (one) =>
      one.at <= at && (one.channel === null || one.channel === channel) && one.purpose === null && one.pointId === null && !lifted(one.at),
  );
};
