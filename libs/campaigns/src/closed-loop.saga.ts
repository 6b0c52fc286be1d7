import { later, Message, overdue, Saga } from '@boucle/eventsourcing';
import { CampaignEvent, Plan } from './campaign.events.js';
import { WaveEvent } from './wave.events.js';

/** What the loop must remember of a campaign. */
export interface Loop {
  readonly stop: Plan['stop'];
  readonly launch: Plan['launch'];
  readonly responseWindowDays: number;
  /** The latest wave, and whether nothing more is expected of it. */
  readonly wave: number;
  readonly waveDone: boolean;
  /** The latest wave that a person approved, 0 before the first. */
  readonly approved: number;
  readonly ended: boolean;
}

export type LoopAlarm =
  /** The last response that counts for the wave could have arrived. */
  | Message<'ResponseWindowElapsed', { campaignId: string; wave: number }>
  /** The wave should have been decided long ago. */
  | Message<'TargetingOverdue', { campaignId: string; wave: number }>;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const TARGETING_MINUTES = 60;

const after = (at: string, milliseconds: number): string => new Date(Date.parse(at) + milliseconds).toISOString();

const nextWave = (loop: Loop, campaignId: string): Message => ({
  type: loop.launch === 'approval' && loop.approved <= loop.wave ? 'ProposeWave' : 'LaunchWave',
  data: { campaignId, wave: loop.wave + 1 },
});

const complete = (campaignId: string, reason: string): Message => ({ type: 'CompleteCampaign', data: { campaignId, reason } });

type Event = CampaignEvent | WaveEvent;

/** Runs a campaign from its launch to its stop rule: wave after wave, each decided by what the ones before have taught. */
export const closedLoopSaga: Saga<Loop, Event, LoopAlarm> = {
  name: 'closed-loop',
  key: ({ data }) => data.campaignId,
  initial: {
    stop: { waves: 0, whenDecided: false },
    launch: 'approval',
    responseWindowDays: 0,
    wave: 0,
    waveDone: true,
    approved: 0,
    ended: false,
  },
  evolve: {
    CampaignPlanned: (loop, { plan: { stop, launch, responseWindowDays } }) => ({ ...loop, stop, launch, responseWindowDays }),
    WaveLaunched: (loop, { wave }) => ({ ...loop, wave, waveDone: false }),
    ResponsesAnalysed: (loop) => ({ ...loop, waveDone: true }),
    ProposalApproved: (loop, { wave }) => ({ ...loop, approved: wave }),
    CampaignPaused: (loop, { abandonedWave }) => ({ ...loop, waveDone: loop.waveDone || abandonedWave === loop.wave }),
    CampaignCompleted: (loop) => ({ ...loop, ended: true }),
  },
  react: {
    CampaignLaunched: (loop, { campaignId }) => [nextWave(loop, campaignId)],
    WaveLaunched: (_, { campaignId, wave }, at) => [
      overdue(after(at, TARGETING_MINUTES * MINUTE), TARGETING_MINUTES * MINUTE, { type: 'TargetingOverdue', data: { campaignId, wave } }),
    ],
    TargetingOverdue: (_, { campaignId, wave }) => [
      { type: 'AbandonWave', data: { campaignId, wave, reason: `targeting took longer than ${TARGETING_MINUTES} minutes` } },
    ],
    WaveAbandoned: (_, { campaignId, wave, reason }) => [
      { type: 'SetWaveAside', data: { campaignId, wave, reason: `wave ${wave} was abandoned: ${reason}` } },
    ],
    WaveDispatched: ({ responseWindowDays }, { campaignId, wave }, at) => [
      later(after(at, responseWindowDays * DAY), { type: 'ResponseWindowElapsed', data: { campaignId, wave } }),
    ],
    ResponseWindowElapsed: (_, { campaignId, wave }) => [{ type: 'CloseWave', data: { campaignId, wave } }],
    ResponsesAnalysed: (loop, { campaignId, wave, analysis }) => {
      if (loop.ended) return [];
      if (analysis.decided + analysis.skipped === 0) return [complete(campaignId, 'nobody is left to contact')];
      if (wave >= loop.stop.waves) return [complete(campaignId, `the stop rule of ${loop.stop.waves} waves is met`)];
      if (loop.stop.whenDecided && analysis.verdict.winner !== null)
        return [complete(campaignId, `a winner is named: ${analysis.verdict.winner}`)];
      return [nextWave(loop, campaignId)];
    },
    ProposalApproved: (_, { campaignId, wave }) => [{ type: 'LaunchWave', data: { campaignId, wave } }],
    ProposalRejected: (_, { campaignId, wave, reason }) => [complete(campaignId, `wave ${wave} was rejected: ${reason}`)],
    CampaignResumed: (loop, { campaignId }) => {
      if (!loop.waveDone) return [];
      return [
        loop.wave >= loop.stop.waves
          ? complete(campaignId, `the stop rule of ${loop.stop.waves} waves is met`)
          : nextWave(loop, campaignId),
      ];
    },
  },
  clearedBy: {
    ResponseWindowElapsed: ['WaveClosed'],
    TargetingOverdue: ['WaveTargeted', 'WaveAbandoned'],
  },
};
