/** Where a client belongs. */
export interface Membership {
  readonly household: { readonly householdId: string; readonly role: string; readonly on: string } | null;
  readonly companies: Readonly<Record<string, { readonly role: string; readonly on: string }>>;
  readonly ownerId: string | null;
  readonly pointOfSaleId: string | null;
  readonly prospect: { readonly stage: string; readonly nextStep: string | null; readonly nextOn: string | null } | null;
}

export const NO_MEMBERSHIP: Membership = { household: null, companies: {}, ownerId: null, pointOfSaleId: null, prospect: null };
