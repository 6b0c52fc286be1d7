import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import { idProperty, IsId } from '@boucle/clients';
import { MappingFields } from './import.commands.js';

export class DescribeMapping {
  @ApiProperty({ ...idProperty, example: 'orders' }) @IsId() readonly mappingId: string;
  @ApiProperty({ type: MappingFields }) @IsObject() @ValidateNested() @Type(() => MappingFields) readonly mapping: MappingFields;
}
