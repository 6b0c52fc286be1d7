import { Relay } from '@boucle/eventsourcing';
import { Contract, tell, wavesTopic } from '@boucle/contracts';
import { CampaignEvent } from './campaign.events.js';

const { CampaignLaunched, CampaignPaused, CampaignResumed, CampaignCompleted, WaveLaunched, WaveClosed, ResponsesAnalysed } =
  wavesTopic.messages;

/** What a campaign's events tell other services. Reasons that people typed stay inside. */
export const campaignRelay: Relay<CampaignEvent, Contract> = {
  // nothing has happened to anybody yet
  CampaignPlanned: null,
  CampaignLaunched: tell(CampaignLaunched, ({ data: { campaignId } }) => ({ campaignId })),
  WaveLaunched: tell(WaveLaunched, ({ data: { campaignId, wave, plan } }) => ({
    campaignId,
    wave,
    offers: plan.offers.map(({ name, channel }) => ({ name, channel })),
  })),
  WaveClosed: tell(WaveClosed, ({ data: { campaignId, wave } }) => ({ campaignId, wave })),
  ResponsesAnalysed: tell(ResponsesAnalysed, ({ data: { campaignId, wave, analysis } }) => {
    const { decided, contacted, heldOut, responses, rate, low, high, cost, margin, shares } = analysis;
    const { winner, leader } = analysis.verdict;
    const lift = analysis.lift && { lift: analysis.lift.lift, low: analysis.lift.low, high: analysis.lift.high };
    return { campaignId, wave, decided, contacted, heldOut, responses, rate, low, high, lift, cost, margin, winner, leader, shares };
  }),
  // between the engine and the campaign manager
  WaveProposed: null,
  ProposalApproved: null,
  ProposalRejected: null,
  CampaignPaused: tell(CampaignPaused, ({ data: { campaignId } }) => ({ campaignId })),
  CampaignResumed: tell(CampaignResumed, ({ data: { campaignId } }) => ({ campaignId })),
  CampaignCompleted: tell(CampaignCompleted, ({ data: { campaignId } }) => ({ campaignId })),
};
