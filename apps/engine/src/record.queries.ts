import { Clock, DocumentStore, DomainError, everyDocument, Filter, Page, StoredDocument } from '@boucle/eventsourcing';
import {
  actingOn,
  CalendarEntry,
  calendarsProjection,
  companiesProjection,
  Company,
  Household,
  HouseholdProposal,
  Identity,
  identityProjection,
  Portfolio,
  portfoliosProjection,
  Profile,
  profileProjection,
  Roofs,
  salespeopleProjection,
  SalespersonFile,
  WholeFiles,
  wholeMembers,
} from '@boucle/clients';
import { byKey } from './reading.js';
import { everySalesperson, Portfolios } from './portfolios.js';
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
export class GetCompany {
  constructor(readonly companyId: string) {}
}
export class GetHousehold {
  /** @param whose shows the clients of these salespeople only; everybody's if null */
  constructor(
    readonly householdId: string,
    readonly whose: ReadonlySet<string> | null = null,
  ) {}
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

const AT_ONCE = 500;

const unknown = (what: string, id: string): never => {
  throw new DomainError(`unknown-${what}`, `There is no ${what.replaceAll('-', ' ')} ${id}`, 'id');
};

/** All that is found page by page. */
const everyFound = async <D extends object>(find: (page: Page) => Promise<StoredDocument<D>[]>): Promise<StoredDocument<D>[]> => {
  const all: StoredDocument<D>[] = [];
  for (let after: string | undefined; ;) {
    const page = await find({ after, limit: AT_ONCE });
    all.push(...page);
    if (page.length < AT_ONCE) return all;
    after = page[page.length - 1].key;
  }
};

/** Who stands in a page of identities; an alias is no person of his own. */
export const peopleOf = (page: readonly StoredDocument<Identity>[]): Identity[] =>
  page.flatMap(({ document }) => (document && document.mergedInto === undefined ? [document] : []));

/** Answers questions about households, companies, points of sale and those who sell: each person stands there once, whatever his ids. */
export class RecordReading {
  private readonly whole: WholeFiles;

  constructor(
    private readonly documents: DocumentStore,
    private readonly clock: Clock,
    private readonly portfolios: Portfolios,
  ) {
    this.whole = new WholeFiles(documents);
  }

  async record({ collection, id, what }: GetRecord): Promise<object> {
    const record = await this.documents.get(collection, id);
    return record ?? unknown(what, id);
  }

  async company({ companyId }: GetCompany): Promise<Company> {
    const company = (await this.record(new GetRecord(companiesProjection.name, companyId, 'company'))) as Company;
    return { ...company, members: wholeMembers(company.members, await this.whole.people(Object.keys(company.members))) };
  }

  async household({ householdId, whose }: GetHousehold): Promise<ValuedHousehold> {
    const found = (await this.whole.households([householdId])).get(householdId) ?? unknown('household', householdId);
    const household = whose ? await this.ownIn(found, whose) : found;
    const living = Object.keys(household.members).filter((clientId) => household.members[clientId].until === null);
    const profiles = [...(await byKey<Profile>(this.documents, profileProjection.name, living)).values()];
    const value = { purchases: 0, monetary: {} as Record<string, number>, responses: 0 };
    for (const { purchases, responses } of await this.whole.profiles(profiles)) {
      value.purchases += purchases.count;
      value.responses += responses.count;
      for (const [currency, cents] of Object.entries(purchases.monetary))
        value.monetary[currency] = (value.monetary[currency] ?? 0) + cents;
    }
    return { ...household, value };
  }

  /** A household as a salesperson sees it: of those who are not his clients he does not learn that they are there. */
  private async ownIn(household: Household, whose: ReadonlySet<string>): Promise<Household> {
    const own = await this.portfolios.among(Object.keys(household.members), whose);
    const members = Object.fromEntries(Object.entries(household.members).filter(([clientId]) => own.has(clientId)));
    const { householdId, addressee } = household;
    if (Object.values(members).every(({ until }) => until !== null)) return unknown('household', householdId);
    return { ...household, members, addressee: addressee !== null && own.has(addressee) ? addressee : null };
  }

  async proposals(): Promise<HouseholdProposal[]> {
    const roofs = new Roofs(this.clock.now().slice(0, 10));
    for await (const page of everyDocument<Identity>(this.documents, identityProjection.name))
      for (const identity of await this.whole.identities(peopleOf(page))) roofs.add(identity);
    return roofs.proposals();
  }

  async portfolio({ salespersonId, page }: GetPortfolio): Promise<PortfolioLine[]> {
    await this.salesperson(salespersonId);
    const his = { field: 'ownerId', is: 'eq', value: salespersonId } as const;
    const find = (mergedInto: Filter, of: Page): Promise<StoredDocument<Portfolio>[]> =>
      this.documents.find<Portfolio>(portfoliosProjection.name, { all: [his, mergedInto] }, of);
    const own = await find({ field: 'mergedInto', is: 'eq', value: null }, page);
    const aliases = await everyFound((of) => find({ field: 'mergedInto', is: 'ne', value: null }, of));
    const known = new Map(own.map(({ key, document }) => [key, document!]));
    const survivors = await this.whole.survivors<Portfolio>(
      portfoliosProjection.name,
      aliases.map(({ key }) => key),
    );
    for (const survivor of survivors.values())
      if (page.after === undefined || survivor.clientId > page.after) known.set(survivor.clientId, survivor);
    const portfolios = (await this.whole.portfolios([...known.values()])).filter(({ ownerId }) => ownerId === salespersonId);
    return portfolios
      .sort((a, b) => (a.clientId < b.clientId ? -1 : 1))
      .slice(0, page.limit)
      .map(({ clientId, prospect, planned }) => {
        const [nextContact = null] = Object.values(planned)
          .map(({ at }) => at)
          .sort();
        const { stage = null, nextStep = null, nextOn = null } = prospect ?? {};
        return { clientId, stage, nextStep, nextOn, nextContact };
      });
  }

  async calendar({ salespersonId }: GetCalendar): Promise<CalendarLine[]> {
    await this.salesperson(salespersonId);
    const his = { field: 'salespersonId', is: 'eq', value: salespersonId } as const;
    const entries = await everyFound((of) => this.documents.find<CalendarEntry>(calendarsProjection.name, his, of));
    const clients = [...new Set(entries.map(({ document }) => document!.clientId))];
    const portfolios = await byKey<Portfolio>(this.documents, portfoliosProjection.name, clients);
    const personOf = await this.whole.people(clients);
    const lines = entries.flatMap(({ document }): CalendarLine[] => {
      const { clientId: plannedFor, contactId } = document!;
      // an erased client has nothing planned, and one that moved meanwhile will be there again
      const planned = portfolios.get(plannedFor)?.planned[contactId];
      if (!planned || planned.salespersonId !== salespersonId) return [];
      const { clientId = plannedFor, person } = personOf(plannedFor) ?? {};
      const name = [person?.firstName, person?.lastName].filter((part) => part !== undefined).join(' ');
      const { kind, at, durationMinutes, note } = planned;
      const alias = plannedFor === clientId ? {} : { alias: plannedFor };
      return [{ clientId, ...alias, contactId, kind, at, durationMinutes, name: name === '' ? null : name, note }];
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
