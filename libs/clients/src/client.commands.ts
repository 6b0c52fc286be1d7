import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, isISO4217CurrencyCode, isISO8601, Matches, Max, Min, ValidateBy, ValidateIf } from 'class-validator';
import { Attributes, Channel, CHANNELS, CONTACT_KINDS, ContactKind, Placement, RESPONSE_KINDS, ResponseKind } from './client.events.js';

/** What every id looks like: plain ASCII, so that all stores sort it alike. */
export const ID = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/;
const ID_RULE = { message: '$property must be 1 to 64 letters, digits, dots, underscores or hyphens, and not only dots' };
export const IsId = () => Matches(ID, ID_RULE);

/** Every object already has something under these names, so a record could not tell an entry of its own from it. */
export const RESERVED_NAMES: readonly string[] = Object.getOwnPropertyNames(Object.prototype);

/** The field may be left out; null is a value like any other. */
export const MayBeLeftOut = () => ValidateIf((_, value) => value !== undefined);

/** Whether a text has so many characters, each code point being one. */
export const hasLength = (text: string, least: number, most: number): boolean =>
  text.length >= least && (text.length <= most || (text.length <= 2 * most && [...text].length <= most));

const MOST_ATTRIBUTES = 100;
const LONGEST = 200;
const LONGEST_NAME = 64;

const plain = (value: unknown): boolean =>
  value === null ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value)) ||
  (typeof value === 'string' && hasLength(value, 0, LONGEST));

const isAttributeName = (name: string): boolean =>
  hasLength(name, 1, LONGEST_NAME) && !name.includes('.') && !RESERVED_NAMES.includes(name);

const IsAttributes = () =>
  ValidateBy({
    name: 'attributes',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.keys(value).length <= MOST_ATTRIBUTES &&
        Object.entries(value).every(([name, item]) => isAttributeName(name) && plain(item)),
      defaultMessage: () =>
        `attributes must be an object of at most ${MOST_ATTRIBUTES} names without dots (1 to ${LONGEST_NAME} characters), each with a text (up to ${LONGEST} characters), number, boolean or null`,
    },
  });

const attributesProperty = {
  type: 'object' as const,
  maxProperties: MOST_ATTRIBUTES,
  propertyNames: { pattern: '^[^.]*$', minLength: 1, maxLength: LONGEST_NAME, not: { enum: RESERVED_NAMES } },
  additionalProperties: {
    nullable: true,
    oneOf: [{ type: 'string', maxLength: LONGEST }, { type: 'number' }, { type: 'boolean' }],
  },
  description: 'What rules may read; no names and no addresses',
  example: { region: 'north', newsletter: true },
};

const idProperty = { pattern: ID.source, example: 'client-42' };

const INSTANT = /^(19|[2-9]\d)\d\d-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

const whenProperty = {
  format: 'date-time',
  pattern: INSTANT.source,
  description: 'When it happened, since 1900; now if left out; 409 if it lies in the future',
  example: '2026-03-01T12:00:00Z',
};

/** The instant at which something outside happened, with its time zone. */
const IsInstant = () =>
  ValidateBy({
    name: 'instant',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'string' && INSTANT.test(value) && isISO8601(value, { strict: true }) && !Number.isNaN(Date.parse(value)),
      defaultMessage: () => '$property must be an instant with its time zone, for example 2026-03-01T12:00:00Z',
    },
  });

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** Every code of ISO 4217. */
const CURRENCIES = LETTERS.flatMap((a) => LETTERS.flatMap((b) => LETTERS.map((c) => a + b + c))).filter(isISO4217CurrencyCode);

export class RegisterClient {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty(attributesProperty) @IsAttributes() readonly attributes: Attributes;
}

export class RecordContact {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'call-7' }) @IsId() readonly contactId: string;
  @ApiProperty({ enum: CONTACT_KINDS }) @IsIn(CONTACT_KINDS) readonly kind: ContactKind;
  @ApiPropertyOptional({ enum: CHANNELS }) @MayBeLeftOut() @IsIn(CHANNELS) readonly channel?: Channel;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

export class RecordResponse {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'response-1' }) @IsId() readonly responseId: string;
  @ApiProperty({ enum: RESPONSE_KINDS }) @IsIn(RESPONSE_KINDS) readonly kind: ResponseKind;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

export class RecordPurchase {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'order-1001' }) @IsId() readonly purchaseId: string;
  @ApiProperty({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, type: 'integer', description: 'In cents', example: 4990 })
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly amount: number;
  @ApiProperty({ enum: CURRENCIES, description: 'ISO 4217', example: 'EUR' })
  @IsIn(CURRENCIES, { message: '$property must be an ISO 4217 code in capital letters' })
  readonly currency: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

/** How often a client may be contacted. */
export interface ContactCap {
  readonly contacts: number;
  readonly days: number;
}

/** Sends the mailing of a decision, or withholds it if the client may not be contacted any more. Comes from the dispatch of a wave only. */
export class DispatchMailing {
  readonly clientId: string;
  readonly placement: Placement;
  readonly channel: Channel;
  readonly cost: number;
  readonly windowEndsAt: string;
  readonly contactCap: ContactCap | null;
}

/** Marks a decision that sends nothing. Comes from the dispatch of a wave only. */
export class WithholdContact {
  readonly clientId: string;
  readonly placement: Placement;
  readonly reason: 'hold-out' | 'arm' | 'campaign-ended';
  /** A held-out client would have got a mailing; caps count it, so that both groups stay comparable. */
  readonly shadow: boolean;
  readonly windowEndsAt: string;
  readonly contactCap: ContactCap | null;
}

/** Comes from a recorded trial only. */
export class MarkAnswerUnknown {
  readonly clientId: string;
  readonly placement: Placement;
  readonly cost: number;
}
