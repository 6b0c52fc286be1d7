import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsInt, IsObject, Matches, Max, Min, ValidateIf, ValidateNested } from 'class-validator';
import { ID, idProperty } from '../fields.js';
import { ForgettingPolicy, Kept } from './forgetting-policy.events.js';

const MOST_MONTHS = 600;
const MOST_DAYS = 3650;
const MOST_SUBSCRIBERS = 100;

const monthsProperty = { type: 'integer' as const, minimum: 1, maximum: MOST_MONTHS, example: 36 };
const IsMonths = (): PropertyDecorator => (target, name) => [IsInt(), Min(1), Max(MOST_MONTHS)].forEach((rule) => rule(target, name));

export class RetentionMonths implements Record<Kept, number> {
  @ApiProperty({ ...monthsProperty, description: 'Who has not bought anything' }) @IsMonths() readonly prospects: number;
  @ApiProperty({ ...monthsProperty, description: 'Who has' }) @IsMonths() readonly clients: number;
  @ApiProperty({ ...monthsProperty, description: 'Consents' }) @IsMonths() readonly consents: number;
  @ApiProperty({ ...monthsProperty, description: "Children's birth years" }) @IsMonths() readonly children: number;
}

export class SetForgettingPolicy implements ForgettingPolicy {
  @ApiProperty({ type: RetentionMonths, description: 'Months after the last contact that the person made' })
  @IsObject()
  @ValidateNested()
  @Type(() => RetentionMonths)
  readonly months: RetentionMonths;
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: MOST_DAYS,
    nullable: true,
    description: 'Days after which a proposal is carried out by itself; null: never',
    example: null,
  })
  @ValidateIf((_, value) => value !== null)
  @IsInt()
  @Min(0)
  @Max(MOST_DAYS)
  readonly automaticAfterDays: number | null;
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    maximum: MOST_DAYS,
    description: 'Days after which uploads, rejected rows and exports are removed',
    example: 30,
  })
  @IsInt()
  @Min(1)
  @Max(MOST_DAYS)
  readonly filesAfterDays: number;
  @ApiProperty({
    type: 'array',
    maxItems: MOST_SUBSCRIBERS,
    uniqueItems: true,
    items: { type: 'string', ...idProperty, example: 'mail-house' },
    description: 'Those, besides webhooks, who must say that they have forgotten an erased client',
  })
  @IsArray()
  @ArrayMaxSize(MOST_SUBSCRIBERS)
  @ArrayUnique()
  @Matches(ID, { each: true })
  readonly subscribers: readonly string[];
  @ApiProperty({ type: 'integer', minimum: 0, maximum: MOST_DAYS, example: 30 })
  @IsInt()
  @Min(0)
  @Max(MOST_DAYS)
  readonly acknowledgeWithinDays: number;
}
