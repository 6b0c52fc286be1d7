import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { currencyProperty, dayProperty, idProperty, IsCurrency, IsDay, IsId } from '../fields.js';

const RATE = /^(?=.*[1-9])(0|[1-9]\d{0,8})(\.\d{1,12})?$/;

/** Sent again for the same day with another rate, it corrects. */
export class StateDayRate {
  @ApiProperty(currencyProperty) @IsCurrency() readonly currency: string;
  @ApiProperty({ ...currencyProperty, example: 'CHF' }) @IsCurrency() readonly toCurrency: string;
  @ApiProperty(dayProperty) @IsDay() readonly day: string;
  @ApiProperty({
    pattern: RATE.source,
    description: 'What one unit of the currency is worth in the other, as a decimal text',
    example: '0.9412',
  })
  @Matches(RATE, {
    message: '$property must be a decimal text above nought such as "0.9412", with at most 9 digits before and 12 behind the point',
  })
  readonly rate: string;
  @ApiProperty({ ...idProperty, description: 'Whose rate it is', example: 'ecb' }) @IsId() readonly source: string;
}
