import { Projection } from '@boucle/eventsourcing';
import { AnonymousSaleEvent, Sold } from './anonymous-sale.events.js';

/** What sales to nobody known come to in a month, a currency, a sales channel and a point of sale. */
export interface AnonymousSales {
  /** YYYY-MM, in UTC. */
  readonly month: string;
  readonly currency: string;
  readonly salesChannel: string | null;
  readonly pointOfSaleId: string | null;
  readonly sales: number;
  /** In cents, less what came back. */
  readonly amount: number;
}

const counted = (known: AnonymousSales | null, { amount, currency, ...place }: Sold, at: string, times: 1 | -1): AnonymousSales | null => {
  const { sales, amount: before } = known ?? { sales: 0, amount: 0 };
  if (sales + times === 0) return null;
  const { salesChannel = null, pointOfSaleId = null } = place;
  return { month: at.slice(0, 7), currency, salesChannel, pointOfSaleId, sales: sales + times, amount: before + times * amount };
};

/** Totals that, together with those of clients, add up to the files that came in; what was taken back is not in them. */
export const anonymousSalesProjection: Projection<AnonymousSales, AnonymousSaleEvent> = {
  name: 'anonymous-sales',
  key: ({ type, data, metadata }) => {
    const at = type === 'AnonymousSaleWithdrawn' ? data.at : metadata.occurredAt;
    return [at.slice(0, 7), data.currency, data.salesChannel ?? '', data.pointOfSaleId ?? ''].join('/');
  },
  on: {
    AnonymousSaleRecorded: (known, { data, metadata }) => counted(known, data, metadata.occurredAt, 1),
    AnonymousSaleWithdrawn: (known, { data }) => counted(known, data, data.at, -1),
  },
};
