import { ApiProperty } from '@nestjs/swagger';
import { IsNumber, Max, Min, ValidateIf } from 'class-validator';
import { DuplicatePolicy } from './duplicate-policy.events.js';
import { CERTAIN } from './likeness.js';

export class SetDuplicatePolicy implements DuplicatePolicy {
  @ApiProperty({
    type: 'number',
    minimum: CERTAIN,
    maximum: 1,
    nullable: true,
    description: 'Clients are merged without asking a person if they are so likely one, or likelier; null: never',
    example: null,
  })
  @ValidateIf((_, value) => value !== null)
  @IsNumber()
  @Min(CERTAIN)
  @Max(1)
  readonly mergeFrom: number | null;
}
