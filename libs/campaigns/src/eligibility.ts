import { compileFilter } from '@boucle/eventsourcing';
import { capReached, Profile } from '@boucle/clients';
import { Plan } from './campaign.events.js';
import { ExclusionReason } from './wave.events.js';

/** Why a client cannot be drawn at this instant, or null if he can; the first reason counts. */
export const eligibility = (plan: Plan, campaignId: string, now: string): ((profile: Profile) => ExclusionReason | null) => {
  const inUniverse = plan.universe ? compileFilter(plan.universe) : () => true;
  return (profile) => {
    if (!inUniverse(profile)) return 'outside-universe';
    if (profile.person?.deceased) return 'deceased';
    if (profile.person?.closed) return 'closed';
    if (profile.opposed) return 'opposed';
    if (plan.drawOnce && Object.hasOwn(profile.waves, campaignId)) return 'already-drawn';
    if (capReached(profile.solicitations.recent, plan.contactCap, now)) return 'contact-cap';
    return null;
  };
};
