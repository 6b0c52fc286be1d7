import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsArray, IsBoolean, IsObject, ValidateNested } from 'class-validator';
import { ArticleVariant } from './article.events.js';
import { IsLabels, labelsProperty } from '../catalogue/catalogue.commands.js';
import { Labels } from '../catalogue/catalogue.events.js';
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
  IsWord,
  MayBeLeftOut,
  wordProperty,
} from '../fields.js';
import { LONGEST_LINE_TEXT } from '../purchase/purchase.commands.js';

const MOST_VARIANTS = 500;
const MOST_NAMES = 50;

const groupProperty = { ...idProperty, example: 'cups' };
const labels = { ...labelsProperty, example: { en: 'Mug', de: 'Tasse', fr: 'Tasse' } };
const sinceProperty = {
  ...dayProperty,
  description: 'From which day on it stands there; if left out from today on, or from ever on if it is new',
};
const theDay = { ...dayProperty, description: 'From which day on; what was said of later days stays' };

const AreNames = (): PropertyDecorator => (target, property) => {
  for (const rule of [IsArray(), ArrayMaxSize(MOST_NAMES), ArrayUnique(), IsWord(1, LONGEST_LINE_TEXT, { each: true })])
    rule(target, property);
};

export class DescribeArticleGroup {
  @ApiProperty(groupProperty) @IsId() readonly groupId: string;
  @ApiProperty(labels) @IsLabels() readonly labels: Labels;
  @ApiPropertyOptional({
    ...groupProperty,
    description: 'The group that it stands under; if left out it stays where it is, a new one at the top',
  })
  @MayBeLeftOut()
  @IsId()
  readonly parentId?: string;
  @ApiPropertyOptional(sinceProperty) @MayBeLeftOut() @IsDay() readonly since?: string;
}

export class MoveArticleGroup {
  @ApiProperty(groupProperty) @IsId() readonly groupId: string;
  @ApiPropertyOptional({ ...groupProperty, description: 'At the top if left out', example: 'kitchen' })
  @MayBeLeftOut()
  @IsId()
  readonly parentId?: string;
  @ApiProperty(theDay) @IsDay() readonly since: string;
}

/** One way in which an article comes. */
export class VariantFields implements ArticleVariant {
  @ApiProperty({ ...idProperty, example: 'blue' }) @IsId() readonly variantId: string;
  @ApiProperty(labels) @IsLabels() readonly labels: Labels;
}

/** All that is known of an article; only where it stands may be left out. */
export class DescribeArticle {
  @ApiProperty({ ...idProperty, example: 'mug-7' }) @IsId() readonly articleId: string;
  @ApiProperty(labels) @IsLabels() readonly labels: Labels;
  @ApiPropertyOptional({ ...groupProperty, description: 'Where it stands; if left out it stays where it is' })
  @MayBeLeftOut()
  @IsId()
  readonly groupId?: string;
  @ApiPropertyOptional(sinceProperty) @MayBeLeftOut() @IsDay() readonly since?: string;
  @ApiPropertyOptional({ ...wordProperty(64, '4711/2'), description: 'As people write it' })
  @MayBeLeftOut()
  @IsWord(1, 64)
  readonly number?: string;
  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: LONGEST_LINE_TEXT },
    maxItems: MOST_NAMES,
    uniqueItems: true,
    description: 'What tills call it, where they do not know its id',
    example: ['Mug, blue'],
  })
  @MayBeLeftOut()
  @AreNames()
  readonly knownAs?: readonly string[];
  @ApiPropertyOptional({ type: [VariantFields], maxItems: MOST_VARIANTS })
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(MOST_VARIANTS)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => VariantFields)
  readonly variants?: readonly VariantFields[];
  @ApiPropertyOptional(codeProperty('acme')) @MayBeLeftOut() @IsCode() readonly brand?: string;
  @ApiPropertyOptional({ description: 'Whether the brand is ours' }) @MayBeLeftOut() @IsBoolean() readonly ownBrand?: boolean;
  @ApiPropertyOptional({ ...centsProperty, description: 'In cents for each piece: what it costs us; with its currency' })
  @MayBeLeftOut()
  @IsCents()
  readonly cost?: number;
  @ApiPropertyOptional({ ...centsProperty, description: 'In cents for each piece: what it leaves us, instead of its cost' })
  @MayBeLeftOut()
  @IsCents()
  readonly margin?: number;
  @ApiPropertyOptional(currencyProperty) @MayBeLeftOut() @IsCurrency() readonly currency?: string;
  @ApiPropertyOptional({ ...idProperty, description: 'The article that is sold in its stead', example: 'mug-8' })
  @MayBeLeftOut()
  @IsId()
  readonly successorId?: string;
}

export class MoveArticle {
  @ApiProperty({ ...idProperty, example: 'mug-7' }) @IsId() readonly articleId: string;
  @ApiPropertyOptional({ ...groupProperty, description: 'In no group if left out' }) @MayBeLeftOut() @IsId() readonly groupId?: string;
  @ApiProperty(theDay) @IsDay() readonly since: string;
}

export class RetireArticle {
  @ApiProperty({ ...idProperty, example: 'mug-7' }) @IsId() readonly articleId: string;
}
