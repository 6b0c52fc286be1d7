import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsLabels, labelsProperty } from '../catalogue/catalogue.commands.js';
import { Labels } from '../catalogue/catalogue.events.js';
import { dayProperty, idProperty, IsDay, IsId, IsWord, MayBeLeftOut, wordProperty } from '../fields.js';

/** All that is known of a file that was bought. */
export class DescribeExternalFile {
  @ApiProperty({ ...idProperty, example: 'broker-7' }) @IsId() readonly fileId: string;
  @ApiProperty({ ...wordProperty(100, 'Adress AG, Bern'), description: 'Whose file it was: a company, and no person' })
  @IsWord(1, 100)
  readonly source: string;
  @ApiProperty({ ...wordProperty(200, 'L-2026/17, for one year'), description: 'What was bought' })
  @IsWord(1, 200)
  readonly licence: string;
  @ApiProperty({
    ...labelsProperty,
    example: { en: 'Your address: Adress AG, Bern' },
    description: 'What exports say of the source, by language',
  })
  @IsLabels()
  readonly wording: Labels;
  @ApiPropertyOptional({ ...dayProperty, description: 'The last day for whoever never answered; no end if left out' })
  @MayBeLeftOut()
  @IsDay()
  readonly expiresOn?: string;
}

/** Comes from the engine once the licence is over. */
export class ExpireExternalFile {
  readonly fileId: string;
  readonly erased: number;
  readonly kept: number;
}
