import { DATE_FORMS, DateForm, formsOf } from './cells.js';
import { consentField } from './consent-field.js';
import { FormatFields, MappingFields } from './import.commands.js';
import { ImportKind } from './import.events.js';

/** What a column is probably called for each field, in the languages that files speak; without signs, in lower case. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  client: [
    'customerid',
    'customer',
    'customerno',
    'customernumber',
    'clientid',
    'client',
    'clientno',
    'kundennummer',
    'kundennr',
    'kunde',
    'kdnr',
    'noclient',
    'numeroclient',
    'nclient',
    'codeclient',
    'householdid',
    'memberid',
  ],
  lastName: ['lastname', 'surname', 'familyname', 'name', 'nachname', 'nom', 'nomdefamille', 'cognome'],
  firstName: ['firstname', 'givenname', 'vorname', 'prenom', 'nome'],
  civility: ['civility', 'title', 'anrede', 'civilite', 'titre'],
  birthDate: ['birthdate', 'dateofbirth', 'dob', 'birthday', 'geburtsdatum', 'geburtstag', 'datedenaissance', 'naissance'],
  profession: ['profession', 'occupation', 'job', 'beruf', 'metier'],
  language: ['language', 'lang', 'sprache', 'langue', 'lingua'],
  street: ['street', 'address', 'address1', 'strasse', 'adresse', 'rue', 'via'],
  houseNumber: ['housenumber', 'hausnummer', 'hausnr', 'numero'],
  postalCode: ['postalcode', 'postcode', 'zip', 'zipcode', 'plz', 'postleitzahl', 'codepostal', 'cp', 'npa', 'cap'],
  locality: ['locality', 'city', 'town', 'ort', 'stadt', 'ville', 'localite', 'commune', 'citta'],
  country: ['countrycode', 'land', 'pays'],
  email: ['email', 'emailaddress', 'mail', 'courriel', 'adressemail'],
  phone: ['phone', 'telephone', 'phonenumber', 'mobile', 'telefon', 'handy', 'tel', 'portable', 'telefono'],
  'consents.email.newsletter': ['newsletteroptin', 'newsletter', 'optin', 'emailoptin', 'optinemail', 'subscribed', 'acceptsmarketing'],
  consentDate: [
    'optindate',
    'optintime',
    'consentdate',
    'dateoptin',
    'datumoptin',
    'einwilligungam',
    'newsletterseit',
    'newsletterdate',
    'newsletterdatum',
  ],
  'oppositions.all': [
    'optout',
    'optedout',
    'donotcontact',
    'nomarketing',
    'keinewerbung',
    'werbesperre',
    'paspublicite',
    'robinson',
    'opposition',
  ],
  'oppositions.email': ['noemail', 'nomail', 'emailoptout', 'unsubscribed', 'keinemail', 'keineemail', 'pasdemail', 'pasemail'],
  'oppositions.phone': ['nophone', 'nocall', 'donotcall', 'phoneoptout', 'keintelefon', 'keineanrufe', 'pasdappel', 'pastelephone'],
  'oppositions.sms': ['nosms', 'smsoptout', 'keinesms', 'passms', 'pasdesms'],
  'oppositions.post': ['nopost', 'nopostalmail', 'keinepost', 'postsperre', 'pascourrier', 'pasdecourrier'],
  invoice: [
    'invoice',
    'invoiceno',
    'invoicenumber',
    'orderid',
    'orderno',
    'ordernumber',
    'rechnung',
    'rechnungsnr',
    'bestellnr',
    'facture',
    'nofacture',
    'commande',
    'basketid',
    'receipt',
  ],
  article: ['stockcode', 'article', 'articleid', 'articleno', 'sku', 'productid', 'artikel', 'artikelnr', 'ref', 'reference', 'itemid'],
  text: ['description', 'productname', 'bezeichnung', 'artikeltext', 'libelle', 'designation', 'itemname'],
  quantity: ['quantity', 'qty', 'units', 'menge', 'anzahl', 'quantite', 'qte'],
  unitPrice: ['unitprice', 'price', 'einzelpreis', 'preis', 'prixunitaire', 'prix', 'pu'],
  amount: ['amount', 'total', 'value', 'dollarvalue', 'betrag', 'summe', 'umsatz', 'montant', 'revenue', 'salesvalue'],
  currency: ['currency', 'waehrung', 'wahrung', 'devise', 'monnaie'],
  date: [
    'date',
    'invoicedate',
    'orderdate',
    'purchasedate',
    'datum',
    'rechnungsdatum',
    'bestelldatum',
    'datefacture',
    'datecommande',
    'transactiontimestamp',
    'redemptiondate',
  ],
};

const plain = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');

const guessedColumns = (header: readonly string[]): Record<string, string> => {
  const columns: Record<string, string> = {};
  for (const column of header) {
    const [field] = Object.entries(NAMES).find(([name, known]) => !(name in columns) && known.includes(plain(column))) ?? [];
    if (field) columns[field] = column;
  }
  return columns;
};

/** The forms that all of these texts are days in. */
const formsOfAll = (texts: readonly string[]): DateForm[] =>
  texts.length === 0 ? [] : DATE_FORMS.filter((form) => texts.every((text) => formsOf(text).includes(form)));

const DECIMALS = /[.,](?=\d+$)/;

/** The sign before decimals of these texts, if all that have one agree on it. */
const decimalOf = (texts: readonly string[]): '.' | ',' | undefined => {
  const signs = new Set(
    texts.flatMap((text) => (DECIMALS.test(text) && !/^\D*\d{1,3}[.,]\d{3}$/.test(text) ? [text.match(DECIMALS)![0]] : [])),
  );
  return signs.size === 1 ? ([...signs][0] as '.' | ',') : undefined;
};

const kindOf = (columns: Readonly<Record<string, string>>): ImportKind =>
  'amount' in columns || 'unitPrice' in columns ? 'purchases' : 'clients';

const PROOF = ['consentDate', 'consentHow', 'consentWording'] as const;

const ONLY_OF_PURCHASES = ['invoice', 'article', 'text', 'quantity', 'unitPrice', 'amount', 'currency', 'date'];

/** What a file seems to hold. */
export interface Guess {
  /** To be looked at, completed and kept. */
  readonly mapping: MappingFields;
  /** The columns that nothing is known of. */
  readonly unknown: readonly string[];
  /** What cannot be told from the file and must be stated, in words. */
  readonly open: readonly string[];
}

/** A mapping that may fit a file, by its header and its first rows. */
export const guessMapping = (
  header: readonly string[],
  rows: readonly (readonly string[])[],
  written: Pick<FormatFields, 'encoding' | 'separator' | 'sheet'>,
): Guess => {
  const found = guessedColumns(header);
  const kind = kindOf(found);
  const columns = Object.fromEntries(
    Object.entries(found).filter(([field]) =>
      kind === 'purchases' ? !consentField(field) && field !== 'consentDate' : !ONLY_OF_PURCHASES.includes(field),
    ),
  );
  const cellsOf = (...fields: string[]): string[] =>
    fields.flatMap((field) =>
      field in columns ? rows.map((cells) => (cells[header.indexOf(columns[field])] ?? '').trim()).filter((text) => text !== '') : [],
    );
  const forms = formsOfAll(cellsOf('date', 'birthDate', 'consentDate'));
  const decimal = decimalOf(cellsOf('unitPrice', 'amount', 'quantity'));
  const open = [
    ...(forms.length > 1 && !forms.includes('YYYY-MM-DD') ? [`format.dates: ${forms.join(' or ')}; the first rows fit all of them`] : []),
    ...(kind === 'purchases' && !('currency' in columns) ? ['values.currency: which currency the amounts are in'] : []),
    ...('consents.email.newsletter' in columns
      ? [
          `${PROOF.filter((name) => !(name in columns))
            .map((name) => `values.${name}`)
            .join(', ')}: what proves the consents; without it they are refused`,
        ]
      : []),
    ...('client' in columns || kind === 'purchases' ? [] : ['columns.client: which column tells the clients apart']),
    ...[...new Set(header.filter((column, i) => header.indexOf(column) < i))].map(
      (column) => `columns: two are called ${JSON.stringify(column)}; rename one in the file`,
    ),
  ];
  const format: FormatFields = { ...written, ...(forms.length === 1 && { dates: forms[0] }), ...(decimal && { decimal }) };
  const mapping: MappingFields = { source: 'file', kind, format, columns };
  return { mapping, unknown: header.filter((column) => !Object.values(columns).includes(column)), open };
};
