import {
  canonicalJson,
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
  sha256,
  StoredDocument,
} from '@boucle/eventsourcing';
import {
  Campaign,
  CampaignEvent,
  campaignDecider,
  campaignStream,
  channelsOf,
  consentOf,
  Decision,
  waveKey,
  WaveEvent,
  waveStream,
} from '@boucle/campaigns';
import { Client, mailingOf, newsOfAll, Screening, Suppression } from '@boucle/clients';

/** The clients for whom a worker carries out decisions: one of several shares that together are everyone. */
export interface Share {
  readonly index: number;
  readonly of: number;
  holds(clientId: string): boolean;
}

export const EVERYONE: Share = { index: 0, of: 1, holds: () => true };

/** How far the dispatch of a wave to a share of the clients has come. */
export interface Dispatch {
  readonly campaignId: string;
  readonly wave: number;
  readonly share: number;
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
const orderFor = (
  decision: Decision,
  dispatch: Dispatch,
  { plan, status }: Campaign,
  suppressions: readonly Suppression[],
  now: string,
): Request['message'] => {
  const { clientId, cell } = decision;
  const arm = 'arm' in decision ? decision.arm : null;
  const { offers, responseWindowDays, contactCap } = plan!;
  const asked = { contactCap, ...consentOf(plan!), suppressions };
  const placement = { campaignId: dispatch.campaignId, wave: dispatch.wave, cell, arm };
  const windowEndsAt = new Date(Date.parse(now) + responseWindowDays * DAY).toISOString();
  const offer = offers.find(({ name }) => name === arm);
  if (offer && offer.channel !== null && status === 'running')
    return { type: 'DispatchMailing', data: { clientId, placement, channel: offer.channel, cost: offer.cost, windowEndsAt, ...asked } };
  const reason = arm === null ? 'hold-out' : offer?.channel === null ? 'arm' : 'campaign-ended';
  const heldOut = 'reason' in decision ? decision : null;
  const shadow = heldOut !== null && heldOut.shadow && status === 'running';
  const channels = heldOut?.channel === undefined ? channelsOf(plan!) : [heldOut.channel];
  return { type: 'WithholdContact', data: { clientId, placement, reason, shadow, windowEndsAt, channels, ...asked } };
};

/** What the ids of the deliveries of a wave begin with. */
export const deliveriesOf = (campaignId: string, wave: number): string => `${campaignId}.${wave}.`;

const shareKey = (campaignId: string, wave: number, index: number): string => `${waveKey(campaignId, wave)}/${index}`;

/** The progress of a share; its position counts how often it was stored, so that who has missed some cannot put it back. */
type Progress = StoredDocument<Dispatch>;

const progressOf = async (documents: DocumentStore, prefix: string): Promise<Progress[]> => {
  const found: Progress[] = [];
  for await (const page of everyDocument<Dispatch>(documents, DISPATCHES, prefix)) found.push(...page);
  return found;
};

const sharesOf = async (documents: DocumentStore, prefix: string): Promise<Dispatch[]> =>
  (await progressOf(documents, prefix)).map(({ document }) => document!);

/** The shares of a wave as one: it goes out as long as one of them does. */
const together = (shares: readonly Dispatch[]): Dispatch => ({
  ...shares[0],
  next: Math.min(...shares.map(({ next }) => next)),
  mailed: shares.reduce((sum, { mailed }) => sum + mailed, 0),
  withheld: shares.reduce((sum, { withheld }) => sum + withheld, 0),
  status: (['going-out', 'halted', 'done'] as const).find((status) => shares.some((share) => share.status === status))!,
});

/** How far the dispatch of a wave has come, null before it began. */
export const dispatchOf = async (documents: DocumentStore, campaignId: string, wave: number): Promise<Dispatch | null> => {
  const shares = await sharesOf(documents, `${waveKey(campaignId, wave)}/`);
  return shares.length > 0 ? together(shares) : null;
};

/** Carries out the decisions of every targeted wave: the mailing of each client is recorded first, and only then offered to the channel. */
export const dispatchWorker = (
  store: EventStore,
  documents: DocumentStore,
  door: Door,
  channel: Channel,
  screening: Screening,
  share: Share = EVERYONE,
): Consumer => {
  const campaignOf = async (campaignId: string): Promise<Campaign> =>
    fold(campaignDecider, campaignDecider.initial, await store.read(campaignStream(campaignId)));

  /** What was said under other ids of these clients counts at once, as what was said under their own does. */
  const hearMerged = async (clientIds: readonly string[], trigger: Trigger): Promise<void> => {
    const news = await newsOfAll(store, documents, clientIds);
    await mustExecute(
      door,
      // each way in which a file may have stood is told once
      news.map((message) => ({ message, cause: causedBy(trigger, ACTOR, sha256(canonicalJson(message.data))) })),
    );
  };

  const carryOut = async (decisions: readonly Decision[], dispatch: Dispatch, campaign: Campaign, trigger: Trigger): Promise<number> => {
    const { campaignId, wave, next } = dispatch;
    const clientIds = decisions.map(({ clientId }) => clientId);
    await hearMerged(clientIds, trigger);
    const suppressions = await screening.clients(clientIds);
    const requests = decisions.map((decision) => {
      const message = orderFor(decision, dispatch, campaign, suppressions.get(decision.clientId) ?? [], trigger.metadata.occurredAt);
      return { message, cause: causedBy(trigger, ACTOR, `${waveKey(campaignId, wave)}/${decision.clientId}`) };
    });
    const outcomes = await mustExecute(door, requests);
    const messages = decisions.flatMap((decision, i) => {
      if (!('arm' in decision)) return [];
      const { clientId, cell, arm } = decision;
      const mailing = mailingOf(outcomes[i].state as Client, { campaignId, wave, cell, arm });
      if (!mailing) return [];
      const { channel, cost } = campaign.plan!.offers.find(({ name }) => name === arm)!;
      return [{ mailingId: `${campaignId}.${wave}.${clientId}`, clientId, campaignId, wave, offer: arm, channel, cost, ...mailing }];
    });
    const chunk = `${deliveriesOf(campaignId, wave)}${String(next).padStart(6, '0')}`;
    await channel.send({ id: share.of === 1 ? chunk : `${chunk}.${share.index}`, messages });
    return messages.length;
  };

  /** @param version the position at which the progress is stored, null: not yet */
  const goOn = async (started: Dispatch, version: number | null, trigger: Trigger): Promise<void> => {
    const { campaignId, wave, chunks } = started;
    if (started.status === 'done') return complete(campaignId, wave, trigger);
    let dispatch = started;
    const save = async (change: Partial<Dispatch>): Promise<void> => {
      dispatch = { ...dispatch, ...change };
      const position = (version ?? 0) + 1;
      const key = shareKey(campaignId, wave, share.index);
      if (!(await documents.swap(DISPATCHES, { key, document: dispatch, position }, version)))
        throw new Error(`Another process has gone on with share ${share.index} of wave ${waveKey(campaignId, wave)}`);
      version = position;
    };
    // before the campaign is read: whoever pauses it sees that mailings may still be leaving
    await save({ status: 'going-out' });
    while (dispatch.next < chunks) {
      const campaign = await campaignOf(campaignId);
      if (campaign.status === 'paused') return save({ status: 'halted' });
      const [taken] = (await store.read(waveStream(campaignId, wave), dispatch.next, 1)) as Taken[];
      const decisions = taken.data.decisions.filter(({ clientId }) => share.holds(clientId));
      const mailed = await carryOut(decisions, dispatch, campaign, trigger);
      await save({
        next: dispatch.next + 1,
        mailed: dispatch.mailed + mailed,
        withheld: dispatch.withheld + decisions.length - mailed,
      });
    }
    await save({ status: 'done' });
    await complete(campaignId, wave, trigger);
  };

  /** Says that the wave is out, if this was the last share. */
  const complete = async (campaignId: string, wave: number, trigger: Trigger): Promise<void> => {
    const shares = await sharesOf(documents, `${waveKey(campaignId, wave)}/`);
    const { mailed, withheld, status } = together(shares);
    if (shares.length < share.of || status !== 'done') return;
    await mustExecute(door, [
      { message: { type: 'CompleteDispatch', data: { campaignId, wave, mailed, withheld } }, cause: causedBy(trigger, ACTOR) },
    ]);
  };

  return {
    name: 'dispatch',
    types: ['WaveTargeted', 'CampaignResumed', 'CampaignCompleted'],
    take: async (events) => {
      for (const event of events as Trigger[]) {
        if (event.type === 'WaveTargeted') {
          const { campaignId, wave, chunks } = event.data;
          const [known] = await documents.getMany<Dispatch>(DISPATCHES, [shareKey(campaignId, wave, share.index)]);
          const beginning: Dispatch = {
            campaignId,
            wave,
            share: share.index,
            chunks,
            next: 0,
            mailed: 0,
            withheld: 0,
            status: 'going-out',
          };
          await goOn(known?.document ?? beginning, known?.position ?? null, event);
        } else {
          for (const { document, position } of await progressOf(documents, `${event.data.campaignId}/`))
            if (document!.share === share.index) await goOn(document!, position, event);
        }
      }
    },
  };
};
