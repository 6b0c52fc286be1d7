import { canonicalJson, Decider, DomainError } from '@boucle/eventsourcing';
import {
  AddressHousehold,
  CloseCompany,
  ClosePointOfSale,
  DescribeCompany,
  DescribePointOfSale,
  DescribeSalesperson,
  HandOverPortfolio,
  StateAbsence,
} from './record.commands.js';
import { RecordEvent } from './record.events.js';

type Of<T extends RecordEvent['type']> = Extract<RecordEvent, { type: T }>;

const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

interface Described<Facts> {
  readonly facts: Facts | null;
  readonly closed: boolean;
}

const companyCommands = { DescribeCompany, CloseCompany };

/** Companies: described as a whole each time. */
export const companyDecider: Decider<Described<object>, typeof companyCommands, Of<'CompanyDescribed' | 'CompanyClosed'>> = {
  commands: companyCommands,
  stream: ({ companyId }) => `company-${companyId}`,
  initial: { facts: null, closed: false },
  decide: {
    DescribeCompany: (known, { companyId, company }) => {
      if (!known.closed && same(known.facts, company)) return [];
      if (company.parentId === companyId) throw new DomainError('own-parent', 'A company does not belong to itself', 'parentId');
      return [{ type: 'CompanyDescribed', data: { companyId, company } }];
    },
    CloseCompany: (known, { companyId }) => {
      if (!known.facts) throw new DomainError('unknown-company', `There is no company ${companyId}`, 'companyId');
      return known.closed ? [] : [{ type: 'CompanyClosed', data: { companyId } }];
    },
  },
  evolve: {
    CompanyDescribed: (_, { company }) => ({ facts: company, closed: false }),
    CompanyClosed: (known) => ({ ...known, closed: true }),
  },
};

const pointOfSaleCommands = { DescribePointOfSale, ClosePointOfSale };

/** Points of sale: described as a whole each time. */
export const pointOfSaleDecider: Decider<
  Described<object>,
  typeof pointOfSaleCommands,
  Of<'PointOfSaleDescribed' | 'PointOfSaleClosed'>
> = {
  commands: pointOfSaleCommands,
  stream: ({ pointOfSaleId }) => `point-of-sale-${pointOfSaleId}`,
  initial: { facts: null, closed: false },
  decide: {
    DescribePointOfSale: (known, { pointOfSaleId, pointOfSale }) =>
      !known.closed && same(known.facts, pointOfSale) ? [] : [{ type: 'PointOfSaleDescribed', data: { pointOfSaleId, pointOfSale } }],
    ClosePointOfSale: (known, { pointOfSaleId }) => {
      if (!known.facts) throw new DomainError('unknown-point-of-sale', `There is no point of sale ${pointOfSaleId}`, 'pointOfSaleId');
      return known.closed ? [] : [{ type: 'PointOfSaleClosed', data: { pointOfSaleId } }];
    },
  },
  evolve: {
    PointOfSaleDescribed: (_, { pointOfSale }) => ({ facts: pointOfSale, closed: false }),
    PointOfSaleClosed: (known) => ({ ...known, closed: true }),
  },
};

/** What the rules of a salesperson read. */
export interface Salesperson {
  readonly described: object | null;
  readonly absences: readonly { readonly from: string; readonly until: string; readonly deputyId: string | null }[];
  /** Who has his portfolio now. */
  readonly handedTo: string | null;
}

const salespersonCommands = { DescribeSalesperson, StateAbsence, HandOverPortfolio };

const knownSalesperson = ({ described }: Salesperson, salespersonId: string): void => {
  if (!described) throw new DomainError('unknown-salesperson', `There is no salesperson ${salespersonId}`, 'salespersonId');
};

export const salespersonDecider: Decider<
  Salesperson,
  typeof salespersonCommands,
  Of<'SalespersonDescribed' | 'AbsenceStated' | 'PortfolioHandedOver'>
> = {
  commands: salespersonCommands,
  stream: ({ salespersonId }) => `salesperson-${salespersonId}`,
  initial: { described: null, absences: [], handedTo: null },
  decide: {
    DescribeSalesperson: ({ described }, { salespersonId, kind, areas, person }) =>
      same(described, { kind, areas, personal: person })
        ? []
        : [{ type: 'SalespersonDescribed', data: { salespersonId, kind, areas, personal: person } }],
    StateAbsence: (salesperson, { salespersonId, from, until, deputyId }) => {
      knownSalesperson(salesperson, salespersonId);
      const absence = { from, until, deputyId: deputyId ?? null };
      if (salesperson.absences.some((known) => same(known, absence))) return [];
      if (until < from) throw new DomainError('wrong-absence', 'until must not be before from', 'until');
      if (deputyId === salespersonId) throw new DomainError('own-deputy', 'Nobody stands in for himself', 'deputyId');
      return [{ type: 'AbsenceStated', data: { salespersonId, ...absence } }];
    },
    HandOverPortfolio: (salesperson, { salespersonId, toSalespersonId }) => {
      knownSalesperson(salesperson, salespersonId);
      if (salesperson.handedTo === toSalespersonId) return [];
      if (toSalespersonId === salespersonId)
        throw new DomainError('own-successor', 'A portfolio is handed over to another', 'toSalespersonId');
      return [{ type: 'PortfolioHandedOver', data: { salespersonId, toSalespersonId } }];
    },
  },
  evolve: {
    SalespersonDescribed: (salesperson, { kind, areas, personal }) => ({
      ...salesperson,
      described: { kind, areas, personal },
      handedTo: null,
    }),
    AbsenceStated: (salesperson, { from, until, deputyId }) => ({
      ...salesperson,
      absences: [...salesperson.absences, { from, until, deputyId }],
    }),
    PortfolioHandedOver: (salesperson, { toSalespersonId }) => ({ ...salesperson, handedTo: toSalespersonId }),
  },
};

const householdCommands = { AddressHousehold };

/** How a household is written to; who is in it stands with each member. */
export const householdDecider: Decider<object, typeof householdCommands, Of<'HouseholdAddressed'>> = {
  commands: householdCommands,
  stream: ({ householdId }) => `household-${householdId}`,
  initial: { addressee: null, salutation: null },
  decide: {
    AddressHousehold: (known, { householdId, addressee, salutation }) => {
      const address = { addressee: addressee ?? null, salutation: salutation ?? null };
      return same(known, address) ? [] : [{ type: 'HouseholdAddressed', data: { householdId, ...address } }];
    },
  },
  evolve: {
    HouseholdAddressed: (_, { addressee, salutation }) => ({ addressee, salutation }),
  },
};
