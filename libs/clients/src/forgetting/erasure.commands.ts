import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { ErasureReason, GIVEN_REASONS, Requester, REQUESTERS } from './erasure.events.js';
import { idProperty, IsId } from '../fields.js';

export class EraseClient {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ enum: GIVEN_REASONS }) @IsIn(GIVEN_REASONS) readonly reason: ErasureReason;
  @ApiProperty({ enum: REQUESTERS, description: 'Who wants it' }) @IsIn(REQUESTERS) readonly requestedBy: Requester;
}

/** Says which files held the client, before they are removed. Comes from the erasure only. */
export class ReportCopies {
  readonly clientId: string;
  readonly files: readonly string[];
}

/** Says that the client is gone from these places. Comes from the erasure only. */
export class CompleteErasure {
  readonly clientId: string;
  readonly places: readonly string[];
  readonly subscribers: readonly string[];
  readonly acknowledgeBy: string;
}

export class AcknowledgeErasure {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, description: 'Who has forgotten the client', example: 'mail-house' }) @IsId() readonly subscriber: string;
}
