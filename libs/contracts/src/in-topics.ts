import { RESPONSE_KINDS } from './responses.schema.js';

/** What other systems of the company may tell the engine. */
export type InTopicName = 'consents' | 'clients' | 'purchases' | 'responses' | 'contacts';

/** A topic that the engine hears. */
export interface InTopic {
  readonly topic: string;
  /** Where its bad messages go. */
  readonly deadLetters: string;
  /** The name of its one kind of message, which is that of a command. */
  readonly message: string;
  readonly summary: string;
  /** JSON Schema of the value of a message. */
  readonly payload: object;
  /** It says who somebody is, so the topic must not keep it for longer than `KEPT_DAYS`. */
  readonly personal: boolean;
}

/** How long a topic that says who somebody is keeps its messages, and how long dead letters are kept. */
export const KEPT_DAYS = { message: 7, deadLetter: 30 } as const;

const id = (description: string) => ({
  type: 'string',
  pattern: '^(?!\\.{1,2}$)[A-Za-z0-9._-]{1,64}$',
  description,
});

const occurredAt = {
  type: 'string',
  format: 'date-time',
  pattern: '^(19|[2-9]\\d)\\d\\d-\\d\\d-\\d\\dT([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$',
  description: 'When it happened, with its time zone; when it was heard if left out; never in the future',
};

const CODE = '^[A-Za-z][A-Za-z0-9-]{0,39}$';
const code = { type: ['string', 'null'], pattern: CODE, description: 'A code of its catalogue' };
const name = { type: ['string', 'null'], minLength: 1, maxLength: 100 };

const object = (name: string, required: readonly string[], properties: object): object => ({
  $id: `urn:boucle:in:${name}:v1`,
  type: 'object',
  required,
  properties,
  additionalProperties: false,
});

const inTopic = (name: InTopicName, message: string, summary: string, payload: object, personal = false): InTopic => ({
  topic: `boucle.in.${name}.v1`,
  deadLetters: `boucle.in.${name}.v1.dead`,
  message,
  summary,
  payload,
  personal,
});

const cents = (description: string) => ({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });

const price = { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };

const line = {
  type: 'object',
  required: ['quantity', 'unitPrice'],
  properties: {
    articleId: id('The article; one that is not known is listed'),
    variantId: id('Of the article'),
    text: { type: 'string', minLength: 1, maxLength: 100, description: 'What the till calls it; nothing about a person' },
    quantity: { type: 'number', minimum: 0, maximum: 1_000_000_000, description: 'With at most three decimals' },
    unitPrice: { ...price, description: 'In cents, below nought for what is taken off' },
    amount: {
      ...price,
      description: 'In cents; if stated, it must be quantity × unit price, rounded half away from zero, and 0 for a gift',
    },
    promotion: id('The promotion that applied'),
    coupon: id('A code that many have'),
    gift: { type: 'boolean', description: 'Given free: counts for nothing, whatever its price' },
  },
  additionalProperties: false,
};

/** Every topic that the engine hears; a message is the request body of the same name, key it by clientId. */
export const IN_TOPICS: Readonly<Record<InTopicName, InTopic>> = {
  consents: inTopic(
    'consents',
    'DeclareOpposition',
    'Say what a registered client does not want, as web, provider or call centre heard it; taken before all other topics; the same oppositionId again is harmless',
    object('opposition', ['clientId', 'oppositionId'], {
      clientId: id('Who opposes'),
      oppositionId: id('Tells his oppositions apart'),
      channel: { enum: ['email', 'sms', 'post', 'phone', null], description: 'All if left out or null' },
      purpose: { type: ['string', 'null'], pattern: CODE, description: 'All if left out or null' },
      pointId: { ...id('The address, e-mail or phone; all, also those to come, if left out or null'), type: ['string', 'null'] },
      how: { type: 'string', pattern: CODE, description: 'A code: unsubscribe-link, call, letter …' },
      by: { type: 'string', minLength: 1, maxLength: 200, description: 'Who took it down; sealed in the log' },
      occurredAt,
    }),
    true,
  ),
  clients: inTopic(
    'clients',
    'RegisterClient',
    'Register a client; the same registration again is harmless',
    object('client', ['clientId', 'attributes'], {
      clientId: id('The client; no outside number that identifies a person'),
      attributes: {
        type: 'object',
        maxProperties: 100,
        propertyNames: { pattern: '^[^.]*$', minLength: 1, maxLength: 64 },
        additionalProperties: { type: ['string', 'number', 'boolean', 'null'], maxLength: 200 },
        description: 'What rules may read; no names and no addresses',
      },
      person: {
        type: 'object',
        properties: {
          ...Object.fromEntries(
            ['civility', 'language', 'profession', 'incomeBand', 'familySituation', 'housing', 'tenure'].map((name) => [name, code]),
          ),
          firstName: name,
          lastName: name,
          birthDate: {
            type: ['string', 'null'],
            pattern: '^((19|20)\\d\\d|-)-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$',
            description: 'YYYY-MM-DD, or --MM-DD where the year is not known',
          },
          childrenBirthYears: { type: ['array', 'null'], maxItems: 20, items: { type: 'integer', minimum: 1900, maximum: 2100 } },
          fields: {
            type: 'object',
            maxProperties: 100,
            propertyNames: { pattern: CODE },
            additionalProperties: { type: ['string', 'number', 'boolean', 'null'], minLength: 1, maxLength: 100 },
            description: 'Custom fields',
          },
        },
        additionalProperties: false,
        description: 'Who he is; sealed in the log',
      },
      origin: {
        type: 'object',
        required: ['how'],
        properties: {
          how: { type: 'string', pattern: CODE, description: 'A code of the catalogue of origins' },
          campaignId: id('The campaign that brought him'),
          sponsorId: id('The client who brought him'),
          file: id('The external file he came with'),
          heardOf: { type: 'string', pattern: CODE, description: 'How he came to know the brand' },
        },
        additionalProperties: false,
      },
    }),
    true,
  ),
  purchases: inTopic(
    'purchases',
    'RecordPurchase',
    'Record a purchase of a registered client; the same purchaseId again is harmless',
    object('purchase', ['clientId', 'purchaseId', 'amount', 'currency'], {
      clientId: id('Who bought'),
      purchaseId: id('Tells his purchases apart'),
      amount: cents('In cents: the lines, if there are any, less the discount; without freight'),
      currency: { type: 'string', pattern: '^[A-Z]{3}$', description: 'ISO 4217' },
      lines: { type: 'array', minItems: 1, maxItems: 500, items: line },
      discount: cents('In cents, taken off the lines'),
      freight: cents('In cents, not part of the amount'),
      vatIncluded: { type: 'boolean', description: 'Whether the amounts include value added tax' },
      salesChannel: { type: 'string', pattern: CODE, description: 'A code of its catalogue' },
      pointOfSaleId: id('Where it was bought'),
      orderId: id('The order that it carries out'),
      orderNumber: { type: 'string', minLength: 1, maxLength: 64, description: 'Its number in another system; sealed in the log' },
      occurredAt,
    }),
  ),
  responses: inTopic(
    'responses',
    'RecordResponse',
    'Record a response of a registered client; the same responseId again is harmless',
    object('response', ['clientId', 'responseId', 'kind'], {
      clientId: id('Who responded'),
      responseId: id('Tells his responses apart'),
      kind: { enum: RESPONSE_KINDS },
      articleIds: {
        type: 'array',
        maxItems: 50,
        items: id('An article'),
        description: 'Of a request for information, a quote or a sample',
      },
      coupon: id('A code that many have'),
      advert: id('The press advert that the reply card was in'),
      cardNumber: { type: 'string', minLength: 1, maxLength: 64, description: 'Of a reply card; sealed in the log' },
      pointOfSaleId: id('Of a visit, a coupon or a complaint'),
      contestId: id('Of a contest'),
      surveyId: id('Of a survey'),
      answers: {
        type: 'object',
        maxProperties: 100,
        propertyNames: { pattern: CODE },
        additionalProperties: { type: ['string', 'number', 'boolean'], minLength: 1, maxLength: 500 },
        description: 'Of a survey or contest, by question; sealed in the log',
      },
      referredId: id('The client whom he brought'),
      subject: { type: 'string', pattern: CODE, description: 'Of a complaint, a call or a request, a code of its catalogue' },
      text: { type: 'string', minLength: 1, maxLength: 2000, description: 'What he wrote or said; sealed in the log' },
      occurredAt,
    }),
  ),
  contacts: inTopic(
    'contacts',
    'RecordContact',
    'Record a call, visit, meeting or mailing of somebody else to a registered client; contact caps count it, and the same contactId again is harmless',
    object('contact', ['clientId', 'contactId', 'kind'], {
      clientId: id('Who was contacted'),
      contactId: id('Tells his contacts apart; that of the planned contact, if it was planned'),
      kind: { enum: ['mailing', 'call', 'visit', 'meeting'] },
      channel: { enum: ['email', 'sms', 'post', 'phone'] },
      salespersonId: id('Who made it'),
      outcome: { type: 'string', pattern: CODE, description: 'A code of its catalogue' },
      note: { type: 'string', minLength: 1, maxLength: 2000, description: 'What was noted; sealed in the log' },
      occurredAt,
    }),
    true,
  ),
};

/** Headers of the topics of dead letters, beside those that a message had. */
export const DEAD_LETTER = {
  reason: 'dead_reason',
  field: 'dead_field',
  topic: 'dead_topic',
  partition: 'dead_partition',
  offset: 'dead_offset',
  /** Of a message whose body is sealed, as it may tell of a person: with what it was sealed. */
  sealed: 'dead_sealed',
  /** Of a message that only says: the dead letter from this partition and offset has been replayed. */
  replayed: 'dead_replayed',
  /** Of a message that only marks how far a reader has to read. */
  marker: 'dead_marker',
} as const;
