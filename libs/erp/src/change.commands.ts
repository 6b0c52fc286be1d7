import { ApiProperty, ApiPropertyOptional, OmitType, PickType } from '@nestjs/swagger';
import {
  AddressFields,
  codeProperty,
  DescribeArticle,
  idProperty,
  IsCode,
  IsId,
  IssueInvoice,
  IsWord,
  LineFields,
  MayBeLeftOut,
  RecordPayment,
  RecordPurchase,
  RegistrationFields,
  ReturnPurchase,
  wordProperty,
} from '@boucle/clients';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  isEmail,
  IsIn,
  IsInt,
  IsISO31661Alpha2,
  IsObject,
  Max,
  Min,
  ValidateBy,
  ValidateNested,
} from 'class-validator';

const MOST_LINES = 500;
const LAST_LINE = 1_000_000_000;

/** How far an order has come. */
export const ORDER_STATES = ['placed', 'delivered', 'cancelled', 'refused'] as const;
export type OrderState = (typeof ORDER_STATES)[number];

const numberProperty = (example: string) => ({
  ...wordProperty(64, example),
  description: 'As the ERP has it. Personal: sealed in the log',
});
const IsNumberOfErp = () => IsWord(1, 64);

const IsEmailAddress = () =>
  ValidateBy({
    name: 'email',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && isEmail(value),
      defaultMessage: () => '$property must be an e-mail address',
    },
  });

/** A customer as the ERP has him now; what is left out stays as it is. */
export class ChangedCustomer extends PickType(RegistrationFields, ['person', 'origin', 'attributes'] as const) {
  @ApiProperty({ enum: ['customer'] }) @IsIn(['customer']) readonly record: 'customer';
  @ApiProperty(numberProperty('4711')) @IsNumberOfErp() readonly customer: string;
  @ApiPropertyOptional({ type: AddressFields, description: 'The one that the ERP delivers to' })
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => AddressFields)
  readonly address?: AddressFields;
  @ApiPropertyOptional({ format: 'email', maxLength: 254 }) @MayBeLeftOut() @IsEmailAddress() readonly email?: string;
  @ApiPropertyOptional({ ...wordProperty(40, '079 123 45 67') }) @MayBeLeftOut() @IsWord(1, 40) readonly phone?: string;
  @ApiPropertyOptional({
    pattern: '^[A-Z]{2}$',
    description: 'Where a number without a country code belongs; that of the address if left out',
  })
  @MayBeLeftOut()
  @IsISO31661Alpha2({ message: '$property must be a country code of two capital letters' })
  readonly phoneCountry?: string;
  @ApiPropertyOptional({ description: 'Whether the ERP keeps him on' }) @MayBeLeftOut() @IsBoolean() readonly closed?: boolean;
  @ApiPropertyOptional({ description: 'Whether he gets nothing on credit' }) @MayBeLeftOut() @IsBoolean() readonly creditBlocked?: boolean;
}

/** A line of an order, by its number. */
export class NumberedLine extends LineFields {
  @ApiProperty({ type: 'integer', minimum: 1, maximum: LAST_LINE, example: 10 }) @IsInt() @Min(1) @Max(LAST_LINE) readonly line: number;
}

/** Numbers of lines stand for one line each. */
const AreNumberedLines = (): PropertyDecorator => (target, property) => {
  const rules = [
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(MOST_LINES),
    ArrayUnique(({ line }: NumberedLine) => line, { message: 'each of $property must have a number of its own in line' }),
    IsObject({ each: true }),
    ValidateNested({ each: true }),
    Type(() => NumberedLine),
  ];
  for (const rule of rules) rule(target, property);
};

/** An order of a customer: as it was placed, delivered, cancelled or refused. */
export class ChangedOrder extends PickType(RecordPurchase, [
  'amount',
  'currency',
  'discount',
  'freight',
  'vatIncluded',
  'salesChannel',
  'pointOfSaleId',
  'occurredAt',
] as const) {
  @ApiProperty({ enum: ['order'] }) @IsIn(['order']) readonly record: 'order';
  @ApiProperty(numberProperty('4711')) @IsNumberOfErp() readonly customer: string;
  @ApiProperty(numberProperty('B-2026/0815')) @IsNumberOfErp() readonly order: string;
  @ApiProperty({ enum: ORDER_STATES }) @IsIn(ORDER_STATES) readonly state: OrderState;
  @ApiPropertyOptional({ type: [NumberedLine], minItems: 1, maxItems: MOST_LINES })
  @MayBeLeftOut()
  @AreNumberedLines()
  readonly lines?: readonly NumberedLine[];
  @ApiPropertyOptional(codeProperty('too-late')) @MayBeLeftOut() @IsCode() readonly reason?: string;
}

export class ChangedInvoice extends PickType(IssueInvoice, ['amount', 'currency', 'dueOn', 'occurredAt'] as const) {
  @ApiProperty({ enum: ['invoice'] }) @IsIn(['invoice']) readonly record: 'invoice';
  @ApiProperty(numberProperty('4711')) @IsNumberOfErp() readonly customer: string;
  @ApiProperty(numberProperty('R-2026/0815')) @IsNumberOfErp() readonly invoice: string;
  @ApiPropertyOptional(numberProperty('B-2026/0815')) @MayBeLeftOut() @IsNumberOfErp() readonly order?: string;
}

export class ChangedPayment extends PickType(RecordPayment, ['amount', 'currency', 'means', 'occurredAt'] as const) {
  @ApiProperty({ enum: ['payment'] }) @IsIn(['payment']) readonly record: 'payment';
  @ApiProperty(numberProperty('4711')) @IsNumberOfErp() readonly customer: string;
  @ApiProperty(numberProperty('Z-99')) @IsNumberOfErp() readonly payment: string;
  @ApiPropertyOptional({ ...numberProperty('R-2026/0815'), description: 'On account if left out' })
  @MayBeLeftOut()
  @IsNumberOfErp()
  readonly invoice?: string;
}

/** What a customer gave back of an order; if it names no order, it stands alone. */
export class ChangedReturn extends PickType(ReturnPurchase, ['amount', 'currency', 'lines', 'reason', 'occurredAt'] as const) {
  @ApiProperty({ enum: ['return'] }) @IsIn(['return']) readonly record: 'return';
  @ApiProperty(numberProperty('4711')) @IsNumberOfErp() readonly customer: string;
  @ApiProperty(numberProperty('RT-7')) @IsNumberOfErp() readonly return: string;
  @ApiPropertyOptional(numberProperty('B-2026/0815')) @MayBeLeftOut() @IsNumberOfErp() readonly order?: string;
}

export class ChangedArticle extends OmitType(DescribeArticle, ['articleId'] as const) {
  @ApiProperty({ enum: ['article'] }) @IsIn(['article']) readonly record: 'article';
  @ApiProperty({ ...idProperty, example: 'mug-7' }) @IsId() readonly article: string;
  @ApiPropertyOptional({ description: 'It is sold no more; nothing else that is said of it counts' })
  @MayBeLeftOut()
  @IsBoolean()
  readonly retired?: boolean;
}

/** What an ERP tells, by the word in `record`. */
export const CHANGES = {
  customer: ChangedCustomer,
  order: ChangedOrder,
  invoice: ChangedInvoice,
  payment: ChangedPayment,
  return: ChangedReturn,
  article: ChangedArticle,
} as const;

export type Change = InstanceType<(typeof CHANGES)[keyof typeof CHANGES]>;
