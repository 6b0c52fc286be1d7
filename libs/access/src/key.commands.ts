import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, isISO8601, IsString, Length, Matches, ValidateBy, ValidateIf } from 'class-validator';
import { Role, ROLES } from './roles.js';

const INSTANT = /^[2-9]\d{3}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

const IsInstant = () =>
  ValidateBy({
    name: 'instant',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && INSTANT.test(value) && isISO8601(value, { strict: true }),
      defaultMessage: () => '$property must be an instant with its time zone, for example 2027-03-01T12:00:00Z',
    },
  });

const ID = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/;

/** Gives somebody a key; id and hash come from who has drawn it, so that the key itself is nowhere but with him. */
export class IssueKey {
  readonly keyId: string;
  @ApiProperty({ minLength: 1, maxLength: 64, description: "What the key is for; no person's name", example: 'till 3' })
  @IsString()
  @Length(1, 64)
  readonly name: string;
  @ApiProperty({ enum: ROLES }) @IsIn(ROLES) readonly role: Role;
  readonly sha256: string;
  @ApiPropertyOptional({
    pattern: ID.source,
    description: 'Whose key it is; needed for the role salesperson, and for no other',
    example: 'miller',
  })
  @ValidateIf((_, value) => value !== undefined)
  @Matches(ID, { message: '$property must be the id of a salesperson' })
  readonly salespersonId?: string;
  @ApiPropertyOptional({
    format: 'date-time',
    pattern: INSTANT.source,
    description: 'When it opens nothing any more; never if left out; 409 if that is past',
    example: '2027-03-01T12:00:00Z',
  })
  @ValidateIf((_, value) => value !== undefined)
  @IsInstant()
  readonly expiresAt?: string;
}

export class RevokeKey {
  readonly keyId: string;
}
