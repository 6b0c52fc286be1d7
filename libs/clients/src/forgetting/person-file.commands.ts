import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { EXPORT_PURPOSES, ExportPurpose } from './person-file.events.js';

/** Says that a whole file is handed out; all but the purpose comes from who has read it. */
export class ExportPersonFile {
  readonly clientId: string;
  readonly exportId: string;
  readonly events: number;
  @ApiProperty({ enum: EXPORT_PURPOSES }) @IsIn(EXPORT_PURPOSES) readonly purpose: ExportPurpose;
}
