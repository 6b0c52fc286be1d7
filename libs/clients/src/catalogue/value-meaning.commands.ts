import { ApiProperty } from '@nestjs/swagger';
import { ValidateIf } from 'class-validator';
import { CODE, idProperty, IsCode, IsId } from '../fields.js';

/** Says what a value means that waits. The edge adds where it waits. */
export class MapWaitingValue {
  @ApiProperty(idProperty) @IsId() readonly valueId: string;
  readonly source: string;
  readonly field: string;
  readonly catalogue: string;
  @ApiProperty({
    type: 'string',
    pattern: CODE.source,
    nullable: true,
    description: 'A code of its catalogue; null: leave it out',
    example: 'ms',
  })
  @ValidateIf(({ code }: { code?: unknown }) => code !== null)
  @IsCode()
  readonly code: string | null;
}
