import { planOf } from './campaign.decider.js';
import { Allocation, Analysis, CampaignEvent, Offer, Plan } from './campaign.events.js';

export const campaignId = 'spring';

export const letter: Offer = { name: 'letter', channel: 'post', cost: 55, margin: 4000 };
export const mail: Offer = { name: 'mail', channel: 'email', cost: 1, margin: 3000 };
export const nothing: Offer = { name: 'nothing', channel: null, cost: 0, margin: 3500 };

/** A request for a campaign, with the least it needs. */
export const request = {
  campaignId,
  name: 'Spring sale',
  offers: [letter, mail],
  waveSize: 1000,
  responseWindowDays: 14,
  stop: { waves: 3 },
  consent: 'not-checked' as const,
};

export const plan = (changed: Partial<Plan> = {}): Plan => ({ ...planOf(request), ...changed });

export const even: Allocation = { '*': { letter: 500_000, mail: 500_000 } };

export const analysis = (changed: Partial<Analysis> = {}, winner: string | null = null): Analysis => ({
  decided: 1000,
  skipped: 0,
  contacted: 900,
  heldOut: 100,
  responses: 50,
  rate: 0.05,
  low: 0.038,
  high: 0.065,
  lift: null,
  cost: 25_000,
  margin: 180_000,
  verdict: {
    winner,
    equivalent: null,
    goodEnough: false,
    leader: 'mail',
    probability: 0.8,
    threshold: 0.998,
    look: 1,
    expectedLoss: 0.001,
    sentence: 'Undecided.',
  },
  allocation: { all: { letter: 300_000, mail: 700_000 }, '*': { letter: 500_000, mail: 500_000 } },
  shares: { letter: 0.3, mail: 0.7 },
  reason: '"mail" leads',
  ...changed,
});

/** What may happen to the campaign. */
export const happened = {
  planned: (changed: Partial<Plan> = {}): CampaignEvent => ({ type: 'CampaignPlanned', data: { campaignId, plan: plan(changed) } }),
  launched: { type: 'CampaignLaunched', data: { campaignId } } as CampaignEvent,
  waveLaunched: (wave = 1, allocation = even, changed: Partial<Plan> = {}): CampaignEvent => ({
    type: 'WaveLaunched',
    data: { campaignId, wave, policy: 'boucle-1', plan: plan(changed), allocation },
  }),
  waveClosed: (wave = 1): CampaignEvent => ({ type: 'WaveClosed', data: { campaignId, wave } }),
  analysed: (wave = 1, of = analysis()): CampaignEvent => ({ type: 'ResponsesAnalysed', data: { campaignId, wave, analysis: of } }),
  proposed: (wave = 1): CampaignEvent => ({
    type: 'WaveProposed',
    data: { campaignId, wave, shares: { letter: 0.5, mail: 0.5 }, reason: 'first' },
  }),
  approved: (wave = 1): CampaignEvent => ({ type: 'ProposalApproved', data: { campaignId, wave } }),
  rejected: (wave = 1): CampaignEvent => ({ type: 'ProposalRejected', data: { campaignId, wave, reason: 'too dear' } }),
  paused: (abandonedWave: number | null = null): CampaignEvent => ({
    type: 'CampaignPaused',
    data: { campaignId, reason: 'a strike', abandonedWave },
  }),
  resumed: { type: 'CampaignResumed', data: { campaignId } } as CampaignEvent,
  completed: { type: 'CampaignCompleted', data: { campaignId, reason: 'enough' } } as CampaignEvent,
};
