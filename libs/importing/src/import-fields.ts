import { PERSON_FIELDS } from '@boucle/clients';
import { consentField } from './consent-field.js';
import { ImportKind } from './import.events.js';

/** How a cell is read. */
export type Reading = 'text' | 'instant' | 'day' | 'birth-date' | 'cents' | 'quantity' | 'number' | 'flag';

/** A field that a column may fill. */
export interface ImportField {
  readonly reads: Reading;
  readonly says: string;
  /** The kinds of row that have it; all if left out. */
  readonly of?: readonly ImportKind[];
}

const text = (says: string, of?: readonly ImportKind[]): ImportField => ({ reads: 'text', says, of });

/** The fields that columns may fill; those of the person himself may stand in rows of every kind. */
export const IMPORT_FIELDS: Readonly<Record<string, ImportField>> = {
  client: text('The number of the client in the system that the file comes from; personal, sealed in the log'),
  clientId: text('The id of the client in Boucle, where the file knows it'),
  registeredOn: { reads: 'instant', says: 'When he became a client' },
  changedOn: { reads: 'instant', says: 'When the row was changed last; what is newer wins where the mapping says so' },
  civility: text('A code of its catalogue'),
  firstName: text('First name'),
  lastName: text('Surname'),
  birthDate: { reads: 'birth-date', says: 'Day of birth' },
  language: text('A code of its catalogue'),
  profession: text('A code of its catalogue'),
  incomeBand: text('A code of its catalogue'),
  familySituation: text('A code of its catalogue'),
  housing: text('A code of its catalogue'),
  tenure: text('A code of its catalogue'),
  careOf: text('Line of the address'),
  street: text('Line of the address'),
  houseNumber: text('Line of the address'),
  poBox: text('Line of the address'),
  postalCode: text('As it stands in the file, leading zeros kept'),
  locality: text('Line of the address'),
  country: text('ISO 3166, two capital letters'),
  email: text('E-mail address'),
  phone: text('As it stands in the file, and as a number that can be dialled'),
  consentBasis: text('What its consents stand on: consent if left out, double-opt-in or legitimate-interest', ['clients']),
  consentDate: { reads: 'instant', says: 'When they were given', of: ['clients'] },
  consentHow: text('How they were given, a code of its catalogue', ['clients']),
  consentWording: text('The wording that was shown, its id', ['clients']),
  oppositionDate: { reads: 'instant', says: 'When its oppositions were declared', of: ['clients'] },
  oppositionHow: text('How they were declared, a code', ['clients']),
  originHow: text('How he came into the client base, a code of its catalogue'),
  originCampaign: text('The campaign that brought him'),
  originFile: text('The file that he came with'),
  purchaseId: text('The id of the purchase in Boucle, where the file knows it', ['purchases']),
  invoice: text('The number of the invoice or order; rows of one invoice are one purchase', ['purchases']),
  date: { reads: 'instant', says: 'When it happened', of: ['purchases', 'contacts', 'responses'] },
  article: text('The article', ['purchases']),
  text: text('What the till calls it', ['purchases']),
  quantity: { reads: 'quantity', says: 'Below nought for what came back', of: ['purchases'] },
  unitPrice: { reads: 'cents', says: 'Price of one', of: ['purchases'] },
  amount: {
    reads: 'cents',
    says: 'What the row comes to, where there is no unit price; below nought for what came back',
    of: ['purchases'],
  },
  currency: text('ISO 4217', ['purchases']),
  salesChannel: text('A code of its catalogue', ['purchases']),
  pointOfSale: text('Its id', ['purchases']),
  contactId: text('What tells the contacts of a client apart, where the file has it', ['contacts']),
  contactKind: text('mailing, call, visit or meeting', ['contacts']),
  channel: text('email, sms, post or phone', ['contacts']),
  outcome: text('A code of its catalogue', ['contacts']),
  campaign: text('The campaign of another system', ['contacts', 'responses']),
  answersUntil: { reads: 'day', says: 'The last day on which a response answers the contact', of: ['contacts'] },
  responseId: text('What tells the responses of a client apart, where the file has it', ['responses']),
  responseKind: text('coupon, reply-card, visit …', ['responses']),
  coupon: text('A code that many have', ['responses']),
  subject: text('A code of its catalogue', ['responses']),
};

/** The lines of an address. */
export const ADDRESS_LINES = ['careOf', 'street', 'houseNumber', 'poBox', 'postalCode', 'locality', 'country'] as const;

/** What an empty cell may take away, besides what the open fields name. */
export const CLEARABLE: readonly string[] = [...PERSON_FIELDS, 'address', 'email', 'phone'];

/** Custom fields of a person, and what rules may read of a client, are named behind these. */
export const OPEN_FIELDS = ['fields.', 'attributes.'] as const;

/** A field by its name, null if there is none of that name for rows of this kind. */
export const importField = (name: string, kind: ImportKind): ImportField | null => {
  if (OPEN_FIELDS.some((prefix) => name.startsWith(prefix) && name.length > prefix.length)) return { reads: 'text', says: name };
  if (kind === 'clients' && consentField(name)) return { reads: 'flag', says: name };
  const field = Object.hasOwn(IMPORT_FIELDS, name) ? IMPORT_FIELDS[name] : null;
  return field && (field.of?.includes(kind) ?? true) ? field : null;
};
