import { Message } from '@boucle/eventsourcing';

/** Who a person is; what is left out is not known. All of it is personal. */
export interface Person {
  /** Codes of catalogues: civility, language, profession, incomeBand, familySituation, housing, tenure. */
  readonly civility?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  /** YYYY-MM-DD, or --MM-DD where the year is not known. */
  readonly birthDate?: string;
  /** ISO 639 code. */
  readonly language?: string;
  readonly profession?: string;
  readonly incomeBand?: string;
  readonly familySituation?: string;
  readonly childrenBirthYears?: readonly number[];
  readonly housing?: string;
  readonly tenure?: string;
  /** Custom fields by name. */
  readonly fields?: Readonly<Record<string, string | number | boolean>>;
}

/** What is said anew about a person; null: not known any more. Custom fields that are not named stay. */
export type PersonChanges = { readonly [F in Exclude<keyof Person, 'fields'>]?: Person[F] | null } & {
  readonly fields?: Readonly<Record<string, string | number | boolean | null>>;
};

/** A postal address. */
export interface Address {
  readonly careOf?: string;
  readonly street?: string;
  readonly houseNumber?: string;
  readonly poBox?: string;
  readonly postalCode?: string;
  readonly locality: string;
  /** ISO 3166 alpha-2. */
  readonly country: string;
}

/** Whether a postal code and a locality belong together: they do, they do not, or there is no list of the country. */
export const ADDRESS_RESULTS = ['checked', 'doubtful', 'unchecked'] as const;
export type AddressResult = (typeof ADDRESS_RESULTS)[number];

/** What a list of localities said of an address. */
export interface AddressCheckNote {
  readonly result: Exclude<AddressResult, 'unchecked'>;
  readonly edition: string;
}

/** When mail reaches somebody at an address: days as YYYY-MM-DD, a season as --MM-DD each year, both ends included. */
export interface Validity {
  readonly from: string | null;
  readonly until: string | null;
  readonly season: { readonly from: string; readonly until: string } | null;
}

/** Why mail came back. */
export const RETURN_REASONS = ['moved', 'unknown', 'refused'] as const;
export type ReturnReason = (typeof RETURN_REASONS)[number];

/** Whether a number takes short messages. */
export type Line = 'mobile' | 'landline' | 'other';

/** How a person came into the client base; codes of catalogues and ids, nothing personal. */
export interface Origin {
  /** Code of the catalogue of origins: advert, referral, shop, purchased-file … */
  readonly how: string;
  readonly campaignId?: string;
  /** The client who brought him. */
  readonly sponsorId?: string;
  /** The external file he came with. */
  readonly file?: string;
  /** Code: how he came to know the brand. */
  readonly heardOf?: string;
}

/** What a person is called in another system: personal, since it leads to him there. */
export interface ReferenceNumber {
  readonly number: string;
}

export type PersonEvent =
  /** Something else, or more, is known about who the person is. */
  | Message<'ClientDetailsChanged', { clientId: string; changed: readonly string[]; personal: PersonChanges | null }>
  /** Mail can be sent to the person at an address. */
  | Message<'AddressAdded', { clientId: string; addressId: string; validity: Validity; personal: Address | null }>
  /** An address was held against a list of localities when it was entered: what was found, street and number left aside, and which edition was asked. */
  | Message<'AddressChecked', { clientId: string; addressId: string } & AddressCheckNote>
  /** The person left an address; mail reaches him there until that day. */
  | Message<'AddressEnded', { clientId: string; addressId: string; until: string }>
  /** Mail to an address came back. */
  | Message<'MailReturned', { clientId: string; addressId: string; reason: ReturnReason }>
  /** The person can be reached by an e-mail address. */
  | Message<'EmailAdded', { clientId: string; emailId: string; personal: { readonly email: string } | null }>
  /** The person can be reached by a number: as it was given, and in E.164. */
  | Message<
      'PhoneAdded',
      { clientId: string; phoneId: string; line: Line; personal: { readonly given: string; readonly number: string } | null }
    >
  /** An e-mail address or a number is the person's no more. */
  | Message<'ContactPointRemoved', { clientId: string; pointId: string }>
  /** Another system knows the person by a number; `lookup` finds him by it without showing it. */
  | Message<'ReferenceAssigned', { clientId: string; system: string; lookup: string; personal: ReferenceNumber | null }>
  /** The person has died: nothing is sent to him any more. */
  | Message<'ClientDied', { clientId: string; on: string | null }>
  /** The report of his death was wrong. */
  | Message<'DeathRefuted', { clientId: string }>
  /** The person's file is closed: nothing is sent to him any more. */
  | Message<'ClientClosed', { clientId: string }>
  /** The person is a client again. */
  | Message<'ClientReopened', { clientId: string }>
  /** Nothing is to be offered to the person on credit. */
  | Message<'CreditBlocked', { clientId: string }>
  /** The person may buy on credit again. */
  | Message<'CreditReleased', { clientId: string }>;
