import { Projection } from '@boucle/eventsourcing';
import { Credit, DecidedEvent, MergeEvent } from '@boucle/clients';
import { Analysis, CampaignEvent, Plan } from './campaign.events.js';
import { TargetingCounts, WaveEvent } from './wave.events.js';

/** Clients of one arm in one cell, and how many of them responded or bought at least once within the window. */
export interface Tally {
  readonly clients: number;
  readonly responded: number;
  readonly purchased: number;
}

/** A wave in numbers; everything but `late` stands still once it is closed. */
export interface WaveResults {
  readonly campaignId: string;
  readonly wave: number;
  readonly status: 'targeting' | 'dispatching' | 'open' | 'closed' | 'analysed' | 'abandoned';
  readonly plan: Plan;
  readonly launchedAt: string;
  readonly targeting: TargetingCounts | null;
  readonly merkleRoot: string | null;
  readonly mailed: number;
  /** Clients to whom nothing was sent, by reason. */
  readonly withheld: Readonly<Record<string, number>>;
  /** Answers that a recorded trial could not give; counted nowhere else. */
  readonly skipped: number;
  /** By cell and arm: those that got what was drawn. */
  readonly arms: Readonly<Record<string, Readonly<Record<string, Tally>>>>;
  readonly heldOut: Tally;
  /** Clients drawn to whom nothing could be sent. */
  readonly unsent: Tally;
  /** Cents by currency. */
  readonly amounts: Readonly<Record<string, number>>;
  /** Cents. */
  readonly cost: number;
  readonly late: { readonly responses: number; readonly purchases: number };
  readonly analysis: Analysis | null;
}

export const waveKey = (campaignId: string, wave: number): string => `${campaignId}/${wave}`;

const NONE: Tally = { clients: 0, responded: 0, purchased: 0 };

const sum = (a: Tally, b: Partial<Tally>): Tally => ({
  clients: a.clients + (b.clients ?? 0),
  responded: a.responded + (b.responded ?? 0),
  purchased: a.purchased + (b.purchased ?? 0),
});

interface Place {
  readonly cell: string;
  readonly arm: string | null;
}

/** The tally of an offer, which may be called like something that every object has. */
export const tallyIn = (ofCell: Readonly<Record<string, Tally>>, offer: string): Tally | undefined =>
  Object.hasOwn(ofCell, offer) ? ofCell[offer] : undefined;

const inArm = (wave: WaveResults, { cell, arm }: Place, change: Partial<Tally>): WaveResults => {
  const ofCell = wave.arms[cell] ?? {};
  return { ...wave, arms: { ...wave.arms, [cell]: { ...ofCell, [arm!]: sum(tallyIn(ofCell, arm!) ?? NONE, change) } } };
};

type Withheld = Extract<DecidedEvent, { type: 'ContactWithheld' }>['data'];

const withheld = (wave: WaveResults, data: Withheld): WaveResults => {
  const { reason } = data;
  const counted = { ...wave, withheld: { ...wave.withheld, [reason]: (wave.withheld[reason] ?? 0) + 1 } };
  if (reason === 'arm') return inArm(counted, data, { clients: 1 });
  if (reason === 'hold-out') return { ...counted, heldOut: sum(counted.heldOut, { clients: 1 }) };
  return { ...counted, unsent: sum(counted.unsent, { clients: 1 }) };
};

const isClosed = ({ status }: WaveResults): boolean => status === 'closed' || status === 'analysed';

/** Changes the tally in which a client of the wave is counted. */
const placed = (wave: WaveResults, place: Place & { asDrawn: boolean }, change: Partial<Tally>): WaveResults => {
  if (place.arm === null) return { ...wave, heldOut: sum(wave.heldOut, change) };
  return place.asDrawn ? inArm(wave, place, change) : { ...wave, unsent: sum(wave.unsent, change) };
};

/** Puts a credited reaction where its client was counted. */
const reacted = (wave: WaveResults | null, credit: Credit, kind: 'responded' | 'purchased'): WaveResults | null => {
  if (!wave) return null;
  if (isClosed(wave)) {
    const { responses, purchases } = wave.late;
    return { ...wave, late: kind === 'responded' ? { responses: responses + 1, purchases } : { responses, purchases: purchases + 1 } };
  }
  if (!credit.first) return wave;
  return placed(wave, credit, { [kind]: 1 });
};

const bought = (wave: WaveResults | null, credit: Credit, amount: number, currency: string): WaveResults | null => {
  const counted = reacted(wave, credit, 'purchased');
  if (!counted || counted.late !== wave!.late) return counted;
  return { ...counted, amounts: { ...counted.amounts, [currency]: (counted.amounts[currency] ?? 0) + amount } };
};

type Event =
  | DecidedEvent
  | Extract<MergeEvent, { type: 'ReactionCredited' }>
  | Exclude<WaveEvent, { type: 'DecisionsTaken' }>
  | Extract<CampaignEvent, { type: 'WaveLaunched' | 'WaveClosed' | 'ResponsesAnalysed' }>;

/** The results of each wave. */
export const waveResultsProjection: Projection<WaveResults, Event> = {
  name: 'wave-results',
  key: ({ type, data }) => {
    if (type !== 'ResponseRecorded' && type !== 'PurchaseRecorded' && type !== 'ReactionCredited')
      return waveKey(data.campaignId, data.wave);
    return data.credit ? waveKey(data.credit.campaignId, data.credit.wave) : [];
  },
  on: {
    WaveLaunched: (_, { data: { campaignId, wave, plan }, metadata }) => ({
      campaignId,
      wave,
      status: 'targeting',
      plan,
      launchedAt: metadata.occurredAt,
      targeting: null,
      merkleRoot: null,
      mailed: 0,
      withheld: {},
      skipped: 0,
      arms: {},
      heldOut: NONE,
      unsent: NONE,
      amounts: {},
      cost: 0,
      late: { responses: 0, purchases: 0 },
      analysis: null,
    }),
    WaveTargeted: (wave, { data }) => wave && { ...wave, status: 'dispatching', targeting: data.counts, merkleRoot: data.merkleRoot },
    WaveAbandoned: (wave) => wave && { ...wave, status: 'abandoned' },
    WaveDispatched: (wave) => wave && { ...wave, status: 'open' },
    WaveClosed: (wave) => wave && { ...wave, status: 'closed' },
    ResponsesAnalysed: (wave, { data }) => wave && { ...wave, status: 'analysed', analysis: data.analysis },
    MailingDispatched: (wave, { data }) =>
      wave && inArm({ ...wave, mailed: wave.mailed + 1, cost: wave.cost + data.cost }, data, { clients: 1 }),
    ContactWithheld: (wave, { data }) => wave && withheld(wave, data),
    ResponseRecorded: (wave, { data }) => reacted(wave, data.credit!, 'responded'),
    PurchaseRecorded: (wave, { data }) => bought(wave, data.credit!, data.amount, data.currency),
    // the reaction itself stands under another id, without a credit of its own
    ReactionCredited: (wave, { data: { credit, amount, currency } }) =>
      amount === null || currency === null ? reacted(wave, credit, 'responded') : bought(wave, credit, amount, currency),
    AnswerUnknown: (wave, { data }) => {
      if (!wave || isClosed(wave)) return wave;
      return placed({ ...wave, skipped: wave.skipped + 1, cost: wave.cost - data.cost }, data, { clients: -1 });
    },
  },
};
