import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsNumber, Max, Min } from 'class-validator';
import { currencyProperty, dayProperty, IsCurrency, IsDay, MayBeLeftOut } from '../fields.js';
import { BasketOf, BASKETS } from './baskets.js';
import { FREQUENCY_UNITS, MONETARY_MEASURES, RfmTerms } from './measures.js';
import { ClientScore, Fit } from './scoring.events.js';

const MOST_DAYS = 36_500;
const MOST_CENTS = 1_000_000_000;

/** Orders scores for everybody. */
export class ScoreClients {
  @ApiProperty({ ...dayProperty, description: 'By what was so at the end of this day; today: until now' })
  @IsDay()
  readonly asOf: string;
  @ApiProperty(currencyProperty) @IsCurrency() readonly currency: string;
  @ApiPropertyOptional({
    minimum: 0,
    maximum: 100,
    description: 'Value-added tax, taken off where a purchase says that it is included; it stays in if left out',
    example: 7.7,
  })
  @MayBeLeftOut()
  @IsNumber({ maxDecimalPlaces: 2 })
  @Min(0)
  @Max(100)
  readonly vatPercent?: number;
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MOST_DAYS, description: 'RFM of so many days before; of ever if left out' })
  @MayBeLeftOut()
  @IsInt()
  @Min(1)
  @Max(MOST_DAYS)
  readonly windowDays?: number;
  @ApiPropertyOptional({ enum: FREQUENCY_UNITS, default: 'day', description: 'Whether purchases of one day count once' })
  @MayBeLeftOut()
  @IsIn(FREQUENCY_UNITS)
  readonly frequency?: RfmTerms['frequency'];
  @ApiPropertyOptional({ enum: MONETARY_MEASURES, default: 'total', description: 'Whether M is what all came to, or the mean' })
  @MayBeLeftOut()
  @IsIn(MONETARY_MEASURES)
  readonly monetary?: RfmTerms['monetary'];
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 120, default: 12, description: 'How far ahead purchases are expected' })
  @MayBeLeftOut()
  @IsInt()
  @Min(1)
  @Max(120)
  readonly horizonMonths?: number;
  @ApiPropertyOptional({ minimum: 0, maximum: 100, default: 100, description: 'Share of an amount that is margin' })
  @MayBeLeftOut()
  @IsNumber({ maxDecimalPlaces: 2 })
  @Min(0)
  @Max(100)
  readonly marginPercent?: number;
  @ApiPropertyOptional({ minimum: 0, maximum: 100, default: 10, description: 'Interest of a year, by which later money is worth less' })
  @MayBeLeftOut()
  @IsNumber({ maxDecimalPlaces: 2 })
  @Min(0)
  @Max(100)
  readonly discountPercent?: number;
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: MOST_CENTS,
    default: 0,
    description: 'What contacts with a client cost in a month, in cents',
  })
  @MayBeLeftOut()
  @IsInt()
  @Min(0)
  @Max(MOST_CENTS)
  readonly contactCost?: number;
  @ApiPropertyOptional({ enum: BASKETS, default: 'order', description: 'Bought together: in one order, or ever by one client' })
  @MayBeLeftOut()
  @IsIn(BASKETS)
  readonly basket?: BasketOf;
}

/** Comes from the worker of scorings. */
export class RecordFit {
  readonly scoringId: string;
  readonly run: number;
  readonly position: number;
  readonly fit: Fit;
}

/** Comes from the worker of scorings. */
export class RecordScores {
  readonly scoringId: string;
  readonly run: number;
  readonly chunk: number;
  readonly scores: readonly ClientScore[];
}

/** Comes from the worker of scorings. */
export class CompleteScoring {
  readonly scoringId: string;
  readonly run: number;
}
