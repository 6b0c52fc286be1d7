import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { Channel, CHANNELS } from '../client/channel.js';
import { CONTACT_KINDS, ContactKind } from './contact.events.js';
import { codeProperty, idProperty, IsCode, IsId, IsInstant, IsNote, MayBeLeftOut, noteProperty, whenProperty } from '../fields.js';

const A_DAY = 24 * 60;

const salespersonProperty = { ...idProperty, example: 'miller' };
const atProperty = { ...whenProperty, description: 'When it is to take place, with its time zone' };
const durationProperty = { type: 'integer' as const, minimum: 1, maximum: A_DAY, example: 45 };
const IsDuration = (): PropertyDecorator => (target, property) => {
  for (const rule of [IsInt(), Min(1), Max(A_DAY)]) rule(target, property);
};

export class RecordContact {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, description: 'That of the planned contact, if it was planned', example: 'call-7' })
  @IsId()
  readonly contactId: string;
  @ApiProperty({ enum: CONTACT_KINDS }) @IsIn(CONTACT_KINDS) readonly kind: ContactKind;
  @ApiPropertyOptional({ enum: CHANNELS }) @MayBeLeftOut() @IsIn(CHANNELS) readonly channel?: Channel;
  @ApiPropertyOptional(salespersonProperty) @MayBeLeftOut() @IsId() readonly salespersonId?: string;
  @ApiPropertyOptional(codeProperty('not-at-home')) @MayBeLeftOut() @IsCode() readonly outcome?: string;
  @ApiPropertyOptional({ ...idProperty, description: 'The campaign of another system that it was a part of', example: 'mailing-1998' })
  @MayBeLeftOut()
  @IsId()
  readonly campaignId?: string;
  @ApiPropertyOptional({ ...whenProperty, description: 'Until when a response to that campaign answers it; for ever if left out' })
  @MayBeLeftOut()
  @IsInstant()
  readonly answersUntil?: string;
  @ApiPropertyOptional(noteProperty) @MayBeLeftOut() @IsNote() readonly note?: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

export class ReportContact {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty(idProperty) @IsId() readonly contactId: string;
  @ApiProperty({ ...idProperty, description: 'Tells the reports of his contacts apart', example: 'report-1' })
  @IsId()
  readonly reportId: string;
  @ApiPropertyOptional(codeProperty('interested')) @MayBeLeftOut() @IsCode() readonly outcome?: string;
  @ApiPropertyOptional(noteProperty) @MayBeLeftOut() @IsNote() readonly note?: string;
}

export class PlanContact {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, example: 'visit-7' }) @IsId() readonly contactId: string;
  @ApiProperty({ enum: CONTACT_KINDS }) @IsIn(CONTACT_KINDS) readonly kind: ContactKind;
  @ApiProperty(atProperty) @IsInstant() readonly at: string;
  @ApiProperty(durationProperty) @IsDuration() readonly durationMinutes: number;
  @ApiPropertyOptional(salespersonProperty) @MayBeLeftOut() @IsId() readonly salespersonId?: string;
  @ApiPropertyOptional(noteProperty) @MayBeLeftOut() @IsNote() readonly note?: string;
}

/** What is left out stays as it was. */
export class MovePlannedContact {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty(idProperty) @IsId() readonly contactId: string;
  @ApiPropertyOptional(atProperty) @MayBeLeftOut() @IsInstant() readonly at?: string;
  @ApiPropertyOptional(durationProperty) @MayBeLeftOut() @IsDuration() readonly durationMinutes?: number;
  @ApiPropertyOptional(salespersonProperty) @MayBeLeftOut() @IsId() readonly salespersonId?: string;
}

export class CancelPlannedContact {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty(idProperty) @IsId() readonly contactId: string;
}
