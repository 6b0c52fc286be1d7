import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsNumber, Max, Min } from 'class-validator';
import { LifeCyclePolicy } from './life-cycle-policy.events.js';

const IsCount = (minimum: number, maximum: number, description: string, example: number): PropertyDecorator => {
  const rules = [ApiProperty({ type: 'integer', minimum, maximum, description, example }), IsInt(), Min(minimum), Max(maximum)];
  return (target, name) => rules.forEach((rule) => rule(target, name));
};

const IsMultiple = (description: string, example: number): PropertyDecorator => {
  const [minimum, maximum] = [0, 100];
  const rules = [ApiProperty({ type: 'number', minimum, maximum, description, example }), IsNumber(), Min(minimum), Max(maximum)];
  return (target, name) => rules.forEach((rule) => rule(target, name));
};

export class SetLifeCyclePolicy implements LifeCyclePolicy {
  @IsCount(1, 36_500, 'Days without a kept purchase after which somebody has lapsed', 365) readonly lapseDays: number;
  @IsMultiple('Or so many of his own mean gaps between days of purchase, if that is longer', 3) readonly lapseGaps: number;
  @IsCount(1, 1000, 'Unanswered solicitations since the last purchase that make who has lapsed inactive', 3) readonly unanswered: number;
  @IsCount(1, 1200, 'Months without a solicitation that make who has lapsed a former client', 24) readonly unsolicitedMonths: number;
  @IsCount(1, 36_500, 'Days for which who asked for something is a hot prospect', 90) readonly interestDays: number;
  @IsCount(2, 1000, 'Days of purchase of a regular buyer, at least', 3) readonly regularDays: number;
  @IsMultiple('Standard deviation of his gaps, at most, as a multiple of their mean', 1) readonly regularVariation: number;
  @IsMultiple('Mean gaps since his last purchase, at most', 2) readonly regularGaps: number;
}
