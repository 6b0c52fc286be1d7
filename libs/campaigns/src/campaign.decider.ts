import { canonicalJson, Decider, DomainError } from '@boucle/eventsourcing';
import { defaultFloor, uniformShares } from '@boucle/targeting';
import {
  ApproveProposal,
  CloseWave,
  CompleteCampaign,
  LaunchCampaign,
  LaunchWave,
  PauseCampaign,
  PlanCampaign,
  ProposeWave,
  RecordAnalysis,
  RejectProposal,
  ResumeCampaign,
  SetWaveAside,
} from './campaign.commands.js';
import { Allocation, Analysis, CampaignEvent, MARKETING, Plan } from './campaign.events.js';

/** What the rules of one campaign read. */
export interface Campaign {
  readonly plan: Plan | null;
  readonly status: 'planned' | 'running' | 'paused' | 'completed';
  /** Numbers of the latest wave launched, closed, done with (analysed or set aside), proposed, approved and rejected; 0 before the first. */
  readonly launched: number;
  readonly closed: number;
  readonly done: number;
  readonly proposed: number;
  readonly approved: number;
  readonly rejected: number;
  readonly analysis: Analysis | null;
}

/** Version of the rules by which a wave is decided. */
export const POLICY = 'boucle-1';

export const campaignStream = (campaignId: string): string => `campaign-${campaignId}`;

const commands = {
  PlanCampaign,
  LaunchCampaign,
  LaunchWave,
  CloseWave,
  RecordAnalysis,
  ProposeWave,
  ApproveProposal,
  RejectProposal,
  PauseCampaign,
  ResumeCampaign,
  SetWaveAside,
  CompleteCampaign,
};

/** The plan with every default written out, but for what plans once did not know. */
export const planOf = (command: PlanCampaign): Plan => {
  const { campaignId, name, objective, reaction, offers, universe, cells, waveSize, holdOut, responseWindowDays } = command;
  const { floor, contactCap, drawOnce, stop, launch, posterior, seed, consent, purpose, segment } = command;
  return {
    name,
    objective: objective ?? 'responses',
    reaction: reaction ?? 'response',
    offers: offers.map(({ name, channel, cost, margin }) => ({ name, channel, cost, margin })),
    universe: universe ?? null,
    cells: cells ?? [],
    waveSize,
    holdOut: holdOut ?? 0.1,
    responseWindowDays,
    floor: floor ?? defaultFloor(offers.length),
    contactCap: contactCap ? { contacts: contactCap.contacts, days: contactCap.days } : null,
    drawOnce: drawOnce ?? false,
    stop: { waves: stop.waves, whenDecided: stop.whenDecided ?? false },
    launch: launch ?? 'autopilot',
    posterior: posterior ?? 'two-way',
    seed: seed ?? campaignId,
    ...(segment !== undefined && { segment }),
    ...(consent !== 'not-checked' && { consent: 'required' as const }),
    ...(purpose !== undefined && purpose !== MARKETING && { purpose }),
  };
};

const checkPlan = ({ offers, floor }: Plan): void => {
  if (new Set(offers.map(({ name }) => name)).size < offers.length)
    throw new DomainError('invalid-offers', 'offers must have different names', 'offers');
  if (offers.filter(({ channel }) => channel === null).length > 1)
    throw new DomainError('invalid-offers', 'offers: only one may leave clients alone (channel null)', 'offers');
  if (floor * offers.length > 0.5) {
    const most = 0.5 / offers.length;
    throw new DomainError(
      'floor-too-high',
      `floor: ${floor} x ${offers.length} offers leaves less than half to learn with; at most ${most}`,
      'floor',
    );
  }
};

/** The first wave: every offer alike. */
const uniform = ({ offers }: Plan): Allocation => {
  const shares = uniformShares(offers.length);
  return { '*': Object.fromEntries(offers.map(({ name }, i) => [name, shares[i]])) };
};

const planned = (campaign: Campaign, campaignId: string): Plan => {
  if (campaign.plan === null) throw new DomainError('unknown-campaign', `Campaign ${campaignId} is not planned`, 'campaignId');
  return campaign.plan;
};

const running = (campaign: Campaign, campaignId: string): Plan => {
  const plan = planned(campaign, campaignId);
  if (campaign.status === 'running') return plan;
  throw new DomainError(`campaign-${campaign.status}`, `Campaign ${campaignId} is ${campaign.status}, not running`, 'campaignId');
};

/** Checks that a wave may come next. */
const nextWave = (campaign: Campaign, campaignId: string, wave: number): Plan => {
  const plan = running(campaign, campaignId);
  if (campaign.done < campaign.launched)
    throw new DomainError('wave-open', `Wave ${campaign.launched} of campaign ${campaignId} is not analysed yet`, 'wave');
  if (wave !== campaign.launched + 1)
    throw new DomainError('wrong-wave', `The next wave of campaign ${campaignId} is ${campaign.launched + 1}`, 'wave');
  if (wave > plan.stop.waves) throw new DomainError('no-more-waves', `Campaign ${campaignId} stops after ${plan.stop.waves} waves`, 'wave');
  return plan;
};

const existing = (campaign: Campaign, campaignId: string, wave: number): void => {
  planned(campaign, campaignId);
  if (wave > campaign.launched) throw new DomainError('unknown-wave', `Campaign ${campaignId} has no wave ${wave} yet`, 'wave');
};

const awaited = (campaign: Campaign, campaignId: string, wave: number): void => {
  running(campaign, campaignId);
  if (campaign.proposed !== wave)
    throw new DomainError('not-proposed', `Wave ${wave} of campaign ${campaignId} has not been proposed`, 'wave');
};

export const campaignDecider: Decider<Campaign, typeof commands, CampaignEvent> = {
  commands,
  stream: ({ campaignId }) => campaignStream(campaignId),
  initial: { plan: null, status: 'planned', launched: 0, closed: 0, done: 0, proposed: 0, approved: 0, rejected: 0, analysis: null },
  decide: {
    PlanCampaign: (campaign, command) => {
      const { campaignId } = command;
      const plan = planOf(command);
      if (campaign.plan !== null) {
        if (canonicalJson(campaign.plan) === canonicalJson(plan)) return [];
        throw new DomainError('campaign-exists', `Campaign ${campaignId} is already planned otherwise`, 'campaignId');
      }
      checkPlan(plan);
      return [{ type: 'CampaignPlanned', data: { campaignId, plan } }];
    },
    LaunchCampaign: (campaign, { campaignId }) => {
      planned(campaign, campaignId);
      if (campaign.status !== 'planned') return [];
      return [{ type: 'CampaignLaunched', data: { campaignId } }];
    },
    LaunchWave: (campaign, { campaignId, wave }) => {
      if (wave <= campaign.launched) return [];
      const plan = nextWave(campaign, campaignId, wave);
      if (plan.launch === 'approval' && campaign.approved < wave)
        throw new DomainError('not-approved', `Wave ${wave} of campaign ${campaignId} waits for approval`, 'wave');
      const allocation = campaign.analysis?.allocation ?? uniform(plan);
      return [{ type: 'WaveLaunched', data: { campaignId, wave, policy: POLICY, plan, allocation } }];
    },
    CloseWave: (campaign, { campaignId, wave }) => {
      existing(campaign, campaignId, wave);
      if (wave <= campaign.closed || wave <= campaign.done) return [];
      return [{ type: 'WaveClosed', data: { campaignId, wave } }];
    },
    RecordAnalysis: (campaign, { campaignId, wave, analysis }) => {
      existing(campaign, campaignId, wave);
      if (wave <= campaign.done) return [];
      if (wave > campaign.closed) throw new DomainError('wave-open', `Wave ${wave} of campaign ${campaignId} is still open`, 'wave');
      return [{ type: 'ResponsesAnalysed', data: { campaignId, wave, analysis } }];
    },
    ProposeWave: (campaign, { campaignId, wave }) => {
      if (wave <= campaign.proposed) return [];
      const plan = nextWave(campaign, campaignId, wave);
      const { shares, reason } = campaign.analysis ?? {
        shares: sharesOf(uniform(plan)['*']),
        reason: 'the first wave treats every offer alike',
      };
      return [{ type: 'WaveProposed', data: { campaignId, wave, shares, reason } }];
    },
    ApproveProposal: (campaign, { campaignId, wave }) => {
      if (campaign.plan !== null && wave <= campaign.approved) return [];
      awaited(campaign, campaignId, wave);
      if (wave <= campaign.rejected)
        throw new DomainError('already-rejected', `Wave ${wave} of campaign ${campaignId} has been rejected`, 'wave');
      return [{ type: 'ProposalApproved', data: { campaignId, wave } }];
    },
    RejectProposal: (campaign, { campaignId, wave, reason }) => {
      if (campaign.plan !== null && wave === campaign.rejected) return [];
      awaited(campaign, campaignId, wave);
      if (wave <= campaign.approved)
        throw new DomainError('already-approved', `Wave ${wave} of campaign ${campaignId} has been approved`, 'wave');
      return [{ type: 'ProposalRejected', data: { campaignId, wave, reason } }];
    },
    PauseCampaign: (campaign, { campaignId, reason }) => {
      planned(campaign, campaignId);
      if (campaign.status === 'paused') return [];
      running(campaign, campaignId);
      return [{ type: 'CampaignPaused', data: { campaignId, reason, abandonedWave: null } }];
    },
    ResumeCampaign: (campaign, { campaignId }) => {
      planned(campaign, campaignId);
      if (campaign.status === 'running') return [];
      if (campaign.status !== 'paused')
        throw new DomainError(`campaign-${campaign.status}`, `Campaign ${campaignId} is ${campaign.status}, not paused`, 'campaignId');
      return [{ type: 'CampaignResumed', data: { campaignId } }];
    },
    SetWaveAside: (campaign, { campaignId, wave, reason }) => {
      existing(campaign, campaignId, wave);
      if (wave <= campaign.done || campaign.status === 'completed') return [];
      return [{ type: 'CampaignPaused', data: { campaignId, reason, abandonedWave: wave } }];
    },
    CompleteCampaign: (campaign, { campaignId, reason }) => {
      planned(campaign, campaignId);
      if (campaign.status === 'completed') return [];
      return [{ type: 'CampaignCompleted', data: { campaignId, reason } }];
    },
  },
  evolve: {
    CampaignPlanned: (campaign, { plan }) => ({ ...campaign, plan }),
    CampaignLaunched: (campaign) => ({ ...campaign, status: 'running' }),
    WaveLaunched: (campaign, { wave }) => ({ ...campaign, launched: wave }),
    WaveClosed: (campaign, { wave }) => ({ ...campaign, closed: wave }),
    ResponsesAnalysed: (campaign, { wave, analysis }) => ({ ...campaign, done: wave, analysis }),
    WaveProposed: (campaign, { wave }) => ({ ...campaign, proposed: wave }),
    ProposalApproved: (campaign, { wave }) => ({ ...campaign, approved: wave }),
    ProposalRejected: (campaign, { wave }) => ({ ...campaign, rejected: wave }),
    CampaignPaused: (campaign, { abandonedWave }) => ({ ...campaign, status: 'paused', done: abandonedWave ?? campaign.done }),
    CampaignResumed: (campaign) => ({ ...campaign, status: 'running' }),
    CampaignCompleted: (campaign) => ({ ...campaign, status: 'completed' }),
  },
};

function sharesOf(propensities: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(propensities).map(([name, millionths]) => [name, millionths / 1_000_000]));
}
