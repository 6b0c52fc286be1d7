import { compileFilter, Filter } from '@boucle/eventsourcing';
import { capReached, Channel, NOTHING_SAID, NOWHERE, Profile, reach, Suppression } from '@boucle/clients';
import { MARKETING, Plan } from './campaign.events.js';
import { ExclusionReason } from './wave.events.js';

/** The parts of a profile that come from how somebody behaves. */
const BEHAVIOUR = ['purchases', 'responses', 'solicitations', 'waves'];

const readsBehaviour = (filter: Filter): boolean => {
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

/** Tells why a client cannot be drawn, null if he can. */
export type Exclusion = (profile: Profile, suppressions?: readonly Suppression[]) => ExclusionReason | null;

/** Why a client cannot be drawn at this instant, or null if he can; the first reason counts. He must be reachable by every offer: otherwise those who get one could not be compared with those who get another. */
export const eligibility = (plan: Plan, campaignId: string, now: string): Exclusion => {
  const inUniverse = plan.universe ? compileFilter(plan.universe) : () => true;
  const byBehaviour = plan.universe !== null && readsBehaviour(plan.universe);
  const channels = channelsOf(plan);
  const asked = { ...consentOf(plan), at: now };

  const unreachable = (profile: Profile, suppressions: readonly Suppression[]): ExclusionReason | null => {
    if (profile.consent === null && suppressions.length === 0 && !asked.consentRequired) return null;
    const addressee = { places: profile.person ?? NOWHERE, consent: profile.consent ?? NOTHING_SAID, suppressions };
    for (const channel of channels) {
      const found = reach(addressee, { ...asked, channel });
      if ('reason' in found) return found.reason;
    }
    return null;
  };

  return (profile, suppressions = []) => {
    if (profile.mergedInto !== undefined) return 'merged';
    if (!inUniverse(profile)) return 'outside-universe';
    if (profile.person?.deceased) return 'deceased';
    if (profile.person?.closed) return 'closed';
    const reason = unreachable(profile, suppressions);
    if (reason !== null) return reason;
    if (byBehaviour && profile.objectsToProfiling) return 'objects-to-profiling';
    if (plan.drawOnce && Object.hasOwn(profile.waves, campaignId)) return 'already-drawn';
    if (capReached(profile.solicitations.recent, plan.contactCap, now)) return 'contact-cap';
    return null;
  };
};
