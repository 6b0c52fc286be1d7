import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Filter, filterProblem } from '@boucle/eventsourcing';
import { CODE, codeProperty, idProperty, IsId, MayBeLeftOut } from '@boucle/clients';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsISO31661Alpha2,
  IsObject,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { FIELD_NAME, FIELD_NAMES } from './columns.js';
import { Format, LeftOutCounts, Preset, PRESETS, RowEntry } from './export.events.js';

const MOST_FIELDS = 100;
const CONSENTS = ['required', 'not-checked'] as const;

const IsFilter = () =>
  ValidateBy({
    name: 'filter',
    validator: {
      validate: (value: unknown) => filterProblem(value) === null,
      defaultMessage: (args) => filterProblem(args?.value, args?.property) ?? '',
    },
  });

/** The mailings of a wave. */
export class MailingsFields {
  @ApiProperty({ ...idProperty, example: 'spring' }) @IsId() readonly campaignId: string;
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 1000 }) @IsInt() @Min(1) @Max(1000) readonly wave: number;
  @ApiPropertyOptional({ minLength: 1, maxLength: 100, description: 'Only those of this offer' })
  @MayBeLeftOut()
  @IsString()
  @Length(1, 100)
  readonly offer?: string;
}

/** Orders a file of people; its id is drawn by who takes the order down. */
export class OrderExport {
  readonly exportId: string;
  @ApiProperty({ enum: PRESETS, description: 'post: six address lines and salutation, one letter per household; fields: only those named' })
  @IsIn(PRESETS)
  readonly preset: Preset;
  @ApiPropertyOptional({
    oneOf: [{ $ref: '#/components/schemas/Filter' }],
    description: 'Whom it is about, as a condition on profiles; everybody if left out',
    example: { field: 'attributes.region', is: 'eq', value: 'north' },
  })
  @MayBeLeftOut()
  @IsFilter()
  readonly universe?: Filter;
  @ApiPropertyOptional({ type: MailingsFields, description: 'The mailings of a wave, instead of a universe' })
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => MailingsFields)
  readonly mailings?: MailingsFields;
  @ApiPropertyOptional({
    type: 'array',
    maxItems: MOST_FIELDS,
    uniqueItems: true,
    items: { type: 'string', pattern: FIELD_NAME.source },
    description: `Besides those of the preset: ${FIELD_NAMES.join(', ')}`,
    example: ['attributes.region', 'purchases.last'],
  })
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(MOST_FIELDS)
  @ArrayUnique()
  @Matches(FIELD_NAME, { each: true, message: `each of $property must be one of ${FIELD_NAMES.join(', ')}` })
  readonly fields?: readonly string[];
  @ApiProperty({ ...codeProperty('marketing'), description: 'What people are addressed for, or what the fields are looked at for; a code' })
  @Matches(CODE, { message: '$property must be a code: a letter, then up to 39 letters, digits and hyphens' })
  readonly purpose: string;
  @ApiPropertyOptional({
    enum: CONSENTS,
    default: 'required',
    description:
      'Whether who is addressed must have consented where the law asks for it; mailings of a wave stand on what their campaign asked for. Oppositions, lists, restriction and death always stop',
  })
  @MayBeLeftOut()
  @IsIn(CONSENTS)
  readonly consent?: (typeof CONSENTS)[number];
  @ApiPropertyOptional({
    pattern: '^[A-Z]{2}$',
    description: 'The country that letters leave from, ISO 3166: addresses elsewhere name theirs; all do if left out',
    example: 'CH',
  })
  @MayBeLeftOut()
  @Matches(/^[A-Z]{2}$/, { message: '$property must be a country code of two capital letters' })
  @IsISO31661Alpha2({ message: '$property must be the code of a country' })
  readonly sender?: string;
}

/** Comes from the worker of exports. */
export class WriteRows {
  readonly exportId: string;
  readonly chunk: number;
  readonly rows: readonly RowEntry[];
  readonly excluded: LeftOutCounts;
  readonly through: string | null;
}

/** Comes from the worker of exports. */
export class CompleteExport {
  readonly exportId: string;
}

/** Comes from the worker of exports. */
export class AbandonExport {
  readonly exportId: string;
  readonly reason: string;
}

/** Comes from the door that hands the file out. */
export class TakeExport {
  readonly exportId: string;
  readonly takingId: string;
  readonly format: Format;
  /** Files ordered before this instant may not be taken any more. */
  readonly expired: string;
}

/** Comes from the door that has handed the file out. */
export class FinishTaking {
  readonly exportId: string;
  readonly takingId: string;
  readonly rows: number;
  readonly leftOut: LeftOutCounts;
}
