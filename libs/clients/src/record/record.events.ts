import { Message, Upcasters } from '@boucle/eventsourcing';
import { Address } from '../person/person.events.js';

/** A company as others may know it: nothing about a person. */
export interface CompanyFacts {
  readonly legalName: string;
  /** Codes of catalogues. */
  readonly sector?: string;
  readonly trade?: string;
  readonly headcount?: number;
  /** The company that it belongs to, or whose chain it is a link of. */
  readonly parentId?: string;
  readonly address?: Address;
}

/** A place where clients buy. */
export interface PointOfSaleFacts {
  readonly name: string;
  /** Code of a catalogue: shop, branch, dealer, online … */
  readonly kind: string;
  readonly address?: Address;
  /** Degrees of WGS 84. */
  readonly coordinates?: { readonly latitude: number; readonly longitude: number };
}

/** Where a salesperson works: postal codes of a country that begin so. */
export interface Area {
  readonly country: string;
  readonly postalCodes: string;
}

/** Who a salesperson is: personal. */
export interface SalespersonIdentity {
  readonly name: string;
  readonly email?: string;
  readonly phone?: string;
}

export type RecordEvent =
  /** A company is known, or known better. */
  | Message<'CompanyDescribed', { companyId: string; company: CompanyFacts }>
  /** A company is no more. */
  | Message<'CompanyClosed', { companyId: string }>
  /** There is a point of sale, or it has changed. */
  | Message<'PointOfSaleDescribed', { pointOfSaleId: string; pointOfSale: PointOfSaleFacts }>
  /** Nobody buys there any more. */
  | Message<'PointOfSaleClosed', { pointOfSaleId: string }>
  /** Somebody sells for us, on our payroll or as an agent, in these areas. */
  | Message<
      'SalespersonDescribed',
      { salespersonId: string; kind: 'salesperson' | 'agent'; areas: readonly Area[]; personal: SalespersonIdentity | null }
    >
  /** A salesperson is away, both days included; another stands in for him. */
  | Message<'AbsenceStated', { salespersonId: string; from: string; until: string; deputyId: string | null }>
  /** All clients of a salesperson, and all he meant to do for them, are another's from now on. */
  | Message<'PortfolioHandedOver', { salespersonId: string; toSalespersonId: string }>
  /** One member of a household gets the mail of all, under this salutation. */
  | Message<'HouseholdAddressed', { householdId: string; addressee: string | null; salutation: string | null }>;

export const recordUpcasters: Upcasters = {};
