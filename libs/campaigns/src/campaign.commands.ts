import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Filter, filterProblem } from '@boucle/eventsourcing';
import { Channel, CHANNELS, CODE, hasLength, ID, IsId, MayBeLeftOut, RESERVED_NAMES } from '@boucle/clients';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsNotIn,
  IsNumber,
  IsObject,
  IsOptional,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { Analysis, MARKETING } from './campaign.events.js';

const OBJECTIVES = ['responses', 'profit'] as const;
const REACTIONS = ['response', 'purchase'] as const;
const LAUNCHES = ['autopilot', 'approval'] as const;
const CONSENTS = ['required', 'not-checked'] as const;
const POSTERIORS = ['two-way', 'independent'] as const;
export const MOST_OFFERS = 20;
const MOST_CENTS = 1_000_000_000;

const idProperty = { pattern: ID.source, example: 'spring' };

const IsText = (most: number, each = false) =>
  ValidateBy(
    {
      name: 'text',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && hasLength(value, 1, most),
        defaultMessage: () => `${each ? 'each of $property' : '$property'} must be a text of 1 to ${most} characters`,
      },
    },
    { each },
  );

const IsFilter = () =>
  ValidateBy({
    name: 'filter',
    validator: {
      validate: (value: unknown) => filterProblem(value) === null,
      defaultMessage: (args) => filterProblem(args?.value, args?.property) ?? '',
    },
  });

export class PlannedOffer {
  @ApiProperty({ minLength: 1, maxLength: 100, not: { enum: [...RESERVED_NAMES] }, example: 'Spring letter' })
  @IsText(100)
  @IsNotIn(RESERVED_NAMES, { message: '$property must not be $value' })
  readonly name: string;
  @ApiProperty({ type: 'string', enum: [...CHANNELS, null], nullable: true, description: 'Null is the offer of being left alone' })
  @ValidateIf((offer: PlannedOffer) => offer.channel !== null)
  @IsIn(CHANNELS)
  readonly channel: Channel | null;
  @ApiProperty({ type: 'integer', minimum: 0, maximum: MOST_CENTS, description: 'Cents per contact', example: 55 })
  @IsInt()
  @Min(0)
  @Max(MOST_CENTS)
  readonly cost: number;
  @ApiProperty({ type: 'integer', minimum: 0, maximum: MOST_CENTS, description: 'Cents per response', example: 4000 })
  @IsInt()
  @Min(0)
  @Max(MOST_CENTS)
  readonly margin: number;
}

const cellsProperty = {
  type: 'array' as const,
  items: { type: 'string', minLength: 1, maxLength: 64, not: { enum: [...RESERVED_NAMES] } },
  maxItems: 6,
  uniqueItems: true,
  description: 'Attributes whose values make up the cells',
  default: [],
};

export class PlannedCap {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 100 }) @IsInt() @Min(1) @Max(100) readonly contacts: number;
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 3650 }) @IsInt() @Min(1) @Max(3650) readonly days: number;
}

export class StopRule {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 1000 }) @IsInt() @Min(1) @Max(1000) readonly waves: number;
  @ApiPropertyOptional({ description: 'Also stop once a winner is named', default: false })
  @MayBeLeftOut()
  @IsBoolean()
  readonly whenDecided?: boolean;
}

export class PlanCampaign {
  @ApiProperty(idProperty) @IsId() readonly campaignId: string;
  @ApiProperty({ minLength: 1, maxLength: 200, example: 'Spring sale' }) @IsText(200) readonly name: string;
  @ApiPropertyOptional({ enum: OBJECTIVES, default: 'responses' })
  @MayBeLeftOut()
  @IsIn(OBJECTIVES)
  readonly objective?: (typeof OBJECTIVES)[number];
  @ApiPropertyOptional({ enum: REACTIONS, default: 'response' })
  @MayBeLeftOut()
  @IsIn(REACTIONS)
  readonly reaction?: (typeof REACTIONS)[number];
  @ApiProperty({ type: [PlannedOffer], minItems: 2, maxItems: MOST_OFFERS })
  @IsArray()
  @ArrayMinSize(2)
  @ArrayMaxSize(MOST_OFFERS)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => PlannedOffer)
  readonly offers: PlannedOffer[];
  @ApiPropertyOptional({
    oneOf: [{ $ref: '#/components/schemas/Filter' }],
    nullable: true,
    description: 'Who could be contacted; everybody if left out',
    example: { field: 'attributes.region', is: 'eq', value: 'north' },
  })
  @IsOptional()
  @IsFilter()
  readonly universe?: Filter | null;
  @ApiPropertyOptional({
    ...idProperty,
    example: 'best-clients',
    description: 'Only members of this segment, as the log has told when a wave begins',
  })
  @MayBeLeftOut()
  @IsId()
  readonly segment?: string;
  @ApiPropertyOptional(cellsProperty)
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(6)
  @ArrayUnique()
  @IsText(64, true)
  @IsNotIn(RESERVED_NAMES, { each: true, message: 'no attribute can be called $value' })
  readonly cells?: string[];
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 10_000_000 }) @IsInt() @Min(1) @Max(10_000_000) readonly waveSize: number;
  @ApiPropertyOptional({ minimum: 0, maximum: 0.9, default: 0.1, description: 'Share of clients kept out for good' })
  @MayBeLeftOut()
  @IsNumber()
  @Min(0)
  @Max(0.9)
  readonly holdOut?: number;
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 365 }) @IsInt() @Min(1) @Max(365) readonly responseWindowDays: number;
  @ApiPropertyOptional({ minimum: 0, maximum: 0.25, description: 'Least probability of each offer; min(.02, .1 / offers) if left out' })
  @MayBeLeftOut()
  @IsNumber()
  @Min(0)
  @Max(0.25)
  readonly floor?: number;
  @ApiPropertyOptional({ type: PlannedCap, nullable: true, description: 'Most contacts per client in so many days; none if left out' })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PlannedCap)
  readonly contactCap?: PlannedCap | null;
  @ApiPropertyOptional({ default: false, description: 'Draw each client into at most one wave' })
  @MayBeLeftOut()
  @IsBoolean()
  readonly drawOnce?: boolean;
  @ApiProperty({ type: StopRule }) @IsDefined() @IsObject() @ValidateNested() @Type(() => StopRule) readonly stop: StopRule;
  @ApiPropertyOptional({ enum: LAUNCHES, default: 'autopilot' })
  @MayBeLeftOut()
  @IsIn(LAUNCHES)
  readonly launch?: (typeof LAUNCHES)[number];
  @ApiPropertyOptional({ enum: POSTERIORS, default: 'two-way' })
  @MayBeLeftOut()
  @IsIn(POSTERIORS)
  readonly posterior?: (typeof POSTERIORS)[number];
  @ApiPropertyOptional({ minLength: 1, maxLength: 64, description: 'Source of all random draws; the campaign id if left out' })
  @MayBeLeftOut()
  @IsText(64)
  readonly seed?: string;
  @ApiPropertyOptional({
    enum: CONSENTS,
    default: 'required',
    description:
      'Whether a contact must stand on what the law of the client’s country asks for; not-checked is for those who check it elsewhere. Oppositions, restriction, death and closed files always stop',
  })
  @MayBeLeftOut()
  @IsIn(CONSENTS)
  readonly consent?: (typeof CONSENTS)[number];
  @ApiPropertyOptional({ pattern: CODE.source, default: MARKETING, description: 'What clients are addressed for' })
  @MayBeLeftOut()
  @Matches(CODE, { message: '$property must be a code: a letter, then up to 39 letters, digits and hyphens' })
  readonly purpose?: string;
}

export class LaunchCampaign {
  @ApiProperty(idProperty) @IsId() readonly campaignId: string;
}

export class LaunchWave {
  @ApiProperty(idProperty) @IsId() readonly campaignId: string;
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 1000 }) @IsInt() @Min(1) @Max(1000) readonly wave: number;
}

export class ApproveProposal extends LaunchWave {}

export class RejectProposal extends LaunchWave {
  @ApiProperty({ minLength: 1, maxLength: 500 }) @IsText(500) readonly reason: string;
}

export class PauseCampaign {
  @ApiProperty(idProperty) @IsId() readonly campaignId: string;
  @ApiProperty({ minLength: 1, maxLength: 500 }) @IsText(500) readonly reason: string;
}

export class ResumeCampaign extends LaunchCampaign {}

export class CompleteCampaign {
  @ApiProperty(idProperty) @IsId() readonly campaignId: string;
  @ApiProperty({ minLength: 1, maxLength: 500 }) @IsText(500) readonly reason: string;
}

/** Ends the response window of a wave. Comes from the saga. */
export class CloseWave {
  readonly campaignId: string;
  readonly wave: number;
}

/** Comes from the analysis. */
export class RecordAnalysis {
  readonly campaignId: string;
  readonly wave: number;
  readonly analysis: Analysis;
}

/** Comes from the saga of a campaign that a person approves. */
export class ProposeWave {
  readonly campaignId: string;
  readonly wave: number;
}

/** Stops a campaign whose wave could not be targeted. Comes from the saga. */
export class SetWaveAside {
  readonly campaignId: string;
  readonly wave: number;
  readonly reason: string;
}
