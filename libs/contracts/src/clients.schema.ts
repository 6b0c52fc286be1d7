import { topic } from './contract.js';
import { channel } from './placement.js';
import { fields, id, nullable, word } from './shapes.js';

export const clientsTopic = topic(
  { noun: 'clients', version: 1, key: 'clientId', summary: 'Who is in the client base, and contacts outside of campaigns' },
  {
    ClientRegistered: { summary: 'A person entered the client base.', payload: fields({ clientId: id }) },
    ContactRecorded: {
      summary: 'We called, visited, met or wrote to the client outside of any wave.',
      payload: fields({ clientId: id, contactId: id, kind: word('mailing', 'call', 'visit', 'meeting'), channel: nullable(channel) }),
    },
  },
);
