import { Clock, DocumentStore, DomainError, everyDocument, Page } from '@boucle/eventsourcing';
import {
  actingOn,
  CalendarEntry,
  calendarsProjection,
  Household,
  HouseholdProposal,
  householdsProjection,
  Identity,
  identityProjection,
  Portfolio,
  portfoliosProjection,
  Profile,
  profileProjection,
  Roofs,
  salespeopleProjection,
  SalespersonFile,
} from '@boucle/clients';
import { everySalesperson } from './portfolios.js';
import { ActingSalesperson, CalendarLine, PortfolioLine, ValuedHousehold } from './http/record-views.js';

export class GetRecord {
  constructor(
    readonly collection: string,
    readonly id: string,
    readonly what: string,
  ) {}
}
export class GetSalesperson {
  constructor(readonly salespersonId: string) {}
}
export class GetHousehold {
  constructor(readonly householdId: string) {}
}
export class GetHouseholdProposals {}
export class GetPortfolio {
  constructor(
    readonly salespersonId: string,
    readonly page: Page,
  ) {}
}
export class GetCalendar {
  constructor(readonly salespersonId: string) {}
}

/** The documents of these keys that are there, by key. */
export const byKey = async <D extends object>(
  documents: DocumentStore,
  collection: string,
  keys: readonly string[],
): Promise<Map<string, D>> => {
  const found = await documents.getMany<D>(collection, keys);
  return new Map(found.flatMap(({ key, document }) => (document ? [[key, document] as const] : [])));
};

/** Answers questions about households, companies, points of sale and those who sell. */
export class RecordReading {
  constructor(
    private readonly documents: DocumentStore,
    private readonly clock: Clock,
  ) {}

  async record({ collection, id, what }: GetRecord): Promise<object> {
    const record = await this.documents.get(collection, id);
    if (!record) throw new DomainError(`unknown-${what}`, `There is no ${what.replaceAll('-', ' ')} ${id}`, 'id');
    return record;
  }

  async household({ householdId }: GetHousehold): Promise<ValuedHousehold> {
    const household = (await this.record(new GetRecord(householdsProjection.name, householdId, 'household'))) as Household;
    const living = Object.keys(household.members).filter((clientId) => household.members[clientId].until === null);
    const stored = await this.documents.getMany<Profile>(profileProjection.name, living);
    const value = { purchases: 0, monetary: {} as Record<string, number>, responses: 0 };
    for (const { document } of stored) {
      if (!document) continue;
      value.purchases += document.purchases.count;
      value.responses += document.responses.count;
      for (const [currency, cents] of Object.entries(document.purchases.monetary))
        value.monetary[currency] = (value.monetary[currency] ?? 0) + cents;
    }
    return { ...household, value };
  }

  async proposals(): Promise<HouseholdProposal[]> {
    const roofs = new Roofs(this.clock.now().slice(0, 10));
    for await (const page of everyDocument<Identity>(this.documents, identityProjection.name))
      // an alias lives where the file does that it leads to
      for (const { document } of page) if (document && document.mergedInto === undefined) roofs.add(document);
    return roofs.proposals();
  }

  async portfolio({ salespersonId, page }: GetPortfolio): Promise<PortfolioLine[]> {
    await this.salesperson(salespersonId);
    const filter = { field: 'ownerId', is: 'eq', value: salespersonId } as const;
    const found = await this.documents.find<Portfolio>(portfoliosProjection.name, filter, page);
    return found.map(({ key, document }) => {
      const { prospect, planned } = document!;
      const next = Object.values(planned)
        .map(({ at }) => at)
        .sort()[0];
      const { stage = null, nextStep = null, nextOn = null } = prospect ?? {};
      return { clientId: key, stage, nextStep, nextOn, nextContact: next ?? null };
    });
  }

  async calendar({ salespersonId }: GetCalendar): Promise<CalendarLine[]> {
    await this.salesperson(salespersonId);
    const entries: CalendarEntry[] = [];
    const limit = 500;
    for (let after: string | undefined; ;) {
      const filter = { field: 'salespersonId', is: 'eq', value: salespersonId } as const;
      const page = await this.documents.find<CalendarEntry>(calendarsProjection.name, filter, { after, limit });
      entries.push(...page.map(({ document }) => document!));
      if (page.length < limit) break;
      after = page[page.length - 1].key;
    }
    const clients = [...new Set(entries.map(({ clientId }) => clientId))];
    const portfolios = await byKey<Portfolio>(this.documents, portfoliosProjection.name, clients);
    const identities = await byKey<Identity>(this.documents, identityProjection.name, clients);
    const lines = entries.flatMap(({ clientId, contactId }): CalendarLine[] => {
      // an erased client has nothing planned, and one that moved meanwhile will be there again
      const planned = portfolios.get(clientId)?.planned[contactId];
      if (!planned || planned.salespersonId !== salespersonId) return [];
      const { firstName, lastName } = identities.get(clientId)?.person ?? {};
      const name = [firstName, lastName].filter((part) => part !== undefined).join(' ');
      const { kind, at, durationMinutes, note } = planned;
      return [{ clientId, contactId, kind, at, durationMinutes, name: name === '' ? null : name, note }];
    });
    return lines.sort((a, b) => (a.at < b.at ? -1 : 1));
  }

  /** A salesperson, and who does his work today. */
  async actingSalesperson({ salespersonId }: GetSalesperson): Promise<ActingSalesperson> {
    const file = await this.salesperson(salespersonId);
    const files = await everySalesperson(this.documents);
    return { ...file, acting: actingOn(file, this.clock.now().slice(0, 10), (id) => files.get(id) ?? null) };
  }

  private async salesperson(salespersonId: string): Promise<SalespersonFile> {
    return (await this.record(new GetRecord(salespeopleProjection.name, salespersonId, 'salesperson'))) as SalespersonFile;
  }
}
