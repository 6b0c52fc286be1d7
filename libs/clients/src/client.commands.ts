import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsISO4217CurrencyCode, isISO8601, IsOptional, Matches, Max, Min, ValidateBy } from 'class-validator';
import { Attributes, Channel, CHANNELS, CONTACT_KINDS, ContactKind, Placement, RESPONSE_KINDS, ResponseKind } from './client.events.js';

/** What every id looks like: plain ASCII, so that all stores sort it alike. */
export const ID = /^[A-Za-z0-9._-]{1,64}$/;
const ID_RULE = { message: '$property must be 1 to 64 letters, digits, dots, underscores or hyphens' };
export const IsId = () => Matches(ID, ID_RULE);

const MOST_ATTRIBUTES = 100;
const LONGEST = 200;

const plain = (value: unknown): boolean =>
  value === null ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value)) ||
  (typeof value === 'string' && value.length <= LONGEST);

const IsAttributes = () =>
  ValidateBy({
    name: 'attributes',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.keys(value).length <= MOST_ATTRIBUTES &&
        Object.entries(value).every(([name, item]) => name !== '' && name.length <= 64 && !name.includes('.') && plain(item)),
      defaultMessage: () =>
        `attributes must be an object of at most ${MOST_ATTRIBUTES} names without dots (1 to 64 characters), each with a text (up to ${LONGEST} characters), number, boolean or null`,
    },
  });

const idProperty = { pattern: ID.source, example: 'client-42' };
const whenProperty = { format: 'date-time', description: 'When it happened; now if left out, never in the future' };

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

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

export class RegisterClient {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: { nullable: true, oneOf: [{ type: 'string', maxLength: LONGEST }, { type: 'number' }, { type: 'boolean' }] },
    description: 'What rules may read; no names and no addresses',
    example: { region: 'north', newsletter: true },
  })
  @IsAttributes()
  readonly attributes: Attributes;
}

export class RecordContact {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'call-7' }) @IsId() readonly contactId: string;
  @ApiProperty({ enum: CONTACT_KINDS }) @IsIn(CONTACT_KINDS) readonly kind: ContactKind;
  @ApiPropertyOptional({ enum: CHANNELS }) @IsOptional() @IsIn(CHANNELS) readonly channel?: Channel;
  @ApiPropertyOptional(whenProperty) @IsOptional() @IsInstant() readonly occurredAt?: string;
}

export class RecordResponse {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'response-1' }) @IsId() readonly responseId: string;
  @ApiProperty({ enum: RESPONSE_KINDS }) @IsIn(RESPONSE_KINDS) readonly kind: ResponseKind;
  @ApiPropertyOptional(whenProperty) @IsOptional() @IsInstant() readonly occurredAt?: string;
}

export class RecordPurchase {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'order-1001' }) @IsId() readonly purchaseId: string;
  @ApiProperty({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, type: 'integer', description: 'In cents', example: 4990 })
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly amount: number;
  @ApiProperty({ example: 'EUR', pattern: '^[A-Z]{3}$', description: 'ISO 4217' })
  @IsISO4217CurrencyCode()
  @Matches(/^[A-Z]{3}$/, { message: '$property must be in capital letters' })
  readonly currency: string;
  @ApiPropertyOptional(whenProperty) @IsOptional() @IsInstant() readonly occurredAt?: string;
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
  readonly windowEndsAt: string;
}

/** Comes from a recorded trial only. */
export class MarkAnswerUnknown {
  readonly clientId: string;
  readonly placement: Placement;
  readonly cost: number;
}
