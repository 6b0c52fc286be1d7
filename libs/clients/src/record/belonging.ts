import { entry, withoutEntry } from '../entries.js';
import { Membership } from './membership.js';

/** Where a client belongs besides his household. */
export type Belonging = Omit<Membership, 'household'>;

/** He belongs nowhere. */
export const NO_BELONGING: Belonging = { companies: {}, ownerId: null, pointOfSaleId: null, prospect: null };

/** Belonging with one more company, or another role in it. */
export const joinedCompany = (belonging: Belonging, companyId: string, role: string, on: string): Belonging => ({
  ...belonging,
  companies: { ...belonging.companies, [companyId]: { role, on } },
});

/** Belonging without a company. */
export const leftCompany = (belonging: Belonging, companyId: string): Belonging =>
  entry(belonging.companies, companyId) ? { ...belonging, companies: withoutEntry(belonging.companies, companyId) } : belonging;

/** Where a person belongs by all his files: what his own says comes first. */
export const wholeBelonging = (all: readonly Belonging[]): Belonging => ({
  companies: Object.fromEntries([...all].reverse().flatMap(({ companies }) => Object.entries(companies))),
  ownerId: all.find(({ ownerId }) => ownerId !== null)?.ownerId ?? null,
  pointOfSaleId: all.find(({ pointOfSaleId }) => pointOfSaleId !== null)?.pointOfSaleId ?? null,
  prospect: all.find(({ prospect }) => prospect !== null)?.prospect ?? null,
});
