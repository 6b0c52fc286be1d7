import { projectEvent, RecordedEvent } from '@boucle/eventsourcing';
import { ClientEvent, identityAfter, namesOfPoints, Profile, profileProjection, Suppression, wholeProfile } from '@boucle/clients';
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

type History = readonly RecordedEvent<ClientEvent>[];

const profileAfter = (history: History): Profile | null =>
  history.reduce<object | null>(
    (profile, event) => projectEvent(profileProjection, profile, event, event.data.clientId),
    null,
  ) as Profile | null;

/** The profile as it stood at a position of the log, with those of the files that were merged into his by then. */
const profileAt = (history: History, others: ReadonlyMap<string, History>, position: number): Profile | null => {
  const until = (events: History): History => events.filter((event) => event.position <= position);
  const own = profileAfter(until(history));
  const identity = identityAfter(until(history));
  if (!own?.merged || !identity) return own;
  const files = own.merged.flatMap((one) => {
    const past = until(others.get(one.clientId) ?? []);
    const [document, who] = [profileAfter(past), identityAfter(past)];
    return document && who ? [{ file: { ...one, document }, who }] : [];
  });
  const names = namesOfPoints(
    identity,
    files.map(({ who }) => who),
  );
  return wholeProfile(
    own,
    files.map(({ file }) => file),
    names,
  );
};

/**
 * Why a client without a decision was left out, by the same rules and as of the same position that the wave was decided.
 * @param history the events of the client's stream
 * @param suppressions what lists say of the contact points that he had then
 * @param others the histories of the files that were ever merged into his
 */
export const explainUndecided = (
  { campaignId, plan, status }: WaveResults,
  history: History,
  suppressions: readonly Suppression[],
  launch: { position: number; now: string; members?: ReadonlySet<string> },
  others: ReadonlyMap<string, History> = new Map(),
): UndecidedReason => {
  // what he was drawn by is not known any more
  if (history.some(({ type }) => type === 'ClientErased')) return 'erased';
  const profile = profileAt(history, others, launch.position);
  if (!profile) return 'not-registered-yet';
  const known = suppressions.filter(({ from }) => from <= launch.now);
  const excluded = eligibility(plan, campaignId, launch.now, launch.members)(profile, known);
  if (excluded) return excluded;
  if (status === 'targeting') return 'not-decided-yet';
  return status === 'abandoned' ? 'wave-abandoned' : 'eligible-not-drawn';
};
