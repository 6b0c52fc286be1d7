import { topic } from './contract.js';
import { channel } from './placement.js';
import { described, fields, id, instant, list, nullable, text, word } from './shapes.js';

const purpose = described('A code: marketing, newsletter, survey …', text);
const everywhere = 'null: all, also those still to come';

export const consentsTopic = topic(
  { noun: 'consents', version: 1, key: 'clientId', summary: 'What clients want, and do not want, to hear, and how' },
  {
    ConsentGiven: {
      summary: 'The client may be addressed on a channel for a purpose, at these contact points; a double opt-in waits to be confirmed.',
      payload: fields({
        clientId: id,
        consentId: id,
        channel,
        purpose,
        pointIds: list(id),
        basis: word('consent', 'double-opt-in', 'existing-customer', 'legitimate-interest'),
        expiresAt: nullable(instant),
      }),
    },
    ConsentConfirmed: { summary: 'The client confirmed a double opt-in.', payload: fields({ clientId: id, consentId: id }) },
    ConsentWithdrawn: { summary: 'The client took a consent back.', payload: fields({ clientId: id, consentId: id }) },
    ConsentRetracted: {
      summary: 'A consent was entered by mistake: it was never given.',
      payload: fields({ clientId: id, consentId: id }),
    },
    ConsentLapsed: {
      summary: 'Nothing was heard of the client for so long that a consent ended.',
      payload: fields({ clientId: id, consentId: id }),
    },
    OppositionDeclared: {
      summary: 'The client does not want to be addressed so.',
      payload: fields({
        clientId: id,
        oppositionId: id,
        channel: described(everywhere, nullable(channel)),
        purpose: described(everywhere, nullable(text)),
        pointId: described(everywhere, nullable(id)),
      }),
    },
    OppositionLifted: {
      summary: 'A later consent overrides an opposition, as far as it reaches and as long as it holds.',
      payload: fields({ clientId: id, oppositionId: id, consentId: id }),
    },
    ProcessingRestricted: { summary: "The person's data is kept and used for nothing.", payload: fields({ clientId: id }) },
    RestrictionEnded: { summary: "The person's data may be used again.", payload: fields({ clientId: id }) },
    ProfilingObjected: { summary: "Nothing may be concluded from the client's behaviour.", payload: fields({ clientId: id }) },
    ProfilingObjectionEnded: { summary: "Conclusions from the client's behaviour are allowed again.", payload: fields({ clientId: id }) },
  },
);
