import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsISO31661Alpha2,
  IsNumber,
  IsObject,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { CODE, dayProperty, idProperty, IsDay, IsId, IsWord, MayBeLeftOut, wordProperty } from '../fields.js';
import { AddressFields } from '../person/person.commands.js';
import { Area, CompanyFacts, PointOfSaleFacts, SalespersonIdentity } from './record.events.js';

const MOST_AREAS = 1000;
const MOST_STAFF = 10_000_000;
const POSTAL = /^[A-Z0-9 -]{0,12}$/;

const code = (example: string) => ({ pattern: CODE.source, description: 'A code of its catalogue', example });

export class CompanyFields implements CompanyFacts {
  @ApiProperty(wordProperty(200, 'Keller AG')) @IsWord(1, 200) readonly legalName: string;
  @ApiPropertyOptional(code('retail')) @MayBeLeftOut() @Matches(CODE) readonly sector?: string;
  @ApiPropertyOptional(code('baker')) @MayBeLeftOut() @Matches(CODE) readonly trade?: string;
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: MOST_STAFF, example: 12 })
  @MayBeLeftOut()
  @IsInt()
  @Min(0)
  @Max(MOST_STAFF)
  readonly headcount?: number;
  @ApiPropertyOptional({ ...idProperty, description: 'The company that it belongs to', example: 'keller-holding' })
  @MayBeLeftOut()
  @IsId()
  readonly parentId?: string;
  @ApiPropertyOptional({ type: AddressFields })
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => AddressFields)
  readonly address?: AddressFields;
}

export class Coordinates {
  @ApiProperty({ minimum: -90, maximum: 90, example: 47.3769 }) @IsNumber() @Min(-90) @Max(90) readonly latitude: number;
  @ApiProperty({ minimum: -180, maximum: 180, example: 8.5417 }) @IsNumber() @Min(-180) @Max(180) readonly longitude: number;
}

export class PointOfSaleFields implements PointOfSaleFacts {
  @ApiProperty(wordProperty(200, 'Zürich Bahnhof')) @IsWord(1, 200) readonly name: string;
  @ApiProperty(code('shop')) @Matches(CODE) readonly kind: string;
  @ApiPropertyOptional({ type: AddressFields })
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => AddressFields)
  readonly address?: AddressFields;
  @ApiPropertyOptional({ type: Coordinates })
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => Coordinates)
  readonly coordinates?: Coordinates;
}

export class AreaFields implements Area {
  @ApiProperty({ pattern: '^[A-Z]{2}$', example: 'CH' })
  @IsISO31661Alpha2({ message: '$property must be a country code of two capital letters' })
  readonly country: string;
  @ApiProperty({ pattern: POSTAL.source, description: 'What its postal codes begin with; nothing for the whole country', example: '80' })
  @Matches(POSTAL)
  readonly postalCodes: string;
}

export class SalespersonFields implements SalespersonIdentity {
  @ApiProperty(wordProperty(100, 'Eva Miller')) @IsWord(1, 100) readonly name: string;
  @ApiPropertyOptional(wordProperty(254, 'miller@example.org')) @MayBeLeftOut() @IsWord(3, 254) readonly email?: string;
  @ApiPropertyOptional(wordProperty(40, '+41 79 123 45 67')) @MayBeLeftOut() @IsWord(3, 40) readonly phone?: string;
}

export class DescribeCompany {
  @ApiProperty(idProperty) @IsId() readonly companyId: string;
  readonly company: CompanyFacts;
}

export class CloseCompany {
  @ApiProperty(idProperty) @IsId() readonly companyId: string;
}

export class DescribePointOfSale {
  @ApiProperty(idProperty) @IsId() readonly pointOfSaleId: string;
  readonly pointOfSale: PointOfSaleFacts;
}

export class ClosePointOfSale {
  @ApiProperty(idProperty) @IsId() readonly pointOfSaleId: string;
}

export class DescribeSalesperson {
  @ApiProperty(idProperty) @IsId() readonly salespersonId: string;
  @ApiProperty({ enum: ['salesperson', 'agent'] }) @IsIn(['salesperson', 'agent']) readonly kind: 'salesperson' | 'agent';
  @ApiProperty({ type: [AreaFields], maxItems: MOST_AREAS })
  @IsArray()
  @ArrayMaxSize(MOST_AREAS)
  @ValidateNested({ each: true })
  @Type(() => AreaFields)
  readonly areas: readonly AreaFields[];
  @ApiProperty({ type: SalespersonFields }) @IsObject() @ValidateNested() @Type(() => SalespersonFields) readonly person: SalespersonFields;
}

export class StateAbsence {
  @ApiProperty(idProperty) @IsId() readonly salespersonId: string;
  @ApiProperty({ ...dayProperty, description: 'The first day' }) @IsDay() readonly from: string;
  @ApiProperty({ ...dayProperty, description: 'The last day' }) @IsDay() readonly until: string;
  @ApiPropertyOptional({ ...idProperty, description: 'The salesperson who stands in', example: 'jones' })
  @MayBeLeftOut()
  @IsId()
  readonly deputyId?: string;
}

export class HandOverPortfolio {
  @ApiProperty(idProperty) @IsId() readonly salespersonId: string;
  @ApiProperty({ ...idProperty, example: 'jones' }) @IsId() readonly toSalespersonId: string;
}

export class AddressHousehold {
  @ApiProperty(idProperty) @IsId() readonly householdId: string;
  @ApiPropertyOptional({ ...idProperty, description: 'The member who gets the mail of all; each his own if left out' })
  @MayBeLeftOut()
  @IsId()
  readonly addressee?: string;
  @ApiPropertyOptional(code('family')) @MayBeLeftOut() @Matches(CODE) readonly salutation?: string;
}
