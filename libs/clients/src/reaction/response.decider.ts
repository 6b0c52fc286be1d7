import { DomainError, Rules } from '@boucle/eventsourcing';
import { credited, creditFor } from '../client/attribution.js';
import { Client } from '../client/client.js';
import { complained } from '../consent/consent-facts.js';
import { known } from '../client/registration.js';
import { answeredBy } from './answerable.js';
import { RecordResponse } from './response.commands.js';
import { ResponseRecorded, ResponseTopic, ResponseWords, SAID_WITH } from './response.events.js';

const commands = { RecordResponse };

const WORDS: readonly string[] = ['text', 'cardNumber', 'answers'] satisfies (keyof ResponseWords)[];

/** What stands with a response of its kind, refused by name if it is said of another kind; words apart, for they are personal. */
const said = (response: RecordResponse): ResponseTopic & { readonly personal?: ResponseWords } => {
  const { clientId: _, responseId: __, kind, occurredAt: ___, campaignId: ____, ...told } = response;
  const given = Object.entries(told).filter(([, value]) => value !== undefined);
  const [stray] = given.find(([field]) => field !== 'text' && !(SAID_WITH[kind] as readonly string[]).includes(field)) ?? [];
  if (stray) throw new DomainError('not-of-this-kind', `${stray} is not said of a response of the kind ${kind}: leave it out`, stray);
  const topic = Object.fromEntries(given.filter(([field]) => !WORDS.includes(field)));
  const words = Object.fromEntries(given.filter(([field]) => WORDS.includes(field)));
  return Object.keys(words).length > 0 ? { ...topic, personal: words } : topic;
};

/** The rules of how a client reacts otherwise than by buying, at once. */
export const responseRules: Rules<Client, typeof commands, ResponseRecorded> = {
  commands,
  decide: {
    RecordResponse: (client, response, now, history) => {
      const { clientId, responseId, kind, campaignId } = response;
      if (client.records.includes(`response/${responseId}`)) return [];
      known(client, clientId);
      const credit = history || campaignId !== undefined ? null : creditFor(client.windows, now, 'responded');
      const contactId = campaignId && answeredBy(client.answerable, campaignId, now);
      const elsewhere = { ...(campaignId && { campaignId }), ...(contactId && { contactId }) };
      return [{ type: 'ResponseRecorded', data: { clientId, responseId, kind, ...elsewhere, ...said(response), credit } }];
    },
  },
  evolve: {
    ResponseRecorded: (client, { responseId, kind, credit }, at) => ({
      ...client,
      consent: kind === 'complaint' ? complained(client.consent, responseId, at) : client.consent,
      records: [...client.records, `response/${responseId}`],
      windows: credited(client.windows, credit, 'responded'),
    }),
  },
};
