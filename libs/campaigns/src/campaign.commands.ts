import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Filter, filterProblem } from '@boucle/eventsourcing';
import { Channel, CHANNELS, IsId } from '@boucle/clients';
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
  IsString,
  Length,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { Analysis } from './campaign.events.js';

const OBJECTIVES = ['responses', 'profit'] as const;
const REACTIONS = ['response', 'purchase'] as const;
const LAUNCHES = ['autopilot', 'approval'] as const;
const POSTERIORS = ['two-way', 'independent'] as const;
export const MOST_OFFERS = 20;
const MOST_CENTS = 1_000_000_000;

/** Every object already has something under these names, so a record by offer could not tell it from an offer. */
const RESERVED = Object.getOwnPropertyNames(Object.prototype);

const idProperty = { pattern: '^[A-Za-z0-9._-]{1,64}$', example: 'spring' };

const IsFilter = () =>
  ValidateBy({
    name: 'filter',
    validator: {
      validate: (value: unknown) => filterProblem(value) === null,
      defaultMessage: (args) => filterProblem(args?.value, args?.property) ?? '',
    },
  });

export class PlannedOffer {
  @ApiProperty({ minLength: 1, maxLength: 100, example: 'Spring letter' }) @IsString() @Length(1, 100) @IsNotIn(RESERVED) readonly name: string;
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

export class PlannedCap {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 100 }) @IsInt() @Min(1) @Max(100) readonly contacts: number;
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 3650 }) @IsInt() @Min(1) @Max(3650) readonly days: number;
}

export class StopRule {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 1000 }) @IsInt() @Min(1) @Max(1000) readonly waves: number;
  @ApiPropertyOptional({ description: 'Also stop once a winner is named', default: false })
  @IsOptional()
  @IsBoolean()
  readonly whenDecided?: boolean;
}

export class PlanCampaign {
  @ApiProperty(idProperty) @IsId() readonly campaignId: string;
  @ApiProperty({ minLength: 1, maxLength: 200, example: 'Spring sale' }) @IsString() @Length(1, 200) readonly name: string;
  @ApiPropertyOptional({ enum: OBJECTIVES, default: 'responses' })
  @IsOptional()
  @IsIn(OBJECTIVES)
  readonly objective?: (typeof OBJECTIVES)[number];
  @ApiPropertyOptional({ enum: REACTIONS, default: 'response' })
  @IsOptional()
  @IsIn(REACTIONS)
  readonly reaction?: (typeof REACTIONS)[number];
  @ApiProperty({ type: [PlannedOffer], minItems: 2, maxItems: MOST_OFFERS })
  @IsArray()
  @ArrayMinSize(2)
  @ArrayMaxSize(MOST_OFFERS)
  @ArrayUnique((offer: PlannedOffer | null) => offer?.name, { message: 'offers must have different names' })
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => PlannedOffer)
  readonly offers: PlannedOffer[];
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description:
      'Who could be contacted: {field, is, value} with is one of eq, ne, lt, lte, gt, gte, in; or all, any, not of such; everybody if left out',
    example: { field: 'attributes.region', is: 'eq', value: 'north' },
  })
  @IsOptional()
  @IsFilter()
  readonly universe?: Filter | null;
  @ApiPropertyOptional({ type: [String], maxItems: 6, description: 'Attributes whose values make up the cells', default: [] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(6)
  @ArrayUnique()
  @IsString({ each: true })
  @Length(1, 64, { each: true })
  readonly cells?: string[];
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 10_000_000 }) @IsInt() @Min(1) @Max(10_000_000) readonly waveSize: number;
  @ApiPropertyOptional({ minimum: 0, maximum: 0.9, default: 0.1, description: 'Share of clients kept out for good' })
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(0.9)
  readonly holdOut?: number;
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 365 }) @IsInt() @Min(1) @Max(365) readonly responseWindowDays: number;
  @ApiPropertyOptional({ minimum: 0, maximum: 0.25, description: 'Least probability of each offer; min(.02, .1 / offers) if left out' })
  @IsOptional()
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
  @IsOptional()
  @IsBoolean()
  readonly drawOnce?: boolean;
  @ApiProperty({ type: StopRule }) @IsDefined() @IsObject() @ValidateNested() @Type(() => StopRule) readonly stop: StopRule;
  @ApiPropertyOptional({ enum: LAUNCHES, default: 'autopilot' }) @IsOptional() @IsIn(LAUNCHES) readonly launch?: (typeof LAUNCHES)[number];
  @ApiPropertyOptional({ enum: POSTERIORS, default: 'two-way' })
  @IsOptional()
  @IsIn(POSTERIORS)
  readonly posterior?: (typeof POSTERIORS)[number];
  @ApiPropertyOptional({ minLength: 1, maxLength: 64, description: 'Source of all random draws; the campaign id if left out' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  readonly seed?: string;
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
  @ApiProperty({ minLength: 1, maxLength: 500 }) @IsString() @Length(1, 500) readonly reason: string;
}

export class PauseCampaign {
  @ApiProperty(idProperty) @IsId() readonly campaignId: string;
  @ApiProperty({ minLength: 1, maxLength: 500 }) @IsString() @Length(1, 500) readonly reason: string;
}

export class ResumeCampaign extends LaunchCampaign {}

export class CompleteCampaign {
  @ApiProperty(idProperty) @IsId() readonly campaignId: string;
  @ApiProperty({ minLength: 1, maxLength: 500 }) @IsString() @Length(1, 500) readonly reason: string;
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
