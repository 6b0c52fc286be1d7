import { Projection } from '@boucle/eventsourcing';
import { CampaignEvent, Plan, VerdictReading } from './campaign.events.js';

/** Where a campaign stands. */
export const CAMPAIGN_STATUSES = ['planned', 'running', 'paused', 'completed'] as const;
export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number];

/** A campaign at a glance. */
export interface CampaignReading {
  readonly campaignId: string;
  readonly plan: Plan;
  readonly status: CampaignStatus;
  /** Why it is paused or completed. */
  readonly reason: string | null;
  /** The latest wave launched, 0 before the first. */
  readonly wave: number;
  /** The wave that waits for approval. */
  readonly proposal: { readonly wave: number; readonly shares: Readonly<Record<string, number>>; readonly reason: string } | null;
  readonly verdict: VerdictReading | null;
}

type Event = Exclude<CampaignEvent, { type: 'WaveClosed' }>;

/** One document per campaign. */
export const campaignsProjection: Projection<CampaignReading, Event> = {
  name: 'campaigns',
  indexes: ['status'],
  key: ({ data }) => data.campaignId,
  on: {
    CampaignPlanned: (_, { data: { campaignId, plan } }) => ({
      campaignId,
      plan,
      status: 'planned',
      reason: null,
      wave: 0,
      proposal: null,
      verdict: null,
    }),
    CampaignLaunched: (campaign) => campaign && { ...campaign, status: 'running' },
    WaveLaunched: (campaign, { data }) => campaign && { ...campaign, wave: data.wave },
    ResponsesAnalysed: (campaign, { data }) => campaign && { ...campaign, verdict: data.analysis.verdict },
    WaveProposed: (campaign, { data: { wave, shares, reason } }) => campaign && { ...campaign, proposal: { wave, shares, reason } },
    ProposalApproved: (campaign) => campaign && { ...campaign, proposal: null },
    ProposalRejected: (campaign) => campaign && { ...campaign, proposal: null },
    CampaignPaused: (campaign, { data }) => campaign && { ...campaign, status: 'paused', reason: data.reason },
    CampaignResumed: (campaign) => campaign && { ...campaign, status: 'running', reason: null },
    CampaignCompleted: (campaign, { data }) => campaign && { ...campaign, status: 'completed', reason: data.reason, proposal: null },
  },
};
