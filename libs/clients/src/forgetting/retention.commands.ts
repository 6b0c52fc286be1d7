import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { dayProperty, idProperty, IsDay, IsId } from '../fields.js';
import { HOLD_REASONS, HoldReason, PUT_OFF_REASONS, PutOffReason } from './retention.events.js';
import { RetentionFacts } from './retention-facts.js';
import { RetentionRules } from './retention.js';

/** What is known of the person behind an alias: how long his files are kept depends on it, in each of them. */
export type WholeRetention = Pick<RetentionFacts, 'heardOf' | 'holds'>;

/** Sees to what is due of a client by these rules. Comes from the retention worker only. */
export class ReviewRetention {
  readonly clientId: string;
  readonly policy: RetentionRules & { readonly version: number };
  /** Of an alias; nothing of it is due by itself. */
  readonly whole?: WholeRetention;
}

/** Erases who came with a file that was bought, unless he has become ours otherwise. Comes when its licence is over. */
export class EndLicence {
  readonly clientId: string;
  readonly fileId: string;
}

/** Erases a client whose erasure is proposed. */
export class AcceptErasure {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
}

export class PutOffErasure {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...dayProperty, description: 'The day before which he is not proposed again' }) @IsDay() readonly until: string;
  @ApiProperty({ enum: PUT_OFF_REASONS }) @IsIn(PUT_OFF_REASONS) readonly reason: PutOffReason;
}

export class PlaceLegalHold {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ enum: HOLD_REASONS }) @IsIn(HOLD_REASONS) readonly reason: HoldReason;
}

export class LiftLegalHold {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ enum: HOLD_REASONS, description: 'Which of the holds' }) @IsIn(HOLD_REASONS) readonly reason: HoldReason;
}
