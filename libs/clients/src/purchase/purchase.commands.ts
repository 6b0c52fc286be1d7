import { ApiProperty, ApiPropertyOptional, ApiPropertyOptions } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, IsInt, IsNumber, IsObject, Max, Min, ValidateNested } from 'class-validator';
import {
  centsProperty,
  codeProperty,
  currencyProperty,
  idProperty,
  IsCents,
  IsCode,
  IsCurrency,
  IsId,
  IsInstant,
  IsWord,
  MayBeLeftOut,
  whenProperty,
  wordProperty,
} from '../fields.js';

const MOST_LINES = 500;
/** The longest text of a line. */
export const LONGEST_LINE_TEXT = 100;
const MOST = 1_000_000_000;

const priceProperty = { type: 'integer' as const, minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
const IsPrice = (): PropertyDecorator => (target, property) => {
  for (const rule of [IsInt(), Min(Number.MIN_SAFE_INTEGER), Max(Number.MAX_SAFE_INTEGER)]) rule(target, property);
};

/** One line of a purchase or return. */
export class LineFields {
  @ApiPropertyOptional({ ...idProperty, description: 'The article; one that is not known is listed', example: 'mug-7' })
  @MayBeLeftOut()
  @IsId()
  readonly articleId?: string;
  @ApiPropertyOptional({ ...idProperty, example: 'blue' }) @MayBeLeftOut() @IsId() readonly variantId?: string;
  @ApiPropertyOptional({ ...wordProperty(LONGEST_LINE_TEXT, 'Mug, blue'), description: 'What the till calls it; nothing about a person' })
  @MayBeLeftOut()
  @IsWord(1, LONGEST_LINE_TEXT)
  readonly text?: string;
  @ApiProperty({ minimum: 0, maximum: MOST, description: 'With at most three decimals', example: 2 })
  @IsNumber()
  @Min(0)
  @Max(MOST)
  readonly quantity: number;
  @ApiProperty({ ...priceProperty, description: 'In cents, below nought for what is taken off', example: 1250 })
  @IsPrice()
  readonly unitPrice: number;
  @ApiPropertyOptional({
    ...priceProperty,
    description: 'In cents; if stated, it must be quantity × unit price, rounded half away from zero, and 0 for a gift',
    example: 2500,
  })
  @MayBeLeftOut()
  @IsPrice()
  readonly amount?: number;
  @ApiPropertyOptional({ ...idProperty, description: 'One of its catalogue, once that has any', example: 'spring-sale' })
  @MayBeLeftOut()
  @IsId()
  readonly promotion?: string;
  @ApiPropertyOptional({ ...idProperty, description: 'A code that many have', example: 'SPRING10' })
  @MayBeLeftOut()
  @IsId()
  readonly coupon?: string;
  @ApiPropertyOptional({ description: 'Given free: counts for nothing, whatever its price' })
  @MayBeLeftOut()
  @IsBoolean()
  readonly gift?: boolean;
}

const linesProperty: ApiPropertyOptions = { type: [LineFields], minItems: 1, maxItems: MOST_LINES };
const AreLines = (): PropertyDecorator => (target, property) => {
  const rules = [
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(MOST_LINES),
    IsObject({ each: true }),
    ValidateNested({ each: true }),
    Type(() => LineFields),
  ];
  for (const rule of rules) rule(target, property);
};

export class RecordPurchase {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'order-1001' }) @IsId() readonly purchaseId: string;
  @ApiProperty({ ...centsProperty, description: 'In cents: the lines, if there are any, less the discount; without freight' })
  @IsCents()
  readonly amount: number;
  @ApiProperty(currencyProperty) @IsCurrency() readonly currency: string;
  @ApiPropertyOptional(linesProperty) @MayBeLeftOut() @AreLines() readonly lines?: readonly LineFields[];
  @ApiPropertyOptional({ ...centsProperty, description: 'In cents, taken off the lines', example: 0 })
  @MayBeLeftOut()
  @IsCents()
  readonly discount?: number;
  @ApiPropertyOptional({ ...centsProperty, description: 'In cents, not part of the amount', example: 690 })
  @MayBeLeftOut()
  @IsCents()
  readonly freight?: number;
  @ApiPropertyOptional({ description: 'Whether the amounts include value added tax' })
  @MayBeLeftOut()
  @IsBoolean()
  readonly vatIncluded?: boolean;
  @ApiPropertyOptional(codeProperty('web')) @MayBeLeftOut() @IsCode() readonly salesChannel?: string;
  @ApiPropertyOptional({ ...idProperty, example: 'shop-3' }) @MayBeLeftOut() @IsId() readonly pointOfSaleId?: string;
  @ApiPropertyOptional({ ...idProperty, description: 'The order that it carries out', example: 'placed-9' })
  @MayBeLeftOut()
  @IsId()
  readonly orderId?: string;
  @ApiPropertyOptional({ ...wordProperty(64, 'B-2026/0815'), description: 'Its number in another system. Personal: sealed in the log' })
  @MayBeLeftOut()
  @IsWord(1, 64)
  readonly orderNumber?: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

const reasonProperty = codeProperty('too-small');

/** A return of a purchase that is not known stands alone. */
export class ReturnPurchase {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'return-1' }) @IsId() readonly returnId: string;
  @ApiPropertyOptional({ ...idProperty, description: 'What is given back', example: 'order-1001' })
  @MayBeLeftOut()
  @IsId()
  readonly purchaseId?: string;
  @ApiPropertyOptional({ ...centsProperty, description: 'In cents; if left out, that of the lines, or all that is left of the purchase' })
  @MayBeLeftOut()
  @IsCents()
  readonly amount?: number;
  @ApiPropertyOptional({ ...currencyProperty, description: 'ISO 4217; if left out, that of the purchase' })
  @MayBeLeftOut()
  @IsCurrency()
  readonly currency?: string;
  @ApiPropertyOptional(linesProperty) @MayBeLeftOut() @AreLines() readonly lines?: readonly LineFields[];
  @ApiPropertyOptional(reasonProperty) @MayBeLeftOut() @IsCode() readonly reason?: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

export class CancelPurchase {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty(idProperty) @IsId() readonly purchaseId: string;
  @ApiPropertyOptional(reasonProperty) @MayBeLeftOut() @IsCode() readonly reason?: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

export class RefuseDelivery {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty(idProperty) @IsId() readonly purchaseId: string;
  @ApiPropertyOptional(reasonProperty) @MayBeLeftOut() @IsCode() readonly reason?: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}
