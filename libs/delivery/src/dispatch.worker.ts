import {
  causedBy,
  Channel,
  Consumer,
  DocumentStore,
  Door,
  EventStore,
  everyDocument,
  fold,
  mustExecute,
  RecordedEvent,
  Request,
} from '@boucle/eventsourcing';
import { Campaign, CampaignEvent, campaignDecider, campaignStream, Decision, waveKey, WaveEvent, waveStream } from '@boucle/campaigns';
import { Client, wasMailed } from '@boucle/clients';

/** How far the dispatch of a wave has come. */
export interface Dispatch {
  readonly campaignId: string;
  readonly wave: number;
  readonly chunks: number;
  /** The next chunk of the ledger to carry out. */
  readonly next: number;
  readonly mailed: number;
  readonly withheld: number;
  readonly status: 'going-out' | 'halted' | 'done';
}

export const DISPATCHES = 'dispatches';

const ACTOR = 'worker:dispatch';
const DAY = 86_400_000;

type Taken = RecordedEvent<Extract<WaveEvent, { type: 'DecisionsTaken' }>>;
type Trigger = RecordedEvent<
  Extract<WaveEvent, { type: 'WaveTargeted' }> | Extract<CampaignEvent, { type: 'CampaignResumed' | 'CampaignCompleted' }>
>;

/** What carries out one decision. */
const orderFor = (decision: Decision, dispatch: Dispatch, { plan, status }: Campaign, now: string): Request['message'] => {
  const { clientId, cell } = decision;
  const arm = 'arm' in decision ? decision.arm : null;
  const { offers, responseWindowDays, contactCap } = plan!;
  const placement = { campaignId: dispatch.campaignId, wave: dispatch.wave, cell, arm };
  const windowEndsAt = new Date(Date.parse(now) + responseWindowDays * DAY).toISOString();
  const offer = offers.find(({ name }) => name === arm);
  if (offer && offer.channel !== null && status === 'running')
    return { type: 'DispatchMailing', data: { clientId, placement, channel: offer.channel, cost: offer.cost, windowEndsAt, contactCap } };
  const reason = arm === null ? 'hold-out' : offer?.channel === null ? 'arm' : 'campaign-ended';
  const shadow = 'reason' in decision && decision.shadow && status === 'running';
  return { type: 'WithholdContact', data: { clientId, placement, reason, shadow, windowEndsAt, contactCap } };
};

/** Carries out the decisions of every targeted wave: the mailing of each client is recorded first, and only then offered to the channel. */
export const dispatchWorker = (store: EventStore, documents: DocumentStore, door: Door, channel: Channel): Consumer => {
  const campaignOf = async (campaignId: string): Promise<Campaign> =>
    fold(campaignDecider, campaignDecider.initial, await store.read(campaignStream(campaignId)));

  const carryOut = async (decisions: readonly Decision[], dispatch: Dispatch, campaign: Campaign, trigger: Trigger): Promise<number> => {
    const { campaignId, wave, next } = dispatch;
    const requests = decisions.map((decision) => {
      const message = orderFor(decision, dispatch, campaign, trigger.metadata.occurredAt);
      return { message, cause: causedBy(trigger, ACTOR, `${waveKey(campaignId, wave)}/${decision.clientId}`) };
    });
    const outcomes = await mustExecute(door, requests);
    const messages = decisions.flatMap((decision, i) => {
      if (!('arm' in decision)) return [];
      const { clientId, cell, arm } = decision;
      if (!wasMailed(outcomes[i].state as Client, { campaignId, wave, cell, arm })) return [];
      const { channel, cost } = campaign.plan!.offers.find(({ name }) => name === arm)!;
      return [{ mailingId: `${campaignId}.${wave}.${clientId}`, clientId, campaignId, wave, offer: arm, channel, cost }];
    });
    await channel.send({ id: `${campaignId}.${wave}.${String(next).padStart(6, '0')}`, messages });
    return messages.length;
  };

  const goOn = async (started: Dispatch, trigger: Trigger): Promise<void> => {
    let dispatch: Dispatch = { ...started, status: 'going-out' };
    const { campaignId, wave, chunks } = dispatch;
    const save = (): Promise<void> =>
      documents.put(DISPATCHES, [{ key: waveKey(campaignId, wave), document: dispatch, position: trigger.position }]);
    // before the campaign is read: whoever pauses it sees that mailings may still be leaving
    await save();
    while (dispatch.next < chunks) {
      const campaign = await campaignOf(campaignId);
      if (campaign.status === 'paused') {
        dispatch = { ...dispatch, status: 'halted' };
        return save();
      }
      const [taken] = (await store.read(waveStream(campaignId, wave), dispatch.next, 1)) as Taken[];
      const { decisions } = taken.data;
      const mailed = await carryOut(decisions, dispatch, campaign, trigger);
      dispatch = {
        ...dispatch,
        next: dispatch.next + 1,
        mailed: dispatch.mailed + mailed,
        withheld: dispatch.withheld + decisions.length - mailed,
      };
      await save();
    }
    const { mailed, withheld } = dispatch;
    await mustExecute(door, [
      { message: { type: 'CompleteDispatch', data: { campaignId, wave, mailed, withheld } }, cause: causedBy(trigger, ACTOR) },
    ]);
    dispatch = { ...dispatch, status: 'done' };
    await save();
  };

  const halted = async (campaignId: string): Promise<Dispatch[]> => {
    const found: Dispatch[] = [];
    for await (const page of everyDocument<Dispatch>(documents, DISPATCHES, `${campaignId}/`))
      for (const { document } of page) if (document!.status !== 'done') found.push(document!);
    return found;
  };

  return {
    name: 'dispatch',
    types: ['WaveTargeted', 'CampaignResumed', 'CampaignCompleted'],
    take: async (events) => {
      for (const event of events as Trigger[]) {
        if (event.type === 'WaveTargeted') {
          const { campaignId, wave, chunks } = event.data;
          const known = await documents.get<Dispatch>(DISPATCHES, waveKey(campaignId, wave));
          if (known?.status === 'done') continue;
          await goOn(known ?? { campaignId, wave, chunks, next: 0, mailed: 0, withheld: 0, status: 'going-out' }, event);
        } else for (const dispatch of await halted(event.data.campaignId)) await goOn(dispatch, event);
      }
    },
  };
};
