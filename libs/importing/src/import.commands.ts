import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsObject, IsString, Length, Matches, ValidateBy, ValidateNested } from 'class-validator';
import { CODE, hasLength, IsWord, MayBeLeftOut, RESERVED_NAMES } from '@boucle/clients';
import { DATE_FORMS, DateForm } from './cells.js';
import { IMPORT_KINDS, ImportKind, Tally, Tense, TENSES } from './import.events.js';
import { IMPORT_FIELDS } from './import-fields.js';

/** How the characters of a file are written; a byte order mark goes before it. */
export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** What stands between the fields of a row; spaces: as many as there are. */
export const SEPARATORS = [',', ';', '\t', '|', 'spaces'] as const;
export type Separator = (typeof SEPARATORS)[number];

/** As long as the name of a sheet may be. */
const MOST_OF_SHEET = 31;

/** How a file writes things; what is left out is found out, as far as there is one answer. */
export class FormatFields {
  @ApiPropertyOptional({ enum: ENCODINGS }) @MayBeLeftOut() @IsIn(ENCODINGS) readonly encoding?: Encoding;
  @ApiPropertyOptional({ enum: SEPARATORS }) @MayBeLeftOut() @IsIn(SEPARATORS) readonly separator?: Separator;
  @ApiPropertyOptional({ enum: DATE_FORMS }) @MayBeLeftOut() @IsIn(DATE_FORMS) readonly dates?: DateForm;
  @ApiPropertyOptional({ enum: ['.', ','] }) @MayBeLeftOut() @IsIn(['.', ',']) readonly decimal?: '.' | ',';
  @ApiPropertyOptional({ enum: ['', '.', ',', "'", ' '] }) @MayBeLeftOut() @IsIn(['', '.', ',', "'", ' ']) readonly thousands?: string;
  @ApiPropertyOptional({
    ...{ type: 'string', minLength: 1, maxLength: MOST_OF_SHEET, example: 'Clients' },
    description: 'Which sheet of a workbook is read; to be said where it has several',
  })
  @MayBeLeftOut()
  @IsWord(1, MOST_OF_SHEET)
  readonly sheet?: string;
}

const LONGEST_TEXT = 200;

const ByField = (what: string) =>
  ValidateBy({
    name: 'byField',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.entries(value).every(
          ([field, text]) => !RESERVED_NAMES.includes(field) && typeof text === 'string' && hasLength(text, 1, LONGEST_TEXT),
        ),
      defaultMessage: () => `$property must be an object that gives ${what} by field`,
    },
  });

const byField = (description: string, example: object) => ({
  type: 'object' as const,
  propertyNames: { not: { enum: RESERVED_NAMES } },
  additionalProperties: { type: 'string' as const, minLength: 1, maxLength: LONGEST_TEXT },
  description,
  example,
});

/** Another file in the same folder, whose columns each row gets by the key that both have. */
export class TableFields {
  @ApiProperty({ type: 'string', example: 'campaigns.csv', description: 'In the folder of the file' })
  @Matches(/^[^/\\]{1,200}$/, { message: '$property must be the name of a file in the same folder' })
  readonly file: string;
  @ApiProperty({ type: 'string', example: 'campaign_id', description: 'The column that both files have' })
  @Matches(/^.{1,200}$/)
  readonly on: string;
}

/** What a cell does to a field of somebody who is there already: fills it if it is empty, overwrites it, overwrites what was said before the row was, or nothing. */
export const PRECEDENCES = ['fill', 'overwrite', 'newer', 'never'] as const;
export type Precedence = (typeof PRECEDENCES)[number];

const ArePrecedences = () =>
  ValidateBy({
    name: 'precedences',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.entries(value).every(([field, one]) => !RESERVED_NAMES.includes(field) && PRECEDENCES.includes(one as Precedence)),
      defaultMessage: () => `$property must be an object that gives ${PRECEDENCES.join(', ')} by field`,
    },
  });

const AreCodes = () =>
  ValidateBy({
    name: 'codes',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.entries(value).every(
          ([field, codes]) =>
            !RESERVED_NAMES.includes(field) &&
            typeof codes === 'object' &&
            codes !== null &&
            !Array.isArray(codes) &&
            Object.entries(codes as object).every(
              ([text, code]) => !RESERVED_NAMES.includes(text) && typeof code === 'string' && CODE.test(code),
            ),
        ),
      defaultMessage: () => '$property must be an object that gives, by field, the code of each text',
    },
  });

const names = { not: { enum: RESERVED_NAMES } };

const codesProperty = {
  type: 'object' as const,
  propertyNames: names,
  additionalProperties: {
    type: 'object' as const,
    propertyNames: names,
    additionalProperties: { type: 'string' as const, pattern: CODE.source },
  },
  description: 'The code that each text of a field stands for',
  example: { civility: { Herr: 'mr', Frau: 'ms' } },
};

const existingProperty = {
  type: 'object' as const,
  propertyNames: names,
  additionalProperties: { type: 'string' as const, enum: [...PRECEDENCES] },
  description:
    'What cells do to the fields of those who are there already, by field; * for all others, fill if left out. newer needs the field changedOn. email, phone and address are added beside those there are',
  example: { '*': 'fill', lastName: 'overwrite' },
};

const MOST_CLEARED = 200;

const emptyClearsProperty = {
  type: 'array' as const,
  maxItems: MOST_CLEARED,
  uniqueItems: true,
  items: { type: 'string' as const, minLength: 1, maxLength: LONGEST_TEXT },
  description:
    'The fields that an empty cell takes away from those who are there already, where existing lets it overwrite them; address, email and phone: all that there are. An empty cell of any other field changes nothing',
  example: ['profession'],
};

/** What the columns of a file mean. */
export class MappingFields {
  @ApiProperty({
    pattern: CODE.source,
    description: 'Where the file comes from: numbers of clients and invoices are told apart by it',
    example: 'shop',
  })
  @Matches(CODE, { message: '$property must be a code: a letter, then up to 39 letters, digits and hyphens' })
  readonly source: string;
  @ApiProperty({ enum: IMPORT_KINDS, description: 'What its rows are' }) @IsIn(IMPORT_KINDS) readonly kind: ImportKind;
  @ApiPropertyOptional({ enum: TENSES, description: 'history if left out: nothing follows from it' })
  @MayBeLeftOut()
  @IsIn(TENSES)
  readonly tense?: Tense;
  @ApiPropertyOptional({ type: FormatFields })
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => FormatFields)
  readonly format?: FormatFields;
  @ApiProperty(
    byField(
      `The column of each field: ${Object.keys(IMPORT_FIELDS).join(', ')}, fields.*, attributes.*, consents.<channel>.<purpose>, oppositions.<channel or all>`,
      { invoice: 'InvoiceNo' },
    ),
  )
  @ByField('a column')
  readonly columns: Readonly<Record<string, string>>;
  @ApiPropertyOptional(byField('What a field is in every row', { currency: 'EUR' }))
  @MayBeLeftOut()
  @ByField('a text')
  readonly values?: Readonly<Record<string, string>>;
  @ApiPropertyOptional(codesProperty) @MayBeLeftOut() @AreCodes() readonly codes?: Readonly<
    Record<string, Readonly<Record<string, string>>>
  >;
  @ApiPropertyOptional(existingProperty) @MayBeLeftOut() @ArePrecedences() readonly existing?: Readonly<Record<string, Precedence>>;
  @ApiPropertyOptional(emptyClearsProperty)
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(MOST_CLEARED)
  @ArrayUnique()
  @IsString({ each: true })
  @Length(1, LONGEST_TEXT, { each: true })
  readonly emptyClears?: readonly string[];
  @ApiPropertyOptional({ type: TableFields, description: 'For files in a folder only' })
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => TableFields)
  readonly table?: TableFields;
}

/** Comes from an import only. */
export class StartImport {
  readonly importId: string;
  readonly source: string;
  readonly kind: ImportKind;
  readonly tense: Tense;
  readonly sha256: string;
  /** Who brings the file. */
  readonly by: string;
}

/** Comes from an import only. */
export class ProgressImport {
  readonly importId: string;
  readonly row: number;
  readonly tally: Tally;
  readonly rejectedBytes: number;
}

/** Comes from an import only. */
export class CompleteImport {
  readonly importId: string;
  readonly clients: number;
}

/** Comes once what can be undone is undone. */
export class UndoImport {
  readonly importId: string;
  readonly erased: number;
  readonly takenBack: number;
  readonly withdrawn: number;
  readonly kept: number;
}
