import { Message } from '@boucle/eventsourcing';

export type MembershipEvent =
  /** The client lives in a household from that day, and in no other. */
  | Message<'HouseholdJoined', { clientId: string; householdId: string; role: string; on: string }>
  /** The client lives in the household no more. */
  | Message<'HouseholdLeft', { clientId: string; householdId: string; on: string }>
  /** The client has a role in a company from that day. */
  | Message<'CompanyJoined', { clientId: string; companyId: string; role: string; on: string }>
  /** The client has left a company. */
  | Message<'CompanyLeft', { clientId: string; companyId: string; on: string }>
  /** A salesperson looks after the client; null: nobody. */
  | Message<'AccountOwnerAssigned', { clientId: string; salespersonId: string | null }>
  /** The client is served by a point of sale; null: by none. */
  | Message<'PointOfSaleAssigned', { clientId: string; pointOfSaleId: string | null }>
  /** How far a prospect has come, and what is to be done next; codes of catalogues. */
  | Message<'ProspectMoved', { clientId: string; stage: string; nextStep: string | null; nextOn: string | null }>;
