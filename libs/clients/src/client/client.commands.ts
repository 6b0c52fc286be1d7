import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsObject, ValidateBy, ValidateNested } from 'class-validator';
import { Attributes } from './client.events.js';
import { Channel } from './channel.js';
import { Placement } from './placement.js';
import { Suppression } from '../consent/contact-permission.js';
import { hasLength, idProperty, IsId, IsWord, MayBeLeftOut, RESERVED_NAMES } from '../fields.js';
import {
  AddressFields,
  countryProperty,
  emailProperty,
  IsCountry,
  IsEmailAddress,
  OriginFields,
  PersonFields,
  phoneProperty,
  ReferenceFields,
} from '../person/person.commands.js';

/** The most that rules may read of one client. */
export const MOST_ATTRIBUTES = 100;
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

export class RegisterClient {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty(attributesProperty) @IsAttributes() readonly attributes: Attributes;
  @ApiPropertyOptional({ type: PersonFields })
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => PersonFields)
  readonly person?: PersonFields;
  @ApiPropertyOptional({ type: OriginFields })
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => OriginFields)
  readonly origin?: OriginFields;
}

export class ChangeAttributes {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...attributesProperty, description: 'What rules may read; those that are not named stay, null takes one away' })
  @IsAttributes()
  readonly attributes: Attributes;
}

const MOST_REFERENCES = 20;
const MOST_OTHERS = 50;

/** Who is to be registered; without an id of his own, and with no number that is known, he gets a random one. */
export class RegistrationFields extends PickType(RegisterClient, ['person', 'origin'] as const) {
  @ApiPropertyOptional(idProperty) @MayBeLeftOut() @IsId() readonly clientId?: string;
  @ApiPropertyOptional(attributesProperty) @MayBeLeftOut() @IsAttributes() readonly attributes?: Attributes;
  @ApiPropertyOptional({ type: [ReferenceFields], maxItems: MOST_REFERENCES })
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(MOST_REFERENCES)
  @ValidateNested({ each: true })
  @Type(() => ReferenceFields)
  readonly references?: readonly ReferenceFields[];
  @ApiPropertyOptional({ type: AddressFields, description: 'Recorded as his address home' })
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => AddressFields)
  readonly address?: AddressFields;
  @ApiPropertyOptional({ ...emailProperty, description: 'Recorded as his e-mail address email' })
  @MayBeLeftOut()
  @IsEmailAddress()
  readonly email?: string;
  @ApiPropertyOptional({ ...phoneProperty, description: 'As it was given; recorded as his phone' })
  @MayBeLeftOut()
  @IsWord(1, 40)
  readonly phone?: string;
  @ApiPropertyOptional({ ...countryProperty, description: 'Where the phone number belongs; the country of the address if left out' })
  @MayBeLeftOut()
  @IsCountry()
  readonly country?: string;
  @ApiPropertyOptional({
    type: [String],
    maxItems: MOST_OTHERS,
    description: 'Clients who look like the same person and are not: remembered for ever',
    example: ['client-7'],
  })
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(MOST_OTHERS)
  @IsId({ each: true })
  readonly otherThan?: readonly string[];
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
  readonly purpose: string;
  readonly consentRequired: boolean;
  /** What lists say of him now. */
  readonly suppressions: readonly Suppression[];
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
  /** The way in which he would have been addressed; several where it is not known any more which. */
  readonly channels: readonly Channel[];
  readonly purpose: string;
  readonly consentRequired: boolean;
  readonly suppressions: readonly Suppression[];
}

/** Comes from a recorded trial only. */
export class MarkAnswerUnknown {
  readonly clientId: string;
  readonly placement: Placement;
  readonly cost: number;
}
