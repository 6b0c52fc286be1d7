import { ConsentFact, ConsentFacts } from '../consent/consent-facts.js';
import { PointNames } from './joined-points.js';

/** What was said under the id of a merged file. */
export interface SaidElsewhere {
  readonly id: string;
  readonly consent: ConsentFacts;
  readonly names: PointNames;
}

/** The same said in the file of the survivor: of the contact points that he calls otherwise, and of none that is there no more. */
const asSaidHere = ({ id, consent, names }: SaidElsewhere): ConsentFacts => {
  const named = (pointId: string): readonly string[] => names.get(pointId) ?? [`${id}/${pointId}`];
  return {
    ...consent,
    consents: consent.consents.map((one) => ({
      ...one,
      id: `${id}/${one.id}`,
      points: one.points.flatMap(({ pointId, until }) =>
        // what has ended was about another address, even if the id has been used again
        (until === null ? named(pointId) : [`${id}/${pointId}`]).map((name) => ({ pointId: name, until })),
      ),
    })),
    oppositions: consent.oppositions.flatMap((one) =>
      (one.pointId === null ? [null] : named(one.pointId)).map((pointId) => ({ ...one, id: `${id}/${one.id}`, pointId })),
    ),
  };
};

const beganToCount = ({ basis, givenAt, confirmedAt }: ConsentFact): string => (basis === 'double-opt-in' ? (confirmedAt ?? '') : givenAt);

/** A consent without the contact points for which the person took the same back elsewhere, and has not given it again since. */
const unlessTakenBack = (consent: ConsentFact, elsewhere: readonly ConsentFact[]): readonly ConsentFact[] => {
  if (consent.withdrawnAt !== null) return [consent];
  const takenBack = elsewhere.filter(
    ({ channel, purpose, withdrawnAt }) =>
      channel === consent.channel && purpose === consent.purpose && withdrawnAt !== null && withdrawnAt >= beganToCount(consent),
  );
  const at = (pointId: string): string | null =>
    takenBack.reduce<string | null>((first, { points, withdrawnAt }) => {
      const same = points.some((point) => point.until === null && point.pointId === pointId);
      return same && (first === null || withdrawnAt! < first) ? withdrawnAt : first;
    }, null);
  const kept = consent.points.filter(({ pointId }) => at(pointId) === null);
  const lost = consent.points.filter(({ pointId }) => at(pointId) !== null);
  if (lost.length === 0) return [consent];
  const ended = lost.map((point) => ({ ...consent, points: [point], withdrawnAt: at(point.pointId) }));
  return kept.length === 0 ? ended : [{ ...consent, points: kept }, ...ended];
};

const byInstant = <T>(entries: readonly T[], at: (entry: T) => string): T[] =>
  [...entries].sort((a, b) => (at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : 0));

/**
 * What one person has said under several ids. Nothing is weighed here but a consent taken back under another id: that an opposition stands against
 * a consent unless the consent is later, for the same address and proved, is what every single file asks too, and who was never asked has said nothing.
 */
export const mergedConsent = (own: ConsentFacts, elsewhere: readonly SaidElsewhere[]): ConsentFacts => {
  const files = [own, ...elsewhere.map(asSaidHere)];
  const others = (file: ConsentFacts): ConsentFact[] => files.flatMap((other) => (other === file ? [] : other.consents));
  return {
    consents: byInstant(
      files.flatMap((file) => file.consents.flatMap((consent) => unlessTakenBack(consent, others(file)))),
      ({ givenAt }) => givenAt,
    ),
    oppositions: byInstant(
      files.flatMap(({ oppositions }) => oppositions),
      ({ at }) => at,
    ),
    restrictions: byInstant(
      files.flatMap(({ restrictions }) => restrictions),
      ({ from }) => from,
    ),
    profilingObjections: byInstant(
      files.flatMap(({ profilingObjections }) => profilingObjections),
      ({ from }) => from,
    ),
  };
};
