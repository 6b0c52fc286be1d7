import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsObject, ValidateIf, ValidateNested } from 'class-validator';
import { Channel, CHANNELS } from '../client/channel.js';
import { Basis, BASES, Proof } from './consent.events.js';
import { CODE, idProperty, IsCode, IsId, IsInstant, IsWord, MayBeLeftOut, whenProperty, wordProperty } from '../fields.js';

const purposeProperty = { pattern: CODE.source, description: 'A code: marketing, newsletter, survey …', example: 'marketing' };
const IsNullOr = (field: string) =>
  ValidateIf((command: Record<string, unknown>) => command[field] !== null && command[field] !== undefined);
const untilProperty = { ...whenProperty, description: 'From when on it does not count any more; for ever if left out' };
const witnessProperty = { ...wordProperty(200, 'Mrs Keller, mother'), description: 'Who gave it or took it down; sealed' };

/** How a consent can be shown. */
export class ProofFields implements Proof {
  @ApiProperty({ pattern: CODE.source, description: 'A code: web-form, paper, call …', example: 'web-form' })
  @IsCode()
  readonly how: string;
  @ApiProperty({ ...idProperty, description: 'The wording that was shown', example: 'newsletter-2026-01' })
  @IsId()
  readonly wordingId: string;
}

export class GiveConsent {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, description: 'Tells the consents of the client apart', example: 'newsletter-1' })
  @IsId()
  readonly consentId: string;
  @ApiProperty({ enum: CHANNELS }) @IsIn(CHANNELS) readonly channel: Channel;
  @ApiProperty(purposeProperty) @IsCode() readonly purpose: string;
  @ApiPropertyOptional({
    ...idProperty,
    description: 'The address, e-mail or phone; all that he has for the channel if left out',
    example: 'work',
  })
  @MayBeLeftOut()
  @IsId()
  readonly pointId?: string;
  @ApiProperty({ enum: BASES }) @IsIn(BASES) readonly basis: Basis;
  @ApiPropertyOptional({ ...idProperty, description: 'The purchase that makes him a customer', example: 'order-1001' })
  @MayBeLeftOut()
  @IsId()
  readonly purchaseId?: string;
  @ApiPropertyOptional({ type: ProofFields, description: 'Needed for consent and double-opt-in' })
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => ProofFields)
  readonly proof?: ProofFields;
  @ApiPropertyOptional(witnessProperty) @MayBeLeftOut() @IsWord(1, 200) readonly by?: string;
  @ApiPropertyOptional(untilProperty) @MayBeLeftOut() @IsInstant() readonly expiresAt?: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

export class ConfirmConsent {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty(idProperty) @IsId() readonly consentId: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

export class WithdrawConsent extends ConfirmConsent {}

export class DeclareOpposition {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
  @ApiProperty({ ...idProperty, description: 'Tells the oppositions of the client apart', example: 'unsubscribe-1' })
  @IsId()
  readonly oppositionId: string;
  @ApiPropertyOptional({ type: 'string', enum: [...CHANNELS, null], nullable: true, description: 'All if left out' })
  @IsNullOr('channel')
  @IsIn(CHANNELS)
  readonly channel?: Channel | null;
  @ApiPropertyOptional({ ...purposeProperty, type: 'string', nullable: true, description: 'All if left out' })
  @IsNullOr('purpose')
  @IsCode()
  readonly purpose?: string | null;
  @ApiPropertyOptional({
    ...idProperty,
    type: 'string',
    nullable: true,
    description: 'All, also those to come, if left out',
    example: 'work',
  })
  @IsNullOr('pointId')
  @IsId()
  readonly pointId?: string | null;
  @ApiPropertyOptional({ pattern: CODE.source, description: 'A code: unsubscribe-link, call, letter …', example: 'unsubscribe-link' })
  @MayBeLeftOut()
  @IsCode()
  readonly how?: string;
  @ApiPropertyOptional(witnessProperty) @MayBeLeftOut() @IsWord(1, 200) readonly by?: string;
  @ApiPropertyOptional(whenProperty) @MayBeLeftOut() @IsInstant() readonly occurredAt?: string;
}

export class RestrictProcessing {
  @ApiProperty(idProperty) @IsId() readonly clientId: string;
}

export class EndRestriction extends RestrictProcessing {}

export class ObjectToProfiling extends RestrictProcessing {}

export class EndProfilingObjection extends RestrictProcessing {}
