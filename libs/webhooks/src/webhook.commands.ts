import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { hasLength, ID, IsId, MayBeLeftOut } from '@boucle/clients';
import { PUBLIC_TOPICS, segmentsTopic } from '@boucle/contracts';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsInt, Matches, Max, Min, ValidateBy } from 'class-validator';

/** Every type of message that a webhook can be told. */
export const WEBHOOK_TYPES: readonly string[] = PUBLIC_TOPICS.flatMap(({ messages }) => Object.values(messages).map(({ type }) => type));

const { SegmentActivated, SegmentRetired, SegmentMembersChanged, IndicatorRaised } = segmentsTopic.messages;

/** The types of messages among which a webhook may choose, by what it names of them. */
export const CHOOSING = {
  segments: [SegmentActivated, SegmentRetired, SegmentMembersChanged].map(({ type }) => type),
  indicators: [IndicatorRaised.type],
} as const;

const ADDRESS = /^https?:\/\/[!-~]{1,1000}$/;

const MOST_CHOSEN = 100;

const webhookIdProperty = { pattern: ID.source, example: 'till-of-lyon' };
const urlProperty = {
  pattern: ADDRESS.source,
  description: 'Where messages are posted; http or https, no name and password in it; redirects are not followed',
  example: 'https://till.example.com/boucle',
};
const typesProperty = {
  type: 'array' as const,
  items: { type: 'string', enum: [...WEBHOOK_TYPES] },
  minItems: 1,
  uniqueItems: true,
  description: 'Types of messages, as they are called in the AsyncAPI document',
};
const positionProperty = { type: 'integer' as const, minimum: 0, maximum: Number.MAX_SAFE_INTEGER };

const AreIds = (description: string): PropertyDecorator => {
  const rules = [
    ApiPropertyOptional({
      type: 'array',
      items: { type: 'string', pattern: ID.source },
      minItems: 1,
      maxItems: MOST_CHOSEN,
      uniqueItems: true,
      description,
    }),
    MayBeLeftOut(),
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(MOST_CHOSEN),
    ArrayUnique(),
    IsId({ each: true }),
  ];
  return (target, name) => rules.forEach((rule) => rule(target, name));
};

const IsReason = () =>
  ValidateBy({
    name: 'reason',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && hasLength(value, 1, 500),
      defaultMessage: () => '$property must be a text of 1 to 500 characters',
    },
  });

/** What a subscriber wants. */
export class WebhookWish {
  @ApiProperty(urlProperty)
  @Matches(ADDRESS, { message: '$property must be an http or https address of at most 1000 characters' })
  readonly url: string;
  @ApiProperty(typesProperty)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(WEBHOOK_TYPES, { each: true, message: `each of $property must be one of ${WEBHOOK_TYPES.join(', ')}` })
  readonly types: string[];
  @AreIds('Of messages about segments only those about these; about all if left out') readonly segments?: string[];
  @AreIds('Of indicators that are raised only these; all if left out') readonly indicators?: string[];
}

/** A wish and from where on. */
export class NewWebhook extends WebhookWish {
  @ApiProperty(webhookIdProperty) @IsId() readonly webhookId: string;
  @ApiPropertyOptional({
    ...positionProperty,
    description: 'Tell what happened behind this position of the log; what happens from now on if left out',
  })
  @MayBeLeftOut()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly after?: number;
}

/** Comes with a secret and the head of the log, which the edge knows. */
export class CreateWebhook extends NewWebhook {
  readonly head: number;
  readonly sealedSecret: string;
}

export class ChangeWebhook extends WebhookWish {
  readonly webhookId: string;
}

export class RotateWebhookSecret {
  readonly webhookId: string;
  readonly sealedSecret: string;
}

export class PauseWebhook {
  readonly webhookId: string;
  @ApiProperty({ minLength: 1, maxLength: 500 }) @IsReason() readonly reason: string;
}

export class ResumeWebhook {
  readonly webhookId: string;
}

export class ReplayWebhook {
  readonly webhookId: string;
  @ApiProperty({ ...positionProperty, description: 'Tell again what happened behind this position of the log; 0 is its beginning' })
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  readonly after: number;
  readonly head: number;
}

export class DeleteWebhook {
  readonly webhookId: string;
}

/** Comes from the deliveries only. */
export class DisableWebhook {
  readonly webhookId: string;
  readonly reason: string;
}
