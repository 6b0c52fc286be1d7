import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsIn, Matches, ValidateBy } from 'class-validator';
import {
  CODE,
  codeProperty,
  hasLength,
  ID,
  idProperty,
  IsCode,
  IsId,
  IsInstant,
  IsNote,
  IsWord,
  MayBeLeftOut,
  noteProperty,
  RESERVED_NAMES,
  whenProperty,
  wordProperty,
} from '../fields.js';
import { RESPONSE_KINDS, ResponseKind } from './response.events.js';

const MOST_ARTICLES = 50;
const MOST_ANSWERS = 100;
const LONGEST_ANSWER = 500;

const isAnswer = (value: unknown): boolean =>
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value)) ||
  (typeof value === 'string' && hasLength(value, 1, LONGEST_ANSWER));

const AreAnswers = () =>
  ValidateBy({
    name: 'answers',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.keys(value).length <= MOST_ANSWERS &&
        Object.entries(value).every(([question, answer]) => CODE.test(question) && !RESERVED_NAMES.includes(question) && isAnswer(answer)),
      defaultMessage: () =>
        `$property must be an object of at most ${MOST_ANSWERS} questions, each with a text (up to ${LONGEST_ANSWER} characters), number or boolean`,
    },
  });

const answersProperty = {
  type: 'object' as const,
  maxProperties: MOST_ANSWERS,
  propertyNames: { pattern: CODE.source, not: { enum: RESERVED_NAMES } },
  additionalProperties: { oneOf: [{ type: 'string', minLength: 1, maxLength: LONGEST_ANSWER }, { type: 'number' }, { type: 'boolean' }] },
  description: 'Of a survey or contest, by question. Personal: sealed in the log',
  example: { satisfied: 4 },
};

export class RecordResponse {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'response-1' }) @IsId() readonly responseId: string;
  @ApiProperty({ enum: RESPONSE_KINDS }) @IsIn(RESPONSE_KINDS) readonly kind: ResponseKind;
  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'string', pattern: ID.source },
    maxItems: MOST_ARTICLES,
    description: 'Of a request for information, a quote or a sample',
    example: ['mug-7'],
  })
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(MOST_ARTICLES)
  @Matches(ID, { each: true, message: 'each of $property must be the id of an article' })
  readonly articleIds?: readonly string[];
  @ApiPropertyOptional({ ...idProperty, description: 'A code that many have', example: 'SPRING10' })
  @MayBeLeftOut()
  @IsId()
  readonly coupon?: string;
  @ApiPropertyOptional({ ...idProperty, description: 'The press advert that the reply card was in', example: 'gazette-2026-03' })
  @MayBeLeftOut()
  @IsId()
  readonly advert?: string;
  @ApiPropertyOptional({ ...wordProperty(64, 'C-0815'), description: 'Of a reply card. Personal: sealed in the log' })
  @MayBeLeftOut()
  @IsWord(1, 64)
  readonly cardNumber?: string;
  @ApiPropertyOptional({ ...idProperty, description: 'Of a visit, a coupon or a complaint', example: 'shop-3' })
  @MayBeLeftOut()
  @IsId()
  readonly pointOfSaleId?: string;
  @ApiPropertyOptional({ ...idProperty, example: 'summer-draw' }) @MayBeLeftOut() @IsId() readonly contestId?: string;
  @ApiPropertyOptional({ ...idProperty, example: 'after-delivery' }) @MayBeLeftOut() @IsId() readonly surveyId?: string;
  @ApiPropertyOptional(answersProperty)
  @MayBeLeftOut()
  @AreAnswers()
  readonly answers?: Readonly<Record<string, string | number | boolean>>;
  @ApiPropertyOptional({ ...idProperty, description: 'The client whom he brought', example: 'client-43' })
  @MayBeLeftOut()
  @IsId()
  readonly referredId?: string;
  @ApiPropertyOptional({ ...codeProperty('delivery'), description: 'Of a complaint, a call or a request, a code of its catalogue' })
  @MayBeLeftOut()
  @IsCode()
  readonly subject?: string;
  @ApiPropertyOptional({ ...idProperty, description: 'The campaign of another system that it answers', example: 'mailing-1998' })
  @MayBeLeftOut()
  @IsId()
  readonly campaignId?: string;
  @ApiPropertyOptional(noteProperty) @MayBeLeftOut() @IsNote() readonly text?: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}
