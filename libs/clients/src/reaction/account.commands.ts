import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
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
  IsWord,
  MayBeLeftOut,
  whenProperty,
  wordProperty,
} from '../fields.js';
import { RecordPurchase } from '../purchase/purchase.commands.js';

const WORST_REMINDER = 9;

export class PlaceOrder extends PickType(RecordPurchase, [
  'clientId',
  'currency',
  'lines',
  'salesChannel',
  'pointOfSaleId',
  'orderNumber',
  'occurredAt',
] as const) {
  @ApiProperty({ ...idProperty, example: 'placed-9' }) @IsId() readonly orderId: string;
  @ApiProperty({ ...centsProperty, description: 'In cents: that of the lines, if there are any' }) @IsCents() readonly amount: number;
}

export class CancelOrder {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty(idProperty) @IsId() readonly orderId: string;
  @ApiPropertyOptional(codeProperty('too-late')) @MayBeLeftOut() @IsCode() readonly reason?: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

export class IssueInvoice {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'invoice-1' }) @IsId() readonly invoiceId: string;
  @ApiPropertyOptional({ ...idProperty, example: 'order-1001' }) @MayBeLeftOut() @IsId() readonly purchaseId?: string;
  @ApiPropertyOptional({ ...idProperty, example: 'contract-1' }) @MayBeLeftOut() @IsId() readonly contractId?: string;
  @ApiProperty(centsProperty) @IsCents() readonly amount: number;
  @ApiProperty(currencyProperty) @IsCurrency() readonly currency: string;
  @ApiPropertyOptional(dayProperty) @MayBeLeftOut() @IsDay() readonly dueOn?: string;
  @ApiPropertyOptional({ ...wordProperty(64, 'R-2026/0815'), description: 'Its number in another system. Personal: sealed in the log' })
  @MayBeLeftOut()
  @IsWord(1, 64)
  readonly invoiceNumber?: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

export class RecordPayment {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'payment-1' }) @IsId() readonly paymentId: string;
  @ApiPropertyOptional({ ...idProperty, description: 'If left out, it is paid on account', example: 'invoice-1' })
  @MayBeLeftOut()
  @IsId()
  readonly invoiceId?: string;
  @ApiProperty(centsProperty) @IsCents() readonly amount: number;
  @ApiProperty(currencyProperty) @IsCurrency() readonly currency: string;
  @ApiPropertyOptional({ ...codeProperty('transfer'), description: 'A code of its catalogue; a credit note is one too' })
  @MayBeLeftOut()
  @IsCode()
  readonly means?: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

export class RecordReminder {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty(idProperty) @IsId() readonly invoiceId: string;
  @ApiProperty({ ...idProperty, example: 'reminder-1' }) @IsId() readonly reminderId: string;
  @ApiProperty({ type: 'integer', minimum: 1, maximum: WORST_REMINDER, example: 1 })
  @IsInt()
  @Min(1)
  @Max(WORST_REMINDER)
  readonly level: number;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

export class ReportOpenBalance {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({
    type: 'integer',
    minimum: Number.MIN_SAFE_INTEGER,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'In cents; below nought: what we owe him',
    example: 4990,
  })
  @IsInt()
  @Min(Number.MIN_SAFE_INTEGER)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly amount: number;
  @ApiProperty(currencyProperty) @IsCurrency() readonly currency: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}
