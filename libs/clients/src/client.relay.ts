import { Relay } from '@boucle/eventsourcing';
import { clientsTopic, Contract, mailingsTopic, purchasesTopic, responsesTopic, tell } from '@boucle/contracts';
import { ClientEvent, Credit, Placement } from './client.events.js';

const placementOf = ({ campaignId, wave, cell, arm }: Placement): Placement => ({ campaignId, wave, cell, arm });

const creditOf = (credit: Credit | null): Credit | null =>
  credit && { ...placementOf(credit), first: credit.first, asDrawn: credit.asDrawn };

/** What a client's events tell other services. Attributes stay inside: nobody can promise what they hold. */
export const clientRelay: Relay<ClientEvent, Contract> = {
  ClientRegistered: tell(clientsTopic.messages.ClientRegistered, ({ data: { clientId } }) => ({ clientId })),
  ContactRecorded: tell(clientsTopic.messages.ContactRecorded, ({ data: { clientId, contactId, kind, channel } }) => ({
    clientId,
    contactId,
    kind,
    channel,
  })),
  MailingDispatched: tell(mailingsTopic.messages.MailingDispatched, ({ data }) => {
    const { clientId, mailingId, channel, cost, windowEndsAt } = data;
    return { clientId, mailingId, ...placementOf(data), channel, cost, windowEndsAt };
  }),
  ContactWithheld: tell(mailingsTopic.messages.ContactWithheld, ({ data }) => {
    const { clientId, reason, windowEndsAt } = data;
    return { clientId, ...placementOf(data), reason, windowEndsAt };
  }),
  ResponseRecorded: tell(responsesTopic.messages.ResponseRecorded, ({ data: { clientId, responseId, kind, credit } }) => ({
    clientId,
    responseId,
    kind,
    credit: creditOf(credit),
  })),
  PurchaseRecorded: tell(purchasesTopic.messages.PurchaseRecorded, ({ data: { clientId, purchaseId, amount, currency, credit } }) => ({
    clientId,
    purchaseId,
    amount,
    currency,
    credit: creditOf(credit),
  })),
  // happens in trials on recorded data only
  AnswerUnknown: null,
};
