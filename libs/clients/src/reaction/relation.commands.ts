import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import {
  centsProperty,
  codeProperty,
  currencyProperty,
  dayProperty,
  idProperty,
  IsCents,
  IsCode,
  IsCurrency,
  IsDay,
  IsId,
  IsInstant,
  IsNote,
  IsWord,
  MayBeLeftOut,
  noteProperty,
  whenProperty,
  wordProperty,
} from '../fields.js';
import { CONTRACT_KINDS, CONTRACT_SIDES, ContractKind, ContractSide } from './relation.events.js';

const numberProperty = (example: string) => ({
  ...wordProperty(64, example),
  description: 'Its number in another system. Personal: sealed in the log',
});
const lastDayProperty = { ...dayProperty, description: 'The last day; without an end if left out' };

export class StartContract {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'contract-1' }) @IsId() readonly contractId: string;
  @ApiProperty({ enum: CONTRACT_KINDS }) @IsIn(CONTRACT_KINDS) readonly kind: ContractKind;
  @ApiPropertyOptional({ ...idProperty, example: 'gazette' }) @MayBeLeftOut() @IsId() readonly articleId?: string;
  @ApiPropertyOptional({ ...centsProperty, description: 'In cents, per period; with its currency' })
  @MayBeLeftOut()
  @IsCents()
  readonly amount?: number;
  @ApiPropertyOptional(currencyProperty) @MayBeLeftOut() @IsCurrency() readonly currency?: string;
  @ApiProperty(dayProperty) @IsDay() readonly startsOn: string;
  @ApiPropertyOptional(lastDayProperty) @MayBeLeftOut() @IsDay() readonly endsOn?: string;
  @ApiPropertyOptional(numberProperty('V-0815')) @MayBeLeftOut() @IsWord(1, 64) readonly contractNumber?: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

export class RenewContract {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty(idProperty) @IsId() readonly contractId: string;
  @ApiPropertyOptional(lastDayProperty) @MayBeLeftOut() @IsDay() readonly endsOn?: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

export class GiveNotice {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty(idProperty) @IsId() readonly contractId: string;
  @ApiProperty({ enum: CONTRACT_SIDES }) @IsIn(CONTRACT_SIDES) readonly by: ContractSide;
  @ApiProperty({ ...dayProperty, description: 'The last day' }) @IsDay() readonly endsOn: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

export class EndContract {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty(idProperty) @IsId() readonly contractId: string;
  @ApiProperty({ ...dayProperty, description: 'The last day' }) @IsDay() readonly on: string;
  @ApiPropertyOptional(codeProperty('too-dear')) @MayBeLeftOut() @IsCode() readonly reason?: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

export class JoinClub {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'membership-1' }) @IsId() readonly membershipId: string;
  @ApiProperty({ ...idProperty, example: 'wine-club' }) @IsId() readonly clubId: string;
  @ApiPropertyOptional(codeProperty('gold')) @MayBeLeftOut() @IsCode() readonly level?: string;
  @ApiPropertyOptional(numberProperty('M-0815')) @MayBeLeftOut() @IsWord(1, 64) readonly cardNumber?: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

export class LeaveClub {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty(idProperty) @IsId() readonly membershipId: string;
  @ApiPropertyOptional(codeProperty('moved')) @MayBeLeftOut() @IsCode() readonly reason?: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

export class OpenCase {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'case-1' }) @IsId() readonly caseId: string;
  @ApiProperty(codeProperty('repair')) @IsCode() readonly subject: string;
  @ApiPropertyOptional({ ...idProperty, example: 'order-1001' }) @MayBeLeftOut() @IsId() readonly purchaseId?: string;
  @ApiPropertyOptional({ ...idProperty, example: 'mug-7' }) @MayBeLeftOut() @IsId() readonly articleId?: string;
  @ApiPropertyOptional(noteProperty) @MayBeLeftOut() @IsNote() readonly text?: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

export class CloseCase {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty(idProperty) @IsId() readonly caseId: string;
  @ApiPropertyOptional(codeProperty('repaired')) @MayBeLeftOut() @IsCode() readonly outcome?: string;
  @ApiPropertyOptional(noteProperty) @MayBeLeftOut() @IsNote() readonly text?: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}
