import { DomainError, Rules } from '@boucle/eventsourcing';
import { Client } from './client.decider.js';
import { AcknowledgeErasure, CompleteErasure, EraseClient, ReportCopies } from './erasure.commands.js';
import { ErasureEvent } from './erasure.events.js';
import { registered } from './registration.js';

const commands = { EraseClient, ReportCopies, CompleteErasure, AcknowledgeErasure };

/** Refuses what is about an erasure that was never asked for. */
const erased = (client: Client, clientId: string): void => {
  if (!client.erased) throw new DomainError('unknown-erasure', `Client ${clientId} was not erased`, 'clientId');
};

/** What has been told of the erasure stands among the client's records. */
const told = (client: Client, report: string): boolean => client.records.includes(report);
const withReport = (client: Client, report: string): Client => ({ ...client, records: [...client.records, report] });

const copy = (file: string): string => `copy/${file}`;
const COMPLETED = 'erasure-completed';
const acknowledged = (subscriber: string): string => `acknowledged/${subscriber}`;

type ErasureRules = Rules<Client, typeof commands, ErasureEvent>;

/** The rules of forgetting a person; what is left of him once he is erased, the decider says, who knows what there was. */
export const erasureRules: Omit<ErasureRules, 'evolve'> & { readonly evolve: Omit<ErasureRules['evolve'], 'ClientErased'> } = {
  commands,
  decide: {
    EraseClient: (client, { clientId, reason, requestedBy }) => {
      if (client.erased) return [];
      registered(client, clientId);
      return [{ type: 'ClientErased', data: { clientId, reason, requestedBy } }];
    },
    ReportCopies: (client, { clientId, files }) => {
      erased(client, clientId);
      const found = files.filter((file) => !told(client, copy(file)));
      return found.length === 0 ? [] : [{ type: 'CopiesFound', data: { clientId, files: found } }];
    },
    CompleteErasure: (client, { clientId, places, subscribers, acknowledgeBy }) => {
      if (told(client, COMPLETED)) return [];
      erased(client, clientId);
      return [{ type: 'ErasureCompleted', data: { clientId, places, subscribers, acknowledgeBy } }];
    },
    AcknowledgeErasure: (client, { clientId, subscriber }) => {
      if (told(client, acknowledged(subscriber))) return [];
      erased(client, clientId);
      return [{ type: 'ErasureAcknowledged', data: { clientId, subscriber } }];
    },
  },
  evolve: {
    CopiesFound: (client, { files }) => files.reduce((after, file) => withReport(after, copy(file)), client),
    ErasureCompleted: (client) => withReport(client, COMPLETED),
    ErasureAcknowledged: (client, { subscriber }) => withReport(client, acknowledged(subscriber)),
  },
};
