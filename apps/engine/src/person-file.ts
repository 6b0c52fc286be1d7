import { DocumentStore, EventStore, projectEvent, RecordedEvent } from '@boucle/eventsourcing';
import { ledgerEntry, LedgerEntry, Propensities } from '@boucle/campaigns';
import {
  ClientEvent,
  clientStream,
  ConsentReading,
  ExportPurpose,
  Identity,
  identityProjection,
  Origin,
  PersonFileEvent,
  personFileStream,
  readConsents,
  Screening,
  Suppression,
  survivorOf,
} from '@boucle/clients';
import { CloudEvent, PUBLIC_TOPICS } from '@boucle/contracts';
import { Preset, takenWith } from '@boucle/exporting';
import { WebhookReading, webhooksProjection } from '@boucle/webhooks';
import { cloudEvents } from './outgoing.relay.js';

/** Something that happened with a person. */
export interface Happening {
  readonly at: string;
  readonly recordedAt: string;
  /** In words: "purchase recorded". */
  readonly what: string;
  /** Who told us. */
  readonly by: string;
  readonly facts: object;
  readonly personal: object | null;
}

/** What a wave decided about a person, and what came of it. */
export interface DecisionAbout {
  readonly campaignId: string;
  readonly wave: number;
  readonly decidedAt: string;
  readonly cell: string;
  /** What he was to be offered; null: nothing. */
  readonly arm: string | null;
  /** In millionths; null: he was not drawn for an offer. */
  readonly propensities: Propensities | null;
  /** Why he was not; null: he was. */
  readonly reason: string | null;
  readonly carriedOutAt: string;
  /** `mailed`, or why nothing was sent. */
  readonly outcome: string;
}

/** How often, and when first and last. */
export interface Occurrences {
  readonly times: number;
  readonly first: string;
  readonly last: string;
}

/** Who received what about a person. */
export interface Recipients {
  /** That carried mailings to him. */
  readonly channels: readonly (Occurrences & { readonly channel: string })[];
  /** That other services hear; none where there is no bus. */
  readonly topics: readonly (Occurrences & { readonly topic: string })[];
  /** That ask for messages about him. */
  readonly webhooks: readonly (Occurrences & { readonly webhookId: string; readonly url: string })[];
  /** Who took him out in a file of many. */
  readonly files: readonly {
    readonly exportId: string;
    readonly preset: Preset;
    readonly purpose: string;
    readonly at: string;
    readonly by: string;
  }[];
  /** Whole files handed out before. */
  readonly exports: readonly { readonly at: string; readonly by: string; readonly purpose: ExportPurpose }[];
}

/** Everything that is known of a person, where it came from, what was decided about him, and who received it. */
export interface PersonFile {
  readonly clientId: string;
  readonly identity: Identity;
  readonly consents: ConsentReading['consents'];
  readonly oppositions: ConsentReading['oppositions'];
  /** What lists say of his contact points. */
  readonly suppressions: readonly Suppression[];
  readonly events: readonly Happening[];
  readonly decisions: readonly DecisionAbout[];
  readonly sources: { readonly origin: Origin | null; readonly tellers: readonly (Occurrences & { readonly by: string })[] };
  readonly recipients: Recipients;
  /** The files merged into his, each as it is. */
  readonly merged: readonly PersonFile[];
}

/** What a file is read from. */
export interface Sources {
  readonly events: EventStore;
  readonly documents: DocumentStore;
  readonly screening: Screening;
  /** Whether there is a bus. */
  readonly published: boolean;
}

type History = readonly RecordedEvent<ClientEvent>[];
type CarriedOut = RecordedEvent<Extract<ClientEvent, { type: 'MailingDispatched' | 'ContactWithheld' }>>;

const wordsOf = (type: string): string => type.replace(/(?<=.)[A-Z]/g, ' $&').toLowerCase();

const happeningOf = ({ type, data, metadata, recordedAt }: RecordedEvent<ClientEvent>): Happening => {
  const { clientId: _, personal = null, ...facts } = data as { clientId: string; personal?: object | null };
  return { at: metadata.occurredAt, recordedAt, what: wordsOf(type), by: metadata.actor, facts, personal };
};

/** In the order in which each name came first. */
const occurrences = <Name extends string>(name: Name, seen: readonly (readonly [string, string])[]) => {
  const found = new Map<string, Occurrences>();
  for (const [value, at] of seen) {
    const { times, first, last } = found.get(value) ?? { times: 0, first: at, last: at };
    found.set(value, { times: times + 1, first: at < first ? at : first, last: at > last ? at : last });
  }
  return [...found].map(([value, all]) => ({ [name]: value, ...all }) as Record<Name, string> & Occurrences);
};

const decisionOf = ({ decision, taken }: LedgerEntry, carriedOut: CarriedOut): DecisionAbout => ({
  campaignId: taken.data.campaignId,
  wave: taken.data.wave,
  decidedAt: taken.metadata.occurredAt,
  cell: decision.cell,
  ...('arm' in decision
    ? { arm: decision.arm, propensities: decision.propensities, reason: null }
    : { arm: null, propensities: null, reason: decision.reason }),
  carriedOutAt: carriedOut.metadata.occurredAt,
  outcome: carriedOut.type === 'MailingDispatched' ? 'mailed' : carriedOut.data.reason,
});

const topicOf = new Map(PUBLIC_TOPICS.flatMap(({ name, messages }) => Object.values(messages).map(({ type }) => [type, name] as const)));

const isAbout =
  (clientId: string) =>
  ({ data }: CloudEvent): boolean =>
    (data as { clientId?: unknown }).clientId === clientId;

/** Reads the file of a person from the log, with all that is merged into it; null if he is not there, or was erased. */
export const readPersonFile = async (sources: Sources, clientId: string): Promise<PersonFile | null> => {
  const own = await readFile(sources, await survivorOf(sources.events, clientId));
  if (!own) return null;
  const merged = await Promise.all((own.identity.merged ?? []).map((one) => readFile(sources, one.clientId)));
  return { ...own, merged: merged.filter((file) => file !== null) };
};

const readFile = async ({ events, documents, screening, published }: Sources, clientId: string): Promise<PersonFile | null> => {
  const history = (await events.read(clientStream(clientId))) as History;
  const identity = history.reduce<object | null>((known, event) => projectEvent(identityProjection, known, event, clientId), null);
  if (identity === null) return null;

  const carriedOut = history.filter((event): event is CarriedOut => event.type === 'MailingDispatched' || event.type === 'ContactWithheld');
  const entries = await Promise.all(carriedOut.map(({ data }) => ledgerEntry(events, data.campaignId, data.wave, clientId)));
  const ledger = entries.flatMap((entry, n) => (entry ? [{ entry, carriedOut: carriedOut[n] }] : []));

  const messages = [...history, ...ledger.map(({ entry }) => entry.taken)].flatMap((event) => cloudEvents(event).filter(isAbout(clientId)));
  const webhooks = await documents.find<WebhookReading>(webhooksProjection.name, { field: 'status', is: 'ne', value: 'disabled' });
  const subscribed = webhooks.flatMap(({ document }) => {
    const { webhookId, url, types, asOf } = document!;
    const told = messages.filter(({ type, position }) => types.includes(type) && Number(position) > asOf);
    return occurrences(
      'webhookId',
      told.map(({ time }) => [webhookId, time]),
    ).map((all) => ({ ...all, url }));
  });
  const exported = (await events.read(personFileStream(clientId))) as RecordedEvent<PersonFileEvent>[];
  const suppressions = await screening.person(identity as Identity);
  const last = history.reduce((at, { metadata }) => (metadata.occurredAt > at ? metadata.occurredAt : at), '');
  const { consents, oppositions } = readConsents(clientId, history, suppressions, 'marketing', last);
  const { origin } = identity as Identity;
  return {
    clientId,
    identity: identity as Identity,
    consents,
    oppositions,
    suppressions,
    events: history.map(happeningOf),
    decisions: ledger.map(({ entry, carriedOut: event }) => decisionOf(entry, event)),
    sources: {
      origin,
      tellers: occurrences(
        'by',
        history.map(({ metadata }) => [metadata.actor, metadata.occurredAt]),
      ),
    },
    recipients: {
      channels: occurrences(
        'channel',
        carriedOut.flatMap((event) =>
          event.type === 'MailingDispatched' ? [[event.data.channel, event.metadata.occurredAt] as const] : [],
        ),
      ),
      topics: occurrences('topic', published ? messages.map(({ type, time }) => [topicOf.get(type)!, time] as const) : []),
      webhooks: subscribed,
      files: (await takenWith(events, documents, [clientId])).flatMap(({ exportId, preset, purpose, takings }) =>
        takings.map(({ at, by }) => ({ exportId, preset, purpose, at, by })),
      ),
      exports: exported.map(({ data, metadata }) => ({ at: metadata.occurredAt, by: metadata.actor, purpose: data.purpose })),
    },
    merged: [],
  };
};
