import { Barrier, Projection } from '@boucle/eventsourcing';
import { DecidedEvent, MergeEvent, WithheldReason } from '@boucle/clients';
import { Propensities } from './campaign.events.js';
import { WaveEvent } from './wave.events.js';

/** One decision and what came of it. */
export interface DecisionReading {
  readonly wave: number;
  readonly cell: string;
  readonly arm: string | null;
  readonly propensities: Propensities | null;
  /** Null until it has been carried out. */
  readonly outcome: 'mailed' | WithheldReason | null;
  readonly responded: boolean;
  readonly purchased: boolean;
  readonly answerUnknown: boolean;
}

/** All decisions of a campaign for one client. */
export interface ClientDecisions {
  readonly campaignId: string;
  readonly clientId: string;
  readonly decisions: readonly DecisionReading[];
}

export const decisionsKey = (campaignId: string, clientId: string): string => `${campaignId}/${clientId}`;

type Event = DecidedEvent | Extract<MergeEvent, { type: 'ReactionCredited' }> | Extract<WaveEvent, { type: 'DecisionsTaken' }>;

const amended = (client: ClientDecisions | null, wave: number, change: Partial<DecisionReading>): ClientDecisions | null =>
  client && { ...client, decisions: client.decisions.map((decision) => (decision.wave === wave ? { ...decision, ...change } : decision)) };

/** The decisions for each client of each campaign. */
export const decisionsProjection: Projection<ClientDecisions, Event> = {
  name: 'decisions',
  key: ({ type, data }) => {
    switch (type) {
      case 'DecisionsTaken':
        return data.decisions.map(({ clientId }) => decisionsKey(data.campaignId, clientId));
      case 'ResponseRecorded':
      case 'PurchaseRecorded':
      case 'ReactionCredited':
        return data.credit ? decisionsKey(data.credit.campaignId, data.clientId) : [];
      default:
        return decisionsKey(data.campaignId, data.clientId);
    }
  },
  on: {
    DecisionsTaken: (client, { data: { campaignId, wave, decisions } }, key) => {
      const clientId = key.slice(decisionsKey(campaignId, '').length);
      const decision = decisions.find((one) => one.clientId === clientId)!;
      const { cell } = decision;
      const drawn = 'arm' in decision ? { arm: decision.arm, propensities: decision.propensities } : { arm: null, propensities: null };
      const reading = { wave, cell, ...drawn, outcome: null, responded: false, purchased: false, answerUnknown: false };
      return { campaignId, clientId, decisions: [...(client?.decisions ?? []), reading] };
    },
    MailingDispatched: (client, { data }) => amended(client, data.wave, { outcome: 'mailed' }),
    ContactWithheld: (client, { data }) => amended(client, data.wave, { outcome: data.reason }),
    ResponseRecorded: (client, { data }) => amended(client, data.credit!.wave, { responded: true }),
    PurchaseRecorded: (client, { data }) => amended(client, data.credit!.wave, { purchased: true }),
    ReactionCredited: (client, { data: { credit, reaction } }) =>
      amended(client, credit.wave, reaction === 'purchase' ? { purchased: true } : { responded: true }),
    AnswerUnknown: (client, { data }) => amended(client, data.wave, { answerUnknown: true }),
  },
};

const waveOf = (data: object): string => {
  const { campaignId, wave } = data as { campaignId: string; wave: number };
  return `${campaignId}/${wave}`;
};

/** The profiles stand still from the launch of a wave until it is targeted. */
export const targetingBarrier: Barrier = { raisedBy: { WaveLaunched: waveOf }, loweredBy: { WaveTargeted: waveOf, WaveAbandoned: waveOf } };

/** The outcomes stand still from the close of a wave until it is analysed. */
export const analysisBarrier: Barrier = { raisedBy: { WaveClosed: waveOf }, loweredBy: { ResponsesAnalysed: waveOf } };
