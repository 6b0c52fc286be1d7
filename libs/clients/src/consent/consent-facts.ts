import { DataOf } from '@boucle/eventsourcing';
import { Channel } from '../client/channel.js';
import { Basis, ConsentEvent, Opposed } from './consent.events.js';

/** What a contact stands on, as far as rules read it. */
export interface ConsentFact {
  readonly id: string;
  readonly channel: Channel;
  readonly purpose: string;
  readonly basis: Basis;
  /** ISO instants, here and below. */
  readonly givenAt: string;
  readonly confirmedAt: string | null;
  readonly withdrawnAt: string | null;
  readonly expiresAt: string | null;
  /** Where he may be reached, and until when the contact point was his. */
  readonly points: readonly { readonly pointId: string; readonly until: string | null }[];
}

/** Something that the client does not want. */
export interface OppositionFact extends Opposed {
  readonly id: string;
  readonly at: string;
}

/** A time that has begun and may not have ended. */
export interface Period {
  readonly from: string;
  readonly until: string | null;
}

/** All that a client has ever said about being addressed. */
export interface ConsentFacts {
  readonly consents: readonly ConsentFact[];
  readonly oppositions: readonly OppositionFact[];
  readonly restrictions: readonly Period[];
  readonly profilingObjections: readonly Period[];
}

export const NOTHING_SAID: ConsentFacts = { consents: [], oppositions: [], restrictions: [], profilingObjections: [] };

/** Whether the latest period has not ended. */
export const isOpen = (periods: readonly Period[]): boolean => periods.some(({ until }) => until === null);

const ending = (periods: readonly Period[], at: string): readonly Period[] =>
  periods.map((period) => (period.until === null ? { ...period, until: at } : period));

const opposed = (facts: ConsentFacts, opposition: OppositionFact): ConsentFacts => ({
  ...facts,
  oppositions: [...facts.oppositions, opposition],
});

const changed = (facts: ConsentFacts, consentId: string, change: Partial<ConsentFact>): ConsentFacts => ({
  ...facts,
  consents: facts.consents.map((consent) => (consent.id === consentId ? { ...consent, ...change } : consent)),
});

type Statement = Exclude<ConsentEvent, { type: 'OppositionLifted' }>;

/** The facts after each statement: the same in the client's stream and in his profile. */
export const factsAfter: {
  readonly [T in Statement['type']]: (facts: ConsentFacts, data: DataOf<Statement, T>, at: string) => ConsentFacts;
} = {
  ConsentGiven: (facts, { consentId: id, channel, purpose, basis, expiresAt, pointIds }, givenAt) => {
    const points = pointIds.map((pointId) => ({ pointId, until: null }));
    const consent = { id, channel, purpose, basis, givenAt, confirmedAt: null, withdrawnAt: null, expiresAt, points };
    return { ...facts, consents: [...facts.consents, consent] };
  },
  ConsentConfirmed: (facts, { consentId }, at) => changed(facts, consentId, { confirmedAt: at }),
  ConsentWithdrawn: (facts, { consentId }, at) => changed(facts, consentId, { withdrawnAt: at }),
  ConsentRetracted: (facts, { consentId }) => ({ ...facts, consents: facts.consents.filter(({ id }) => id !== consentId) }),
  ConsentLapsed: (facts, { consentId }, at) => changed(facts, consentId, { expiresAt: at }),
  OppositionDeclared: (facts, { oppositionId: id, channel, purpose, pointId }, at) => opposed(facts, { id, channel, purpose, pointId, at }),
  ProcessingRestricted: (facts, _, from) => ({ ...facts, restrictions: [...facts.restrictions, { from, until: null }] }),
  RestrictionEnded: (facts, _, at) => ({ ...facts, restrictions: ending(facts.restrictions, at) }),
  ProfilingObjected: (facts, _, from) => ({ ...facts, profilingObjections: [...facts.profilingObjections, { from, until: null }] }),
  ProfilingObjectionEnded: (facts, _, at) => ({ ...facts, profilingObjections: ending(facts.profilingObjections, at) }),
};

/** A complaint opposes everything. */
export const complained = (facts: ConsentFacts, responseId: string, at: string): ConsentFacts =>
  opposed(facts, { id: `complaint/${responseId}`, channel: null, purpose: null, pointId: null, at });

/** What was said about a contact point ends with it, so that nobody else's inherits it. */
export const withoutPoint = (facts: ConsentFacts, pointId: string, at: string): ConsentFacts => ({
  ...facts,
  consents: facts.consents.map((consent) => ({
    ...consent,
    points: consent.points.map((point) => (point.pointId === pointId && point.until === null ? { pointId, until: at } : point)),
  })),
});
