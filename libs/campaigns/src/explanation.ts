import { projectEvent, RecordedEvent } from '@boucle/eventsourcing';
import { ClientEvent, Profile, profileProjection, Suppression } from '@boucle/clients';
import { DecisionReading } from './decisions.projection.js';
import { eligibility } from './eligibility.js';
import { ExclusionReason } from './wave.events.js';
import { WaveResults } from './wave-results.projection.js';

/** Why a client of the base has no decision in a wave. */
export type UndecidedReason =
  ExclusionReason | 'erased' | 'not-registered-yet' | 'eligible-not-drawn' | 'not-decided-yet' | 'wave-abandoned';

/** The decision for one client in one wave, or why there is none. */
export type Explanation = { readonly campaignId: string; readonly wave: number; readonly clientId: string } & (
  { readonly drawn: true; readonly decision: DecisionReading } | { readonly drawn: false; readonly reason: UndecidedReason }
);

/** The profile as it stood at a position of the log. */
const profileAt = (history: readonly RecordedEvent<ClientEvent>[], position: number): Profile | null =>
  history
    .filter((event) => event.position <= position)
    .reduce<object | null>(
      (profile, event) => projectEvent(profileProjection, profile, event, event.data.clientId),
      null,
    ) as Profile | null;

/**
 * Why a client without a decision was left out, by the same rules and as of the same position that the wave was decided.
 * @param history the events of the client's stream
 * @param suppressions what lists say of the contact points that he had then
 */
export const explainUndecided = (
  { campaignId, plan, status }: WaveResults,
  history: readonly RecordedEvent<ClientEvent>[],
  suppressions: readonly Suppression[],
  launch: { position: number; now: string },
): UndecidedReason => {
  // what he was drawn by is not known any more
  if (history.some(({ type }) => type === 'ClientErased')) return 'erased';
  const profile = profileAt(history, launch.position);
  if (!profile) return 'not-registered-yet';
  const known = suppressions.filter(({ from }) => from <= launch.now);
  const excluded = eligibility(plan, campaignId, launch.now)(profile, known);
  if (excluded) return excluded;
  if (status === 'targeting') return 'not-decided-yet';
  return status === 'abandoned' ? 'wave-abandoned' : 'eligible-not-drawn';
};
