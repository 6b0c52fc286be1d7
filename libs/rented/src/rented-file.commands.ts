import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  AddressFields,
  CODE,
  codeProperty,
  dayProperty,
  idProperty,
  IsCode,
  IsDay,
  IsId,
  IsWord,
  MayBeLeftOut,
  wordProperty,
} from '@boucle/clients';
import { Type } from 'class-transformer';
import { IsEmail, IsIn, IsInt, IsObject, Matches, Max, Min, ValidateNested } from 'class-validator';
import { Addressing, ADDRESSINGS, NetCounts, RentalTerms, RentedPerson } from './rented-file.events.js';

const MOST_USES = 100;

/** Takes down what a broker lets us do; the id of the file is drawn by who takes it down. */
export class RentFile implements RentalTerms {
  readonly fileId: string;
  @ApiProperty({ ...idProperty, description: 'Whose file it is', example: 'smith-lists' }) @IsId() readonly broker: string;
  @ApiProperty({ type: 'integer', minimum: 1, maximum: MOST_USES, description: 'How often it may be used' })
  @IsInt()
  @Min(1)
  @Max(MOST_USES)
  readonly uses: number;
  @ApiProperty({
    ...dayProperty,
    description: 'The last day on which it may be used or answered; then whoever has not answered is forgotten',
  })
  @IsDay()
  readonly expiresOn: string;
}

/** A row of a rented file as a line gives it. */
export class RentedRow {
  @ApiPropertyOptional(codeProperty('ms')) @MayBeLeftOut() @IsCode() readonly civility?: string;
  @ApiPropertyOptional(wordProperty(100, 'Anna')) @MayBeLeftOut() @IsWord(1, 100) readonly firstName?: string;
  @ApiPropertyOptional(wordProperty(100, 'Keller')) @MayBeLeftOut() @IsWord(1, 100) readonly lastName?: string;
  @ApiPropertyOptional(codeProperty('de')) @MayBeLeftOut() @IsCode() readonly language?: string;
  @ApiPropertyOptional({ type: AddressFields })
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => AddressFields)
  readonly address?: AddressFields;
  @ApiPropertyOptional({ format: 'email' })
  @MayBeLeftOut()
  @IsEmail({}, { message: '$property must be an e-mail address' })
  readonly email?: string;
  @ApiPropertyOptional({ ...wordProperty(40, '+41 44 668 18 00'), description: 'With its country code, or of the country of the address' })
  @MayBeLeftOut()
  @IsWord(1, 40)
  readonly phone?: string;
}

/** Comes from the door that takes the lines. */
export class ReceiveRentedRows {
  readonly fileId: string;
  /** The same batch again is harmless. */
  readonly batchId: string;
  readonly rows: number;
}

/** Comes from the door that takes the lines, once the file knows of the batch. */
export class StoreRentedRows {
  readonly fileId: string;
  readonly batchId: string;
  readonly rows: readonly RentedPerson[];
}

/** Uses a file once more, as far as its terms go. */
export class UseRentedFile {
  readonly fileId: string;
  @ApiProperty({ ...idProperty, description: 'Tells the uses of the file apart: the same again is the same use', example: 'spring' })
  @IsId()
  readonly useId: string;
  @ApiProperty({ enum: ADDRESSINGS }) @IsIn(ADDRESSINGS) readonly addressing: Addressing;
  @ApiProperty({ ...codeProperty('marketing'), description: 'What people are addressed for, a code' })
  @Matches(CODE, { message: '$property must be a code: a letter, then up to 39 letters, digits and hyphens' })
  readonly purpose: string;
}

/** Comes from the door that has handed the rows out. */
export class HandOutRentedRows implements NetCounts {
  readonly fileId: string;
  readonly useId: string;
  readonly takingId: string;
  readonly rows: number;
  readonly net: number;
  readonly leftOut: NetCounts['leftOut'];
}

/** Comes from the door that has read the code of the row; the id of the client is drawn there. */
export class AnswerRentedRow {
  readonly fileId: string;
  readonly row: number;
  readonly clientId: string;
}

/** Ends a file: whoever has not answered is forgotten. */
export class ExpireRentedFile {
  readonly fileId: string;
}
