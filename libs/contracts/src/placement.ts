import { count, described, fields, flag, id, nullable, oneOf, text } from './shapes.js';

/** The ways to address a client. */
export const channel = oneOf(['email', 'sms', 'post', 'phone']);

/** Counted from 1 in each campaign. */
export const wave = described('Number of the wave in its campaign, from 1', count);

/** Where a client stands in a wave. */
export const placement = {
  campaignId: id,
  wave,
  cell: described('The values of the attributes by which the campaign tells clients apart', text),
  arm: described('The offer drawn; null for the hold-out', nullable(text)),
};

/** The decision of a wave that a reaction counts for. */
export const credit = described(
  'The decision that the reaction counts for; null if it counts for none',
  nullable(
    fields({
      ...placement,
      first: described('The first reaction of its kind (response or purchase) to this decision', flag),
      asDrawn: described('Whether the client got what was drawn for him: the mailing, or to be left alone', flag),
    }),
  ),
);
