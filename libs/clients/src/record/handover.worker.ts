import { causedBy, Consumer, DocumentStore, Door, mustExecute, RecordedEvent } from '@boucle/eventsourcing';
import { Portfolio, portfoliosProjection } from './portfolios.projection.js';
import { RecordEvent } from './record.events.js';

const ACTOR = 'worker:handover';
const PAGE = 500;

type HandedOver = RecordedEvent<Extract<RecordEvent, { type: 'PortfolioHandedOver' }>>;

/** Gives each client of a portfolio that was handed over to the salesperson who took it. */
export const handoverWorker = (documents: DocumentStore, door: Door): Consumer => {
  const handOver = async (event: HandedOver): Promise<void> => {
    const { salespersonId, toSalespersonId } = event.data;
    for (let after: string | undefined; ;) {
      const page = await documents.find<Portfolio>(
        portfoliosProjection.name,
        { field: 'ownerId', is: 'eq', value: salespersonId },
        { after, limit: PAGE },
      );
      await mustExecute(
        door,
        page.map(({ key: clientId }) => ({
          message: { type: 'AssignAccountOwner', data: { clientId, salespersonId: toSalespersonId } },
          cause: causedBy(event, ACTOR, clientId),
        })),
      );
      if (page.length < PAGE) return;
      after = page[page.length - 1].key;
    }
  };
  return {
    name: 'handover',
    types: ['PortfolioHandedOver'],
    needs: [portfoliosProjection.name],
    take: async (events) => {
      for (const event of events as HandedOver[]) await handOver(event);
    },
  };
};
