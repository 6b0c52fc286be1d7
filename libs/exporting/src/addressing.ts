import { addressability, readsBehaviour } from '@boucle/campaigns';
import { Channel, NOTHING_SAID, NOWHERE, Places, Profile, reach, Suppression } from '@boucle/clients';
import { ExportOrder, LeftOut, Preset } from './export.events.js';

/** How each preset addresses people; null: not at all. */
export const CHANNEL_OF: Readonly<Record<Preset, Channel | null>> = { post: 'post', email: 'email', calls: 'phone', fields: null };

/** What an addressing stands on. */
export interface Terms {
  readonly purpose: string;
  readonly consentRequired: boolean;
}

/** Where a client of an export is addressed, null: nowhere; or why he is left out. */
export type Addressed = { readonly pointId: string | null } | { readonly reason: LeftOut };

type Addressing = (profile: Profile, suppressions?: readonly Suppression[]) => Addressed;

/** The places of somebody, but of a channel this one alone. */
const onlyAt = (places: Places, channel: Channel, pointId: string): Places => {
  const kept = (ids: readonly string[]): readonly string[] => ids.filter((id) => id === pointId);
  if (channel === 'post') {
    const addresses = Object.fromEntries(Object.entries(places.addresses).filter(([id]) => id === pointId));
    return { ...places, addresses };
  }
  if (channel === 'email') return { ...places, emails: kept(places.emails) };
  return { ...places, mobiles: kept(places.mobiles), landlines: kept(places.landlines) };
};

const reached = (channel: Channel, terms: Terms, at: string, profile: Profile, suppressions: readonly Suppression[], places: Places) => {
  const found = reach({ places, consent: profile.consent ?? NOTHING_SAID, suppressions }, { ...terms, channel, at });
  if ('reason' in found) return found;
  return found.pointId === null ? ({ reason: 'no-contact-point' } as const) : found;
};

/** Who belongs into an export at an instant, by the rules that targeting has; what is not sent to anybody stops at restriction. */
export const addressing = ({ preset, universe }: ExportOrder, terms: Terms, at: string): Addressing => {
  const channel = CHANNEL_OF[preset];
  const excluded = addressability({ ...terms, universe, channels: [] }, at);
  return (profile, suppressions = []) => {
    const reason = excluded(profile, suppressions);
    if (reason) return { reason };
    if (channel !== null) return reached(channel, terms, at, profile, suppressions, profile.person ?? NOWHERE);
    return profile.restricted ? { reason: 'restricted' } : { pointId: null };
  };
};

/** Whether somebody may still be addressed where his row says, whatever the universe would say of him by now. */
export const addressingAt = (
  order: ExportOrder,
  terms: Terms,
  at: string,
): ((pointId: string | null, ...of: Parameters<Addressing>) => Addressed) => {
  const channel = CHANNEL_OF[order.preset];
  const byBehaviour = order.universe !== null && readsBehaviour(order.universe);
  const addressed = addressing({ ...order, universe: null }, terms, at);
  return (pointId, profile, suppressions = []) => {
    if (byBehaviour && profile.objectsToProfiling) return { reason: 'objects-to-profiling' };
    if (channel === null || pointId === null) return addressed(profile, suppressions);
    const still = addressed(profile, suppressions);
    if ('reason' in still || still.pointId === pointId) return still;
    return reached(channel, terms, at, profile, suppressions, onlyAt(profile.person ?? NOWHERE, channel, pointId));
  };
};
