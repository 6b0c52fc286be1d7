import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMinSize, ArrayUnique, IsArray, IsIn, IsInt, IsNumber, Max, Min } from 'class-validator';
import { ID, IsId, IsWord, MayBeLeftOut, wordProperty } from '../fields.js';
import { LIFE_CYCLE_CLASSES, LifeCycleClass } from '../life-cycle/life-cycle.events.js';
import { CROSSING_DIRECTIONS, CROSSING_SCORES, CrossingScore, INDICATOR_KINDS, IndicatorKind } from './indicator.events.js';

const AreClasses = (description: string): PropertyDecorator => {
  const rules = [
    ApiPropertyOptional({
      type: 'array',
      items: { type: 'string', enum: [...LIFE_CYCLE_CLASSES] },
      minItems: 1,
      uniqueItems: true,
      description,
    }),
    MayBeLeftOut(),
    IsArray(),
    ArrayMinSize(1),
    ArrayUnique(),
    IsIn(LIFE_CYCLE_CLASSES, { each: true, message: `each of $property must be one of ${LIFE_CYCLE_CLASSES.join(', ')}` }),
  ];
  return (target, name) => rules.forEach((rule) => rule(target, name));
};

const MOST_DAYS = 365;

/** What an indicator waits for, and what people call it. */
export class IndicatorWish {
  @ApiProperty({ ...wordProperty(100, 'Birthday in a week'), description: 'Never the name of a person' })
  @IsWord(1, 100)
  readonly name: string;
  @ApiProperty({ enum: INDICATOR_KINDS }) @IsIn(INDICATOR_KINDS) readonly kind: IndicatorKind;
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: MOST_DAYS, description: 'Of birthday and contract-end' })
  @MayBeLeftOut()
  @IsInt()
  @Min(0)
  @Max(MOST_DAYS)
  readonly daysAhead?: number;
  @AreClasses('Of class: whom it leaves; any if left out') readonly from?: LifeCycleClass[];
  @AreClasses('Of class: where it leads; any if left out') readonly to?: LifeCycleClass[];
  @ApiPropertyOptional({ enum: CROSSING_SCORES, description: 'Of score; lifetimeValue is in cents' })
  @MayBeLeftOut()
  @IsIn(CROSSING_SCORES)
  readonly score?: CrossingScore;
  @ApiPropertyOptional({ enum: CROSSING_DIRECTIONS, description: 'Of score: rises to the threshold or above, or falls below it' })
  @MayBeLeftOut()
  @IsIn(CROSSING_DIRECTIONS)
  readonly direction?: (typeof CROSSING_DIRECTIONS)[number];
  @ApiPropertyOptional({ type: 'number', description: 'Of score' }) @MayBeLeftOut() @IsNumber() readonly threshold?: number;
  @ApiPropertyOptional({ pattern: ID.source, description: 'Of segment-entered and segment-left' })
  @MayBeLeftOut()
  @IsId()
  readonly segmentId?: string;
}

export class DeclareIndicator extends IndicatorWish {
  readonly indicatorId: string;
}

export class RetireIndicator {
  readonly indicatorId: string;
}

/** Comes from who watches for it only. */
export class RaiseIndicator {
  readonly clientId: string;
  readonly indicatorId: string;
  readonly version: number;
  readonly kind: IndicatorKind;
  readonly occasion: string;
}
