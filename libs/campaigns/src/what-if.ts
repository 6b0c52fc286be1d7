import { EventStore, RecordedEvent } from '@boucle/eventsourcing';
import { ClientEvent } from '@boucle/clients';
import { offPolicy, OffPolicy } from '@boucle/targeting';
import { Plan } from './campaign.events.js';
import { WaveEvent } from './wave.events.js';

const MILLION = 1_000_000;

interface Row {
  readonly arm: string;
  readonly propensity: number;
  reward: number;
}

type Event = WaveEvent | ClientEvent;
const TYPES: readonly Event['type'][] = ['DecisionsTaken', 'ContactWithheld', 'AnswerUnknown', 'ResponseRecorded', 'PurchaseRecorded'];

/** Every decision of a campaign that was drawn, carried out and answered, read from the log alone. */
const decidedRows = async (store: EventStore, campaignId: string, { reaction }: Plan): Promise<Row[]> => {
  const rows = new Map<string, Row>();
  const key = (wave: number, clientId: string): string => `${wave}/${clientId}`;
  const counted = reaction === 'response' ? 'ResponseRecorded' : 'PurchaseRecorded';
  for await (const batch of store.subscribe({ after: 0, types: TYPES })) {
    for (const event of batch.events as RecordedEvent<Event>[]) {
      if (event.type === 'DecisionsTaken' && event.data.campaignId === campaignId) {
        for (const decision of event.data.decisions)
          if ('arm' in decision)
            rows.set(key(event.data.wave, decision.clientId), {
              arm: decision.arm,
              propensity: decision.propensities[decision.arm] / MILLION,
              reward: 0,
            });
      } else if (event.type === 'AnswerUnknown' || (event.type === 'ContactWithheld' && event.data.reason !== 'arm')) {
        if (event.data.campaignId === campaignId) rows.delete(key(event.data.wave, event.data.clientId));
      } else if (event.type === counted && event.data.credit?.campaignId === campaignId) {
        const row = rows.get(key(event.data.credit.wave, event.data.clientId));
        if (row) row.reward = 1;
      }
    }
    if (batch.caughtUp) break;
  }
  return [...rows.values()];
};

/** What the rate would have been with one offer for everybody, for each offer, estimated from the logged propensities alone. */
export const whatIfEachOffer = async (store: EventStore, campaignId: string, plan: Plan): Promise<Record<string, OffPolicy>> => {
  const rows = await decidedRows(store, campaignId, plan);
  return Object.fromEntries(
    plan.offers.map(({ name }) => [
      name,
      offPolicy(rows.map(({ arm, propensity, reward }) => ({ weight: arm === name ? 1 / propensity : 0, reward }))),
    ]),
  );
};
