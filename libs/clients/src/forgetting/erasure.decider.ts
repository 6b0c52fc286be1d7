import { DomainError, Rules } from '@boucle/eventsourcing';
import { Client } from '../client/client.js';
import { ClientEvent } from '../client/client.events.js';
import { AcknowledgeErasure, CompleteErasure, EraseClient, ReportCopies } from './erasure.commands.js';
import { ErasureReason, ErasureReport } from './erasure.events.js';
import { wholePerson } from '../merging/merged-file.js';
import { registered } from '../client/registration.js';

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

type Farewell = Extract<ClientEvent, { type: 'HouseholdLeft' | 'CompanyLeft' | 'PlannedContactCancelled' | 'ClientErased' }>;

/** He leaves where he belonged, and nothing more is planned with him. */
const farewell = ({ membership: { household, companies }, planned }: Client, clientId: string, today: string): Farewell[] => {
  const since = (on: string): string => (on > today ? on : today);
  return [
    ...(household
      ? [{ type: 'HouseholdLeft' as const, data: { clientId, householdId: household.householdId, on: since(household.on) } }]
      : []),
    ...Object.entries(companies).map(([companyId, { on }]) => ({
      type: 'CompanyLeft' as const,
      data: { clientId, companyId, on: since(on) },
    })),
    ...Object.entries(planned).map(([contactId, { salespersonId }]) => ({
      type: 'PlannedContactCancelled' as const,
      data: { clientId, contactId, salespersonId },
    })),
  ];
};

/** What erases a client, whatever keeps him; of a survivor it says which other files are his. */
export const erasing = (client: Client, { clientId, reason, requestedBy }: EraseClient, now: string): Farewell[] => {
  const mergedIds = Object.keys(client.merging.files);
  return [
    ...farewell(client, clientId, now.slice(0, 10)),
    { type: 'ClientErased', data: { clientId, reason, requestedBy, ...(mergedIds.length > 0 && { mergedIds }) } },
  ];
};

/** A person is erased with all his files, by that which the others lead to. */
const mustNotBeAlias = ({ merging: { into } }: Client, clientId: string, reason: ErasureReason): void => {
  if (into !== null && reason !== 'erased-before')
    throw new DomainError('is-alias', `Client ${clientId} is an alias of ${into}: erase ${into}, and with him all his files`, 'clientId');
};

/** A hold keeps him; but whose key is destroyed already cannot be kept. */
const mustNotBeHeld = (client: Client, clientId: string, reason: ErasureReason): void => {
  const { holds } = wholePerson(client).retention;
  if (holds.length > 0 && reason !== 'erased-before')
    throw new DomainError(
      'legal-hold',
      `Client ${clientId} is kept under a legal hold (${holds.join(', ')}): it must be lifted first`,
      'clientId',
    );
};

/** The rules of forgetting a person; what is left of him once he is erased, the decider says, who knows what there was. */
export const erasureRules: Rules<Client, typeof commands, ErasureReport, Farewell> = {
  commands,
  decide: {
    EraseClient: (client, { clientId, reason, requestedBy }, now) => {
      if (client.erased) return [];
      registered(client, clientId);
      mustNotBeHeld(client, clientId, reason);
      mustNotBeAlias(client, clientId, reason);
      return erasing(client, { clientId, reason, requestedBy }, now);
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
