import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { ErasureReason, Requester } from '../forgetting/erasure.events.js';
import { ContactPoints } from '../person/person.js';
import { CODE, ID, idProperty, IsId, MayBeLeftOut, RESERVED_NAMES } from '../fields.js';
import { MergedFacts, Winners } from './merge.events.js';

const MOST_FIELDS = 200;

const isWinners = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.keys(value).length <= MOST_FIELDS &&
  Object.entries(value).every(
    ([field, id]) => CODE.test(field) && !RESERVED_NAMES.includes(field) && typeof id === 'string' && ID.test(id),
  );

const AreWinners = () =>
  ValidateBy({
    name: 'winners',
    validator: {
      validate: isWinners,
      defaultMessage: () =>
        `$property must be an object of at most ${MOST_FIELDS} names of fields, each with the id of the file whose value counts`,
    },
  });

const winnersProperty = {
  type: 'object' as const,
  maxProperties: MOST_FIELDS,
  propertyNames: { pattern: CODE.source, not: { enum: RESERVED_NAMES } },
  additionalProperties: { type: 'string', pattern: ID.source },
  description: 'By field: the id of the file whose value counts. As the preview shows it where nothing is said',
  example: { lastName: 'client-42' },
};

/** Takes two files for those of one person. */
export class MergeClients {
  @ApiProperty({ ...idProperty, description: 'Under whose id the person is known from here on' }) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, description: 'The other file; its id leads to the first', example: 'client-43' })
  @IsId()
  readonly mergedId: string;
  @ApiPropertyOptional(winnersProperty) @MayBeLeftOut() @AreWinners() readonly winners?: Winners;
}

/** Gives each of two people his own file back. */
export class UnmergeClients {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'client-43' }) @IsId() readonly mergedId: string;
}

/** Makes a client the alias of another. Comes from a merge only, as do all below. */
export class BeginAlias {
  readonly clientId: string;
  readonly survivorId: string;
}

export class EndAlias extends BeginAlias {}

/** Tells a survivor of the file that has become an alias, and where all his files can be reached: only he can tell what is the same. */
export class CompleteMerge {
  readonly clientId: string;
  readonly mergedId: string;
  readonly winners: Winners;
  readonly facts: MergedFacts;
  /** By merged id, his own apart. */
  readonly points: Readonly<Record<string, ContactPoints>>;
}

/** Tells him of what came under an alias since, or of a contact point of his own. */
export class UpdateMergedFile {
  readonly clientId: string;
  readonly mergedId: string;
  readonly facts: MergedFacts;
  readonly points: Readonly<Record<string, ContactPoints>>;
}

export class AbandonMerge {
  readonly clientId: string;
  readonly mergedId: string;
  readonly reason: string;
}

/** Asks whether a reaction under another id of the person counts for a decision about this one. */
export class CreditReaction {
  readonly clientId: string;
  readonly underId: string;
  readonly reaction: 'response' | 'purchase';
  readonly reactionId: string;
  readonly amount: number | null;
  readonly currency: string | null;
}

/** Erases one of the files of a person who was erased. */
export class EraseWithOthers {
  readonly clientId: string;
  readonly reason: ErasureReason;
  readonly requestedBy: Requester;
}
