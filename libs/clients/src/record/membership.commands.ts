import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { CODE, dayProperty, idProperty, IsDay, IsId, MayBeLeftOut } from '../fields.js';

const code = (example: string) => ({ pattern: CODE.source, description: 'A code of its catalogue', example });

export class JoinHousehold {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'household-7' }) @IsId() readonly householdId: string;
  @ApiProperty(code('adult')) @Matches(CODE) readonly role: string;
  @ApiProperty({ ...dayProperty, description: 'The first day' }) @IsDay() readonly on: string;
}

export class LeaveHousehold {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...dayProperty, description: 'The last day' }) @IsDay() readonly on: string;
}

export class JoinCompany {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'keller-ag' }) @IsId() readonly companyId: string;
  @ApiProperty(code('buyer')) @Matches(CODE) readonly role: string;
  @ApiProperty({ ...dayProperty, description: 'The first day' }) @IsDay() readonly on: string;
}

export class LeaveCompany {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'keller-ag' }) @IsId() readonly companyId: string;
  @ApiProperty({ ...dayProperty, description: 'The last day' }) @IsDay() readonly on: string;
}

export class AssignAccountOwner {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiPropertyOptional({ ...idProperty, description: 'Nobody if left out', example: 'miller' })
  @MayBeLeftOut()
  @IsId()
  readonly salespersonId?: string;
}

export class AssignPointOfSale {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiPropertyOptional({ ...idProperty, description: 'None if left out', example: 'zurich-hb' })
  @MayBeLeftOut()
  @IsId()
  readonly pointOfSaleId?: string;
}

export class MoveProspect {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty(code('quoted')) @Matches(CODE) readonly stage: string;
  @ApiPropertyOptional(code('call-back')) @MayBeLeftOut() @Matches(CODE) readonly nextStep?: string;
  @ApiPropertyOptional(dayProperty) @MayBeLeftOut() @IsDay() readonly nextOn?: string;
}
