import { Filter, Message, Upcasters } from '@boucle/eventsourcing';
import { Channel, ContactCap } from '@boucle/clients';

/** An arm of the campaign: what is offered and how, or being left alone. */
export interface Offer {
  readonly name: string;
  /** Null: not contacted. */
  readonly channel: Channel | null;
  /** Cents per contact. */
  readonly cost: number;
  /** Cents that one response brings in. */
  readonly margin: number;
}

/** What clients are addressed for where a plan says nothing else. */
export const MARKETING = 'marketing';

/** All that a campaign was planned to do; each wave repeats it. */
export interface Plan {
  readonly name: string;
  /** What the allocation maximises: the rate of responses, or expected margin minus cost. */
  readonly objective: 'responses' | 'profit';
  /** The reaction that counts as success. */
  readonly reaction: 'response' | 'purchase';
  readonly offers: readonly Offer[];
  /** Who could be contacted, as a condition on profiles; null is everybody. */
  readonly universe: Filter | null;
  /** Of whom only members of this segment could be contacted; left out: all. */
  readonly segment?: string;
  /** The attributes whose values make up the cells. */
  readonly cells: readonly string[];
  readonly waveSize: number;
  /** Share of clients kept out for good, to compare with. */
  readonly holdOut: number;
  readonly responseWindowDays: number;
  /** The least probability of each offer. */
  readonly floor: number;
  readonly contactCap: ContactCap | null;
  /** Whether a client is drawn into at most one wave of the campaign. */
  readonly drawOnce: boolean;
  readonly stop: { readonly waves: number; readonly whenDecided: boolean };
  readonly launch: 'autopilot' | 'approval';
  readonly posterior: 'two-way' | 'independent';
  readonly seed: string;
  /** Whether a contact must stand on what the law asks for; left out: it is not asked, and only what clients object to stops it. */
  readonly consent?: 'required';
  /** What clients are addressed for; marketing if left out. */
  readonly purpose?: string;
}

/** Probabilities in millionths, by offer. */
export type Propensities = Readonly<Record<string, number>>;

/** How the offers of a wave are drawn, by cell; '*' stands for every other cell. */
export type Allocation = Readonly<Record<string, Propensities>>;

export interface LiftReading {
  readonly lift: number;
  readonly low: number;
  readonly high: number;
}

/** What may be said about the offers so far. */
export interface VerdictReading {
  /** Stays once it is given. */
  readonly winner: string | null;
  readonly equivalent: readonly string[] | null;
  readonly goodEnough: boolean;
  readonly leader: string;
  /** That the leader is better than his closest rival. */
  readonly probability: number;
  readonly threshold: number;
  readonly look: number;
  readonly expectedLoss: number;
  readonly sentence: string;
}

/** What a wave has taught. */
export interface Analysis {
  readonly decided: number;
  readonly skipped: number;
  readonly contacted: number;
  readonly heldOut: number;
  readonly responses: number;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
  /** Cumulative over the permanent hold-out; null without one. */
  readonly lift: LiftReading | null;
  /** Cents. */
  readonly cost: number;
  readonly margin: number;
  readonly verdict: VerdictReading;
  /** For the next wave. */
  readonly allocation: Allocation;
  /** Share of each offer in the next wave over all cells. */
  readonly shares: Readonly<Record<string, number>>;
  readonly reason: string;
}

export type CampaignEvent =
  /** Somebody worked out whom to address with what, and how to learn from it. */
  | Message<'CampaignPlanned', { campaignId: string; plan: Plan }>
  /** The campaign may start contacting people. */
  | Message<'CampaignLaunched', { campaignId: string }>
  /** A round begins; whom it addresses is decided as of this event. */
  | Message<'WaveLaunched', { campaignId: string; wave: number; policy: string; plan: Plan; allocation: Allocation }>
  /** The response window of a wave is over; what comes later counts as late. */
  | Message<'WaveClosed', { campaignId: string; wave: number }>
  /** A closed wave was measured, and the next one worked out from it. */
  | Message<'ResponsesAnalysed', { campaignId: string; wave: number; analysis: Analysis }>
  /** The next wave waits for a person to approve it. */
  | Message<'WaveProposed', { campaignId: string; wave: number; shares: Readonly<Record<string, number>>; reason: string }>
  /** A campaign manager lets the proposed wave go out. */
  | Message<'ProposalApproved', { campaignId: string; wave: number }>
  /** A campaign manager refuses the proposed wave, which ends the campaign. */
  | Message<'ProposalRejected', { campaignId: string; wave: number; reason: string }>
  /** Nobody is contacted until further notice. */
  | Message<'CampaignPaused', { campaignId: string; reason: string; abandonedWave: number | null }>
  /** Contacting goes on where it stopped. */
  | Message<'CampaignResumed', { campaignId: string }>
  /** The campaign has ended by its stop rule, for want of clients or by a person. */
  | Message<'CampaignCompleted', { campaignId: string; reason: string }>;

export const campaignUpcasters: Upcasters = {};
