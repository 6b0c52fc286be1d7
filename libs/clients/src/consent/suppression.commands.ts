import { Type } from 'class-transformer';
import { ArrayNotEmpty, IsArray, IsEmail, IsIn, IsISO31661Alpha2, IsObject, ValidateNested } from 'class-validator';
import { Channel, CHANNELS } from '../client/channel.js';
import { IsCode, IsId, IsInstant, IsWord, MayBeLeftOut } from '../fields.js';
import { AddressFields } from '../person/person.commands.js';

/** Enters contact points in a list. Comes from an import, or from what clients oppose. */
export class EnterSuppressions {
  readonly listId: string;
  /** The edition of the list that they are meant for. */
  readonly edition: number;
  /** The same batch again is harmless. */
  readonly batchId: string;
  readonly source: string;
  readonly channels: readonly Channel[];
  readonly purpose: string | null;
  readonly until: string | null;
  readonly hashes: readonly string[];
  /** How many of them stand there already. */
  readonly renewed: number;
}

/** Lets nothing that a list holds count any more, so that it can be entered anew. */
export class EndSuppressionList {
  readonly listId: string;
}

const IsCountry = () => IsISO31661Alpha2({ message: '$property must be a country code of two capital letters' });

/** What holds for all lines that enter a list together. */
export class SuppressionTerms {
  @IsId() readonly listId: string;
  /** Whose list it is. */
  @IsCode() readonly source: string;
  @IsArray()
  @ArrayNotEmpty()
  @IsIn(CHANNELS, { each: true, message: `channels must be some of ${CHANNELS.join(', ')}, with commas between` })
  readonly channels: readonly Channel[];
  @MayBeLeftOut() @IsInstant() readonly validUntil?: string;
  /** Where numbers without a country code belong. */
  @MayBeLeftOut() @IsCountry() readonly country?: string;
}

/** Somebody on a list: an e-mail address, a phone number, or a surname with an address. It is hashed at once and never stored. */
export class SuppressedPerson {
  @MayBeLeftOut() @IsEmail({}, { message: '$property must be an e-mail address' }) readonly email?: string;
  @MayBeLeftOut() @IsWord(1, 40) readonly phone?: string;
  @MayBeLeftOut() @IsCountry() readonly country?: string;
  @MayBeLeftOut() @IsWord(1, 100) readonly lastName?: string;
  @MayBeLeftOut() @IsObject() @ValidateNested() @Type(() => AddressFields) readonly address?: AddressFields;
}
