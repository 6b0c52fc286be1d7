import { Projection } from '@boucle/eventsourcing';
import { MembershipEvent } from './membership.events.js';
import { Area, CompanyFacts, PointOfSaleFacts, RecordEvent, SalespersonIdentity } from './record.events.js';

type Of<T extends RecordEvent['type']> = Extract<RecordEvent, { type: T }>;
type Joining<T extends MembershipEvent['type']> = Extract<MembershipEvent, { type: T }>;

/** Who belongs to something, and since when; until: the last day of who left. */
export interface Member {
  readonly role: string;
  readonly from: string;
  readonly until: string | null;
  /** He has died; left out: he has not, or nobody has asked. */
  readonly deceased?: true;
}

export type Members = Readonly<Record<string, Member>>;

const joined = (members: Members, clientId: string, role: string, from: string): Members => ({
  ...members,
  [clientId]: { role, from, until: null },
});

const left = (members: Members, clientId: string, until: string): Members =>
  Object.hasOwn(members, clientId) ? { ...members, [clientId]: { ...members[clientId], until } } : members;

export interface Household {
  readonly householdId: string;
  readonly members: Members;
  /** The member who gets the mail of all; null: each gets his own. */
  readonly addressee: string | null;
  readonly salutation: string | null;
}

const noHousehold = (householdId: string): Household => ({ householdId, members: {}, addressee: null, salutation: null });

/** Households with those who live in them and those who have moved. */
export const householdsProjection: Projection<Household, Joining<'HouseholdJoined' | 'HouseholdLeft'> | Of<'HouseholdAddressed'>> = {
  name: 'households',
  key: ({ data }) => data.householdId,
  on: {
    HouseholdJoined: (household, { data: { clientId, role, on } }, key) => {
      const known = household ?? noHousehold(key);
      return { ...known, members: joined(known.members, clientId, role, on) };
    },
    HouseholdLeft: (household, { data: { clientId, on } }) => household && { ...household, members: left(household.members, clientId, on) },
    HouseholdAddressed: (household, { data: { addressee, salutation } }, key) => ({
      ...(household ?? noHousehold(key)),
      addressee,
      salutation,
    }),
  },
};

export interface Company {
  readonly companyId: string;
  /** null: somebody has a role in it, and nothing else is known. */
  readonly company: CompanyFacts | null;
  readonly closed: boolean;
  readonly members: Members;
}

/** Companies with those who have a role in them. */
export const companiesProjection: Projection<Company, Joining<'CompanyJoined' | 'CompanyLeft'> | Of<'CompanyDescribed' | 'CompanyClosed'>> =
  {
    name: 'companies',
    indexes: ['company.parentId'],
    key: ({ data }) => data.companyId,
    on: {
      CompanyDescribed: (known, { data: { companyId, company } }) => ({ companyId, company, closed: false, members: known?.members ?? {} }),
      CompanyClosed: (known) => known && { ...known, closed: true },
      CompanyJoined: (known, { data: { clientId, companyId, role, on } }) => {
        const company = known ?? { companyId, company: null, closed: false, members: {} };
        return { ...company, members: joined(company.members, clientId, role, on) };
      },
      CompanyLeft: (known, { data: { clientId, on } }) => known && { ...known, members: left(known.members, clientId, on) },
    },
  };

export interface PointOfSale {
  readonly pointOfSaleId: string;
  readonly pointOfSale: PointOfSaleFacts;
  readonly closed: boolean;
}

export const pointsOfSaleProjection: Projection<PointOfSale, Of<'PointOfSaleDescribed' | 'PointOfSaleClosed'>> = {
  name: 'points-of-sale',
  key: ({ data }) => data.pointOfSaleId,
  on: {
    PointOfSaleDescribed: (_, { data: { pointOfSaleId, pointOfSale } }) => ({ pointOfSaleId, pointOfSale, closed: false }),
    PointOfSaleClosed: (known) => known && { ...known, closed: true },
  },
};

export interface SalespersonFile {
  readonly salespersonId: string;
  readonly kind: 'salesperson' | 'agent';
  readonly areas: readonly Area[];
  /** null: erased. */
  readonly identity: SalespersonIdentity | null;
  readonly absences: readonly { readonly from: string; readonly until: string; readonly deputyId: string | null }[];
  readonly handedTo: string | null;
}

/** Those who sell for us. */
export const salespeopleProjection: Projection<SalespersonFile, Of<'SalespersonDescribed' | 'AbsenceStated' | 'PortfolioHandedOver'>> = {
  name: 'salespeople',
  key: ({ data }) => data.salespersonId,
  on: {
    SalespersonDescribed: (known, { data: { salespersonId, kind, areas, personal } }) => ({
      salespersonId,
      kind,
      areas,
      identity: personal,
      absences: known?.absences ?? [],
      handedTo: null,
    }),
    AbsenceStated: (known, { data: { from, until, deputyId } }) =>
      known && { ...known, absences: [...known.absences, { from, until, deputyId }] },
    PortfolioHandedOver: (known, { data: { toSalespersonId } }) => known && { ...known, handedTo: toSalespersonId },
  },
};

/** Who does the work of a salesperson on a day: himself, or who stands in for him and is there. */
export const actingOn = (file: SalespersonFile, day: string, fileOf: (salespersonId: string) => SalespersonFile | null): string => {
  const asked = new Set<string>();
  let acting = file;
  for (;;) {
    asked.add(acting.salespersonId);
    const absence = acting.absences.find(({ from, until }) => from <= day && day <= until);
    const deputy = absence?.deputyId && !asked.has(absence.deputyId) ? fileOf(absence.deputyId) : null;
    if (!deputy) return acting.salespersonId;
    acting = deputy;
  }
};
