import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { isEmail, IsIn, IsISO31661Alpha2, IsObject, Matches, ValidateBy, ValidateNested } from 'class-validator';
import { BIRTH_DATE, isBirthDate } from './birth-date.js';
import { CODE, dayProperty, hasLength, idProperty, IsDay, IsId, IsWord, MayBeLeftOut, RESERVED_NAMES, wordProperty } from '../fields.js';
import { Address, AddressCheckNote, Origin, PersonChanges, RETURN_REASONS, ReturnReason } from './person.events.js';

const MOST_FIELDS = 100;
const LONGEST_TEXT = 100;
const CHILDREN = 20;
const DAY_OF_YEAR = /^--(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

const codeProperty = (example: string) => ({
  type: 'string' as const,
  pattern: CODE.source,
  description: 'A code of its catalogue',
  nullable: true,
  example,
});
const textProperty = (example: string) => ({ type: 'string' as const, minLength: 1, maxLength: LONGEST_TEXT, nullable: true, example });

const unlessNull =
  (holds: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === null || holds(value);

const IsCode = () =>
  ValidateBy({
    name: 'code',
    validator: {
      validate: unlessNull((value) => typeof value === 'string' && CODE.test(value)),
      defaultMessage: () => '$property must be a code of its catalogue, letters, digits and hyphens, or null',
    },
  });

const IsText = () =>
  ValidateBy({
    name: 'text',
    validator: {
      validate: unlessNull((value) => typeof value === 'string' && hasLength(value, 1, LONGEST_TEXT) && value.trim() === value),
      defaultMessage: () => `$property must be 1 to ${LONGEST_TEXT} characters without spaces around, or null`,
    },
  });

const IsBirthDate = () =>
  ValidateBy({
    name: 'birthDate',
    validator: {
      validate: unlessNull((value) => typeof value === 'string' && isBirthDate(value)),
      defaultMessage: () => '$property must be a day such as 1980-02-29, --02-29 where the year is not known, or null',
    },
  });

const IsBirthYears = () =>
  ValidateBy({
    name: 'birthYears',
    validator: {
      validate: unlessNull(
        (value) =>
          Array.isArray(value) && value.length <= CHILDREN && value.every((year) => Number.isInteger(year) && year >= 1900 && year <= 2100),
      ),
      defaultMessage: () => `$property must be a list of at most ${CHILDREN} years, or null`,
    },
  });

const isFieldValue = (value: unknown): boolean =>
  value === null ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value)) ||
  (typeof value === 'string' && hasLength(value, 1, LONGEST_TEXT));

const IsFields = () =>
  ValidateBy({
    name: 'fields',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.keys(value).length <= MOST_FIELDS &&
        Object.entries(value).every(([name, item]) => CODE.test(name) && !RESERVED_NAMES.includes(name) && isFieldValue(item)),
      defaultMessage: () =>
        `$property must be an object of at most ${MOST_FIELDS} custom fields, each with a text (up to ${LONGEST_TEXT} characters), number, boolean or null`,
    },
  });

const fieldsProperty = {
  type: 'object' as const,
  maxProperties: MOST_FIELDS,
  propertyNames: { pattern: CODE.source, not: { enum: RESERVED_NAMES } },
  additionalProperties: {
    nullable: true,
    oneOf: [{ type: 'string', minLength: 1, maxLength: LONGEST_TEXT }, { type: 'number' }, { type: 'boolean' }],
  },
  description: 'Custom fields; those that are not named stay as they are',
  example: { shoeSize: 42 },
};

/** What is said about a person: a field that is left out stays as it is, null takes it away. */
export class PersonFields implements PersonChanges {
  @ApiPropertyOptional(codeProperty('ms')) @MayBeLeftOut() @IsCode() readonly civility?: string | null;
  @ApiPropertyOptional(textProperty('Anna')) @MayBeLeftOut() @IsText() readonly firstName?: string | null;
  @ApiPropertyOptional(textProperty('Keller')) @MayBeLeftOut() @IsText() readonly lastName?: string | null;
  @ApiPropertyOptional({
    type: 'string',
    pattern: BIRTH_DATE.source,
    nullable: true,
    description: 'YYYY-MM-DD, or --MM-DD where the year is not known',
    example: '1980-02-29',
  })
  @MayBeLeftOut()
  @IsBirthDate()
  readonly birthDate?: string | null;
  @ApiPropertyOptional(codeProperty('de')) @MayBeLeftOut() @IsCode() readonly language?: string | null;
  @ApiPropertyOptional(codeProperty('teacher')) @MayBeLeftOut() @IsCode() readonly profession?: string | null;
  @ApiPropertyOptional(codeProperty('middle')) @MayBeLeftOut() @IsCode() readonly incomeBand?: string | null;
  @ApiPropertyOptional(codeProperty('married')) @MayBeLeftOut() @IsCode() readonly familySituation?: string | null;
  @ApiPropertyOptional({
    type: 'array',
    maxItems: CHILDREN,
    nullable: true,
    items: { type: 'integer', minimum: 1900, maximum: 2100 },
    example: [2014, 2017],
  })
  @MayBeLeftOut()
  @IsBirthYears()
  readonly childrenBirthYears?: readonly number[] | null;
  @ApiPropertyOptional(codeProperty('flat')) @MayBeLeftOut() @IsCode() readonly housing?: string | null;
  @ApiPropertyOptional(codeProperty('owner')) @MayBeLeftOut() @IsCode() readonly tenure?: string | null;
  @ApiPropertyOptional(fieldsProperty)
  @MayBeLeftOut()
  @IsFields()
  readonly fields?: Readonly<Record<string, string | number | boolean | null>>;
}

/** How a person came into the client base. */
export class OriginFields implements Origin {
  @ApiProperty({ pattern: CODE.source, example: 'advert' }) @Matches(CODE) readonly how: string;
  @ApiPropertyOptional(idProperty) @MayBeLeftOut() @IsId() readonly campaignId?: string;
  @ApiPropertyOptional(idProperty) @MayBeLeftOut() @IsId() readonly sponsorId?: string;
  @ApiPropertyOptional(idProperty) @MayBeLeftOut() @IsId() readonly file?: string;
  @ApiPropertyOptional({ pattern: CODE.source, example: 'radio' }) @MayBeLeftOut() @Matches(CODE) readonly heardOf?: string;
}

/** A postal address as it is written on a letter. */
export class AddressFields implements Address {
  @ApiPropertyOptional(wordProperty(100, 'c/o Meier')) @MayBeLeftOut() @IsWord(1, 100) readonly careOf?: string;
  @ApiPropertyOptional(wordProperty(100, 'Bahnhofstrasse')) @MayBeLeftOut() @IsWord(1, 100) readonly street?: string;
  @ApiPropertyOptional(wordProperty(20, '12a')) @MayBeLeftOut() @IsWord(1, 20) readonly houseNumber?: string;
  @ApiPropertyOptional(wordProperty(20, '77')) @MayBeLeftOut() @IsWord(1, 20) readonly poBox?: string;
  @ApiPropertyOptional(wordProperty(12, '8001')) @MayBeLeftOut() @IsWord(1, 12) readonly postalCode?: string;
  @ApiProperty(wordProperty(100, 'Zürich')) @IsWord(1, 100) readonly locality: string;
  @ApiProperty({ pattern: '^[A-Z]{2}$', description: 'ISO 3166', example: 'CH' })
  @IsISO31661Alpha2({ message: '$property must be a country code of two capital letters' })
  readonly country: string;
}

const IsDayOfYear = () => Matches(DAY_OF_YEAR, { message: '$property must be a day of the year such as --06-01' });

/** The part of each year in which somebody lives at an address. */
export class Season {
  @ApiProperty({ pattern: DAY_OF_YEAR.source, example: '--06-01' }) @IsDayOfYear() readonly from: string;
  @ApiProperty({ pattern: DAY_OF_YEAR.source, example: '--08-31' }) @IsDayOfYear() readonly until: string;
}

export class ChangeClientDetails {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ type: PersonFields }) @ValidateNested() @Type(() => PersonFields) @IsObject() readonly person: PersonFields;
}

export class AddAddress {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, description: 'Tells the addresses, e-mails and phones of the client apart', example: 'home' })
  @IsId()
  readonly addressId: string;
  @ApiProperty({ type: AddressFields }) @ValidateNested() @Type(() => AddressFields) @IsObject() readonly address: AddressFields;
  @ApiPropertyOptional({ ...dayProperty, description: 'The first day; always if left out' })
  @MayBeLeftOut()
  @IsDay()
  readonly validFrom?: string;
  @ApiPropertyOptional({ ...dayProperty, description: 'The last day; for ever if left out' })
  @MayBeLeftOut()
  @IsDay()
  readonly validUntil?: string;
  @ApiPropertyOptional({ type: Season }) @MayBeLeftOut() @ValidateNested() @Type(() => Season) @IsObject() readonly season?: Season;
}

/** Keeps what a check of an address found. Comes from whatever entered it. */
export class NoteAddressCheck implements AddressCheckNote {
  readonly clientId: string;
  readonly addressId: string;
  readonly result: AddressCheckNote['result'];
  readonly edition: string;
}

export class EndAddress {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty(idProperty) @IsId() readonly addressId: string;
  @ApiProperty({ ...dayProperty, description: 'The last day' }) @IsDay() readonly until: string;
}

export class ReportReturnedMail {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty(idProperty) @IsId() readonly addressId: string;
  @ApiProperty({ enum: RETURN_REASONS }) @IsIn(RETURN_REASONS) readonly reason: ReturnReason;
}

/** How the document describes an e-mail address. */
export const emailProperty = { format: 'email', maxLength: 254, example: 'anna.keller@example.org' };

/** An e-mail address. */
export const IsEmailAddress = () =>
  ValidateBy({
    name: 'email',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isEmail(value),
      defaultMessage: () => '$property must be an e-mail address',
    },
  });

export class AddEmail {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'work' }) @IsId() readonly emailId: string;
  @ApiProperty(emailProperty) @IsEmailAddress() readonly email: string;
}

/** How the document describes a phone number. */
export const phoneProperty = { ...wordProperty(40, '079 123 45 67'), description: 'As it was given' };

/** How the document describes the country of a phone number. */
export const countryProperty = {
  pattern: '^[A-Z]{2}$',
  description: 'Where a number without a country code belongs, ISO 3166',
  example: 'CH',
};

/** A country, by its code. */
export const IsCountry = () => IsISO31661Alpha2({ message: '$property must be a country code of two capital letters' });

export class AddPhone {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'mobile' }) @IsId() readonly phoneId: string;
  @ApiProperty(phoneProperty) @IsWord(1, 40) readonly phone: string;
  @ApiPropertyOptional(countryProperty) @MayBeLeftOut() @IsCountry() readonly country?: string;
}

export class RemoveContactPoint {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty(idProperty) @IsId() readonly pointId: string;
}

/** What a person is called in another system. */
export class ReferenceFields {
  @ApiProperty({ pattern: CODE.source, description: 'erp, card, order, invoice, reply-card …', example: 'erp' })
  @Matches(CODE)
  readonly system: string;
  @ApiProperty(wordProperty(64, '4711')) @IsWord(1, 64) readonly number: string;
}

/** Comes from a registration, which looks the number up first. */
export class AssignReference {
  readonly clientId: string;
  readonly system: string;
  readonly number: string;
  readonly lookup: string;
}

export class ReportDeath {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiPropertyOptional({ ...dayProperty, description: 'The day of death, if it is known' }) @MayBeLeftOut() @IsDay() readonly on?: string;
}

export class RefuteDeath {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
}

export class CloseClient {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
}

export class ReopenClient {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
}

export class BlockCredit {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
}

export class ReleaseCredit {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
}
