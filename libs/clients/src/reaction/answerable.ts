/** A contact of a campaign that another system carried out, and the time in which a response answers it. */
export interface Answerable {
  readonly contactId: string;
  readonly campaignId: string;
  /** ISO instants; the end is not included, null: there is none. */
  readonly from: string;
  readonly until: string | null;
}

/** The latest contact of a campaign that a response at an instant answers; undefined: it is outside of every window. */
export const answeredBy = (contacts: readonly Answerable[], campaignId: string, at: string): string | undefined =>
  contacts.findLast((contact) => contact.campaignId === campaignId && contact.from <= at && (contact.until === null || at < contact.until))
    ?.contactId;
