import { ApiProperty } from '@nestjs/swagger';
import { IsIn, Matches, ValidateBy } from 'class-validator';
import { FIELD_KINDS, FieldKind, Labels } from './catalogue.events.js';
import { CODE, hasLength, RESERVED_NAMES } from '../fields.js';

const LANGUAGE = /^[a-z]{2}$/;
const MOST_LANGUAGES = 50;
const LONGEST_LABEL = 100;

const codeProperty = (example: string) => ({ type: 'string' as const, pattern: CODE.source, not: { enum: [...RESERVED_NAMES] }, example });

const IsCode = () =>
  ValidateBy({
    name: 'code',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && CODE.test(value) && !RESERVED_NAMES.includes(value),
      defaultMessage: () => '$property must be 1 to 40 letters, digits and hyphens, a letter first',
    },
  });

/** How the document describes what people read. */
export const labelsProperty = {
  type: 'object' as const,
  minProperties: 1,
  maxProperties: MOST_LANGUAGES,
  propertyNames: { pattern: LANGUAGE.source },
  additionalProperties: { type: 'string' as const, minLength: 1, maxLength: LONGEST_LABEL },
  description: 'By language, ISO 639',
  example: { en: 'Teacher', de: 'Lehrperson', fr: 'Enseignante' },
};

const isLabels = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length >= 1 &&
  Object.keys(value).length <= MOST_LANGUAGES &&
  Object.entries(value).every(
    ([language, label]) => LANGUAGE.test(language) && typeof label === 'string' && hasLength(label, 1, LONGEST_LABEL),
  );

/** What people read, by language. */
export const IsLabels = () =>
  ValidateBy({
    name: 'labels',
    validator: {
      validate: isLabels,
      defaultMessage: () =>
        `$property must be an object of a text (up to ${LONGEST_LABEL} characters) for each of 1 to ${MOST_LANGUAGES} languages, for example {"en": "Teacher"}`,
    },
  });

export class DeclareField {
  @ApiProperty(codeProperty('shoeSize')) @IsCode() readonly field: string;
  @ApiProperty({ enum: FIELD_KINDS, description: 'code: one of a catalogue of the same name' }) @IsIn(FIELD_KINDS) readonly kind: FieldKind;
  @ApiProperty(labelsProperty) @IsLabels() readonly labels: Labels;
}

export class RetireField {
  @ApiProperty(codeProperty('shoeSize')) @IsCode() readonly field: string;
}

export class AddCatalogueEntry {
  @ApiProperty(codeProperty('profession')) @IsCode() readonly catalogue: string;
  @ApiProperty({ pattern: CODE.source, example: 'teacher' }) @IsCode() readonly code: string;
  @ApiProperty(labelsProperty) @IsLabels() readonly labels: Labels;
}

export class RelabelCatalogueEntry {
  @ApiProperty(codeProperty('profession')) @IsCode() readonly catalogue: string;
  @ApiProperty({ pattern: CODE.source, example: 'teacher' }) @Matches(CODE) readonly code: string;
  @ApiProperty(labelsProperty) @IsLabels() readonly labels: Labels;
}

export class RetireCatalogueEntry {
  @ApiProperty(codeProperty('profession')) @IsCode() readonly catalogue: string;
  @ApiProperty({ pattern: CODE.source, example: 'teacher' }) @Matches(CODE) readonly code: string;
}
