import {
  causedBy,
  Consumer,
  DocumentStore,
  Door,
  everyDocument,
  EventStore,
  fold,
  merkleTree,
  mustExecute,
  RecordedEvent,
  StoreUnavailableError,
} from '@boucle/eventsourcing';
import {
  identityProjection,
  membersAt,
  Profile,
  profileProjection,
  Screening,
  suppressionListsProjection,
  suppressionsProjection,
  WholeFiles,
} from '@boucle/clients';
import { CampaignEvent } from './campaign.events.js';
import { decisionFor, Draw, drawOrder, isHeldOut } from './drawing.js';
import { eligibility } from './eligibility.js';
import { ledgerLine } from './ledger.js';
import { Wave, waveDecider, waveStream } from './wave.decider.js';
import { Decision, ExclusionReason, TargetingCounts, WaveEvent } from './wave.events.js';

const DECISIONS_PER_EVENT = 500;
const ATTEMPTS = 3;
const ACTOR = 'worker:targeting';

type Launched = RecordedEvent<Extract<CampaignEvent, { type: 'WaveLaunched' }>>;
type WaveOrder = Pick<Launched['data'], 'campaignId' | 'wave' | 'plan'>;

/** Who can be drawn into a wave and who is, by the profiles as they stand; the dry run of a plan asks the same. */
export const drawWave = async (
  documents: DocumentStore,
  screening: Screening,
  { campaignId, wave, plan }: WaveOrder,
  now: string,
  members?: ReadonlySet<string>,
): Promise<{ clientIds: string[]; counts: TargetingCounts }> => {
  const exclusion = eligibility(plan, campaignId, now, members);
  const draw = new Draw(plan.waveSize);
  const excluded: Partial<Record<ExclusionReason, number>> = {};
  let eligible = 0;
  const whole = new WholeFiles(documents);
  for await (const page of everyDocument<Profile>(documents, profileProjection.name)) {
    const suppressions = await screening.clients(page.map(({ key }) => key));
    for (const profile of await whole.profiles(page.flatMap(({ document }) => document ?? []))) {
      const reason = exclusion(profile, suppressions.get(profile.clientId));
      if (reason) excluded[reason] = (excluded[reason] ?? 0) + 1;
      else {
        eligible++;
        draw.add(profile.clientId, drawOrder(plan.seed, wave, profile.clientId));
      }
    }
  }
  const clientIds = draw.clientIds();
  const heldOut = clientIds.filter((clientId) => isHeldOut(plan, clientId)).length;
  return { clientIds, counts: { eligible, drawn: clientIds.length, heldOut, excluded } };
};

/** Decides every wave launched, as of its launch: the profiles stand still until it is done. */
export const targetingWorker = (store: EventStore, documents: DocumentStore, door: Door, screening: Screening): Consumer => {
  const failures = new Map<string, number>();

  /** The decisions already in the ledger, after a crash. */
  const taken = async (stream: string): Promise<{ wave: Wave; decisions: Decision[] }> => {
    const events = (await store.read(stream)) as RecordedEvent<WaveEvent>[];
    const decisions = events.flatMap((event) => (event.type === 'DecisionsTaken' ? event.data.decisions : []));
    return { wave: fold(waveDecider, waveDecider.initial, events), decisions };
  };

  const target = async (event: Launched): Promise<void> => {
    const { campaignId, wave, plan, allocation } = event.data;
    const { wave: state, decisions: earlier } = await taken(waveStream(campaignId, wave));
    if (state.status !== 'targeting') return;
    const universe = plan.segment === undefined ? null : await membersAt(store, plan.segment, event.position);
    const { clientIds, counts } = await drawWave(documents, screening, event.data, event.metadata.occurredAt, universe?.members);
    const merkle = merkleTree();
    for (const decision of earlier) merkle.add(ledgerLine(wave, decision));
    const remaining = clientIds.slice(earlier.length);
    for (let start = 0, chunk = state.chunks; start < remaining.length; start += DECISIONS_PER_EVENT, chunk++) {
      const ids = remaining.slice(start, start + DECISIONS_PER_EVENT);
      const profiles = await documents.getMany<Profile>(profileProjection.name, ids);
      const whole = await new WholeFiles(documents).profiles(profiles.map(({ document }) => document!));
      const byId = new Map(whole.map((profile) => [profile.clientId, profile]));
      const decisions = ids.map((clientId) => decisionFor(plan, wave, allocation, byId.get(clientId)!));
      for (const decision of decisions) merkle.add(ledgerLine(wave, decision));
      const message = { type: 'TakeDecisions', data: { campaignId, wave, chunk, decisions } };
      await mustExecute(door, [{ message, cause: causedBy(event, ACTOR, `decisions/${chunk}`) }]);
    }
    const sealed = { asOf: event.position, counts, merkleRoot: merkle.root(), ...(universe && { segment: universe.proof }) };
    const message = { type: 'CompleteTargeting', data: { campaignId, wave, ...sealed } };
    await mustExecute(door, [{ message, cause: causedBy(event, ACTOR) }]);
  };

  return {
    name: 'targeting',
    types: ['WaveLaunched'],
    needs: [profileProjection.name, identityProjection.name, suppressionsProjection.name, suppressionListsProjection.name],
    take: async (events) => {
      for (const event of events as Launched[]) {
        const { campaignId, wave } = event.data;
        const stream = waveStream(campaignId, wave);
        try {
          await target(event);
          failures.delete(stream);
        } catch (error) {
          if (error instanceof StoreUnavailableError) throw error;
          const failed = (failures.get(stream) ?? 0) + 1;
          failures.set(stream, failed);
          if (failed < ATTEMPTS) throw error;
          const message = {
            type: 'AbandonWave',
            data: { campaignId, wave, reason: `targeting failed ${ATTEMPTS} times: ${(error as Error).message}` },
          };
          await mustExecute(door, [{ message, cause: causedBy(event, ACTOR) }]);
        }
      }
    },
  };
};
