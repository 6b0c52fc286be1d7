import { causedBy, Consumer, DocumentStore, Door, everyDocument, mustExecute, RecordedEvent } from '@boucle/eventsourcing';
import { LiftDecision } from '@boucle/targeting';
import { analyse } from './analysis.js';
import { CampaignEvent, Plan } from './campaign.events.js';
import { ClientDecisions, decisionsProjection } from './decisions.projection.js';
import { WaveResults, waveResultsProjection } from './wave-results.projection.js';

const ACTOR = 'worker:analysis';

type Closed = RecordedEvent<Extract<CampaignEvent, { type: 'WaveClosed' }>>;

/** The waves of a campaign in order of number. */
export const wavesOf = async (documents: DocumentStore, campaignId: string): Promise<WaveResults[]> => {
  const waves: WaveResults[] = [];
  for await (const page of everyDocument<WaveResults>(documents, waveResultsProjection.name, `${campaignId}/`))
    waves.push(...page.map(({ document }) => document!));
  return waves.sort((a, b) => a.wave - b.wave);
};

/** Every decision carried out so far, with the outcome that the plan counts; unknown answers are left out. */
const outcomes = async (documents: DocumentStore, campaignId: string, { reaction }: Plan): Promise<LiftDecision[]> => {
  const all: LiftDecision[] = [];
  for await (const page of everyDocument<ClientDecisions>(documents, decisionsProjection.name, `${campaignId}/`))
    for (const { document } of page)
      for (const { wave, outcome, responded, purchased, answerUnknown } of document!.decisions)
        if (outcome !== null && !answerUnknown)
          all.push({
            client: document!.clientId,
            wave,
            heldOut: outcome === 'hold-out',
            outcome: (reaction === 'response' ? responded : purchased) ? 1 : 0,
          });
  return all;
};

/** Measures every wave that closes; its results and outcomes stand still meanwhile. */
export const analysisWorker = (documents: DocumentStore, door: Door): Consumer => ({
  name: 'analysis',
  types: ['WaveClosed'],
  needs: [waveResultsProjection.name, decisionsProjection.name],
  take: async (events) => {
    for (const event of events as Closed[]) {
      const { campaignId, wave } = event.data;
      const waves = (await wavesOf(documents, campaignId)).filter((results) => results.wave <= wave && results.status !== 'abandoned');
      const results = waves.at(-1)!;
      if (results.status === 'analysed') continue;
      const { plan } = results;
      const winner = waves.at(-2)?.analysis?.verdict.winner ?? null;
      const analysis = analyse(plan, waves, plan.holdOut > 0 ? await outcomes(documents, campaignId, plan) : null, winner);
      await mustExecute(door, [
        { message: { type: 'RecordAnalysis', data: { campaignId, wave, analysis } }, cause: causedBy(event, ACTOR) },
      ]);
    }
  },
});
