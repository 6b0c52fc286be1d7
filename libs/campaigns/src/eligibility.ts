import { compileFilter, Filter } from '@boucle/eventsourcing';
import { capReached, Channel, NOTHING_SAID, NOWHERE, Profile, reach, Suppression } from '@boucle/clients';
import { MARKETING, Plan } from './campaign.events.js';
import { ExclusionReason } from './wave.events.js';

/** The parts of a profile that come from how somebody behaves. */
const BEHAVIOUR = ['purchases', 'responses', 'solicitations', 'waves'];

/** Whether a condition is about how somebody behaves. */
export const readsBehaviour = (filter: Filter): boolean => {
  if ('all' in filter) return filter.all.some(readsBehaviour);
  if ('any' in filter) return filter.any.some(readsBehaviour);
  if ('not' in filter) return readsBehaviour(filter.not);
  return BEHAVIOUR.includes(filter.field.split('.')[0]);
};

/** The ways in which a campaign addresses its clients. */
export const channelsOf = ({ offers }: Pick<Plan, 'offers'>): readonly Channel[] => [
  ...new Set(offers.flatMap(({ channel }) => (channel === null ? [] : [channel]))),
];

/** What a plan says about whom it may address. */
export const consentOf = ({ consent, purpose }: Pick<Plan, 'consent' | 'purpose'>) => ({
  purpose: purpose ?? MARKETING,
  consentRequired: consent === 'required',
});

/** Why a client cannot be addressed at all. */
export type Unaddressable = Exclude<ExclusionReason, 'already-drawn' | 'contact-cap'>;

/** Tells why a client is left out, null if he is not. */
export type Exclusion<Reason extends ExclusionReason = ExclusionReason> = (
  profile: Profile,
  suppressions?: readonly Suppression[],
) => Reason | null;

/** Who is meant to be addressed, in which ways and what for. */
export interface Audience {
  readonly universe: Filter | null;
  /** Those who alone are meant; left out: nobody is left out by it. */
  readonly members?: ReadonlySet<string>;
  /** He must be reachable by each of them. */
  readonly channels: readonly Channel[];
  readonly purpose: string;
  readonly consentRequired: boolean;
}

/** Why a client is not of an audience at this instant, or null if he is; the first reason counts. */
export const addressability = ({ universe, members, channels, ...asked }: Audience, now: string): Exclusion<Unaddressable> => {
  const inUniverse = universe ? compileFilter(universe) : () => true;
  const byBehaviour = universe !== null && readsBehaviour(universe);

  const unreachable = (profile: Profile, suppressions: readonly Suppression[]): Unaddressable | null => {
    if (profile.consent === null && suppressions.length === 0 && !asked.consentRequired) return null;
    const addressee = { places: profile.person ?? NOWHERE, consent: profile.consent ?? NOTHING_SAID, suppressions };
    for (const channel of channels) {
      const found = reach(addressee, { ...asked, at: now, channel });
      if ('reason' in found) return found.reason;
    }
    return null;
  };

  return (profile, suppressions = []) => {
    if (profile.mergedInto !== undefined) return 'merged';
    if (!inUniverse(profile) || members?.has(profile.clientId) === false) return 'outside-universe';
    if (profile.person?.deceased) return 'deceased';
    if (profile.person?.closed) return 'closed';
    const reason = unreachable(profile, suppressions);
    if (reason !== null) return reason;
    return byBehaviour && profile.objectsToProfiling ? 'objects-to-profiling' : null;
  };
};

/** Why a client cannot be drawn at this instant, or null if he can; the first reason counts. He must be reachable by every offer: otherwise those who get one could not be compared with those who get another. */
export const eligibility = (plan: Plan, campaignId: string, now: string, members?: ReadonlySet<string>): Exclusion => {
  const unaddressable = addressability({ universe: plan.universe, members, channels: channelsOf(plan), ...consentOf(plan) }, now);
  return (profile, suppressions) => {
    const reason = unaddressable(profile, suppressions);
    if (reason !== null) return reason;
    if (plan.drawOnce && Object.hasOwn(profile.waves, campaignId)) return 'already-drawn';
    if (capReached(profile.solicitations.recent, plan.contactCap, now)) return 'contact-cap';
    return null;
  };
};
