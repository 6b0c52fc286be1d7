import { causedBy, Consumer, Door, mustExecute, RecordedEvent, Request, uuidv5 } from '@boucle/eventsourcing';
import { waveKey } from '@boucle/campaigns';
import { ClientEvent, Placement } from '@boucle/clients';
import { randomStream } from '@boucle/targeting';
import { Market } from '../market/market.js';

const ACTOR = 'worker:market';
/** The file names no currency (ISO 4217). */
const NO_CURRENCY = 'XXX';

type Decided = RecordedEvent<Extract<ClientEvent, { type: 'MailingDispatched' | 'ContactWithheld' }>>;

/** An instant inside the response window, sooner rather than later. */
const answeredAt = ({ data, metadata }: Decided, u: number): string => {
  const from = Date.parse(metadata.occurredAt);
  return new Date(from + Math.floor(u * u * (Date.parse(data.windowEndsAt) - from))).toISOString();
};

/** Lets a market answer every mailing, and every client who was left alone. */
export const marketWorker = (market: Market, clients: ReadonlyMap<string, number>, seed: string, door: Door): Consumer => {
  const reactions = (event: Decided): Request[] => {
    const { campaignId, wave, cell, arm, clientId, priorContacts } = event.data;
    const placement: Placement = { campaignId, wave, cell, arm };
    const random = randomStream(seed, wave, clientId, 'answer');
    const mailed = event.type === 'MailingDispatched';
    const given = mailed || event.data.reason === 'arm' ? arm : null;
    const answer = market.answer({ client: clients.get(clientId)!, arm: given, cell, priorContacts, uniform: () => random.uniform() });
    const cause = causedBy(event, ACTOR);
    if (answer === 'unknown') {
      const cost = mailed ? event.data.cost : 0;
      return [{ message: { type: 'MarkAnswerUnknown', data: { clientId, placement, cost } }, cause }];
    }
    const when = { ...cause, now: answeredAt(event, random.uniform()) };
    const id = (kind: string): string => uuidv5(event.metadata.correlationId, waveKey(campaignId, wave), clientId, kind);
    const requests: Request[] = [];
    if (answer.responded)
      requests.push({ message: { type: 'RecordResponse', data: { clientId, responseId: id('response'), kind: 'visit' } }, cause: when });
    if (answer.amount !== null)
      requests.push({
        message: { type: 'RecordPurchase', data: { clientId, purchaseId: id('purchase'), amount: answer.amount, currency: NO_CURRENCY } },
        cause: when,
      });
    return requests;
  };
  return {
    name: 'market',
    types: ['MailingDispatched', 'ContactWithheld'],
    take: async (events) => {
      const requests = (events as Decided[]).flatMap(reactions);
      if (requests.length > 0) await mustExecute(door, requests);
    },
  };
};
