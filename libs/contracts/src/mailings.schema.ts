import { topic } from './contract.js';
import { channel, placement } from './placement.js';
import { cents, described, fields, id, instant, nullable, word } from './shapes.js';

const windowEndsAt = described('Reactions count until then, the end not included', instant);

const pointId = described('The address, e-mail or phone it goes to; null where the engine does not know it', nullable(id));

export const mailingsTopic = topic(
  { noun: 'mailings', version: 1, key: 'clientId', summary: 'What became of every decision: a mailing, or none and why' },
  {
    MailingDispatched: {
      summary: 'A mailing of a wave left for the client.',
      payload: fields({ clientId: id, mailingId: id, ...placement, channel, cost: cents, windowEndsAt, pointId }),
    },
    ContactWithheld: {
      summary: 'The client was decided in a wave and nothing was sent; his reactions count all the same, to compare with.',
      payload: fields({
        clientId: id,
        ...placement,
        reason: word(
          'hold-out',
          'arm',
          'erased',
          'deceased',
          'closed',
          'restricted',
          'opposed',
          'suppressed',
          'no-contact-point',
          'no-consent',
          'contact-cap',
          'campaign-ended',
        ),
        windowEndsAt,
      }),
    },
  },
);
