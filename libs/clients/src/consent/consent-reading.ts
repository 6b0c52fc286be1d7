import { fold, RecordedEvent } from '@boucle/eventsourcing';
import { Client } from '../client/client.js';
import { clientDecider } from '../client/client.decider.js';
import { ClientEvent } from '../client/client.events.js';
import { Channel, CHANNELS } from '../client/channel.js';
import { ConsentFact, OppositionFact } from './consent-facts.js';
import { CONSENT_POLICY } from './consent-policy.js';
import { ConsentEvent, Proof } from './consent.events.js';
import { ContactAnswer, Suppression, within } from './contact-permission.js';
import { wholePerson } from '../merging/merged-file.js';
import { standing } from '../retraction/standing.js';
import { Addressee, answerAt, pointIdsFor } from './reach.js';

/** Who said it, as far as that is known, and who told us. */
interface Source {
  /** null: not known, or erased. */
  readonly by: string | null;
  readonly actor: string;
}

/** A consent with what proves it. */
export type ConsentStatement = ConsentFact & Source & { readonly purchaseId: string | null; readonly proof: Proof | null };

/** An opposition and how it was declared. */
export type OppositionStatement = OppositionFact & Source & { readonly how: string | null };

/** Whether a client may be addressed at one of his contact points for a purpose. */
export type PointAnswer = ContactAnswer & { readonly channel: Channel; readonly purpose: string; readonly pointId: string };

/** What was said under one id. */
interface Statements {
  readonly consents: readonly ConsentStatement[];
  readonly oppositions: readonly OppositionStatement[];
}

/** What a client has said about being addressed, and what follows from it. */
export interface ConsentReading extends Statements {
  readonly clientId: string;
  /** The client who answers, where the one asked for is an alias of his. */
  readonly mergedInto?: string;
  readonly at: string;
  readonly restricted: boolean;
  readonly objectsToProfiling: boolean;
  /** What he has said under the ids that are aliases of his. */
  readonly merged: readonly (Statements & { readonly clientId: string })[];
  /** What suppression lists had said of his contact points by then, also what had ceased to count. */
  readonly suppressions: readonly Suppression[];
  readonly answers: readonly PointAnswer[];
}

type Given = RecordedEvent<Extract<ConsentEvent, { type: 'ConsentGiven' }>>;
type Declared = RecordedEvent<Extract<ConsentEvent, { type: 'OppositionDeclared' }>>;

const sourceOf = (event: Given | Declared): Source => ({ by: event.data.personal?.by ?? null, actor: event.metadata.actor });

type History = readonly RecordedEvent<ClientEvent>[];

const statementsIn = (past: History, { consent }: Client): Statements => ({
  consents: consent.consents.map((fact) => {
    const event = standing(past).find((one): one is Given => one.type === 'ConsentGiven' && one.data.consentId === fact.id)!;
    return { ...fact, purchaseId: event.data.purchaseId, proof: event.data.proof, ...sourceOf(event) };
  }),
  oppositions: consent.oppositions.map((fact) => {
    const event = past.find((one): one is Declared => one.type === 'OppositionDeclared' && one.data.oppositionId === fact.id);
    return event
      ? { ...fact, how: event.data.how, ...sourceOf(event) }
      : { ...fact, how: 'complaint', by: null, actor: complaintIn(past, fact.id) };
  }),
});

/**
 * Everything as it was at an instant, by when it happened and not by when it was recorded.
 * @param hits what suppression lists have said, then or since, of the contact points that he had then
 * @param others the histories of the files that are merged into his
 */
export const readConsents = (
  clientId: string,
  history: History,
  hits: readonly Suppression[],
  purpose: string,
  at: string,
  others: ReadonlyMap<string, History> = new Map(),
): ConsentReading => {
  const until = (events: History): History => events.filter(({ metadata }) => metadata.occurredAt <= at);
  const past = until(history);
  const suppressions = hits.filter(({ from }) => from <= at);
  const own = fold(clientDecider, clientDecider.initial, past);
  const { places, consent } = wholePerson(own);
  const addressee: Addressee = { places, consent, suppressions };
  const purposes = [...new Set([purpose, ...consent.consents.map((one) => one.purpose)])];
  return {
    clientId,
    at,
    restricted: within(consent.restrictions, at),
    objectsToProfiling: within(consent.profilingObjections, at),
    ...statementsIn(past, own),
    merged: Object.keys(own.merging.files).map((id) => {
      const said = until(others.get(id) ?? []);
      return { clientId: id, ...statementsIn(said, fold(clientDecider, clientDecider.initial, said)) };
    }),
    suppressions,
    answers: CHANNELS.flatMap((channel) =>
      pointIdsFor(addressee.places, channel).flatMap((pointId) =>
        purposes.map((one) => ({
          channel,
          purpose: one,
          pointId,
          ...answerAt(addressee, { channel, purpose: one, at }, pointId, CONSENT_POLICY),
        })),
      ),
    ),
  };
};

const complaintIn = (past: readonly RecordedEvent<ClientEvent>[], id: string): string =>
  past.find((one) => one.type === 'ResponseRecorded' && id === `complaint/${one.data.responseId}`)!.metadata.actor;
