import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiTags, PickType } from '@nestjs/swagger';
import { Clock } from '@boucle/eventsourcing';
import { IssueKey, Key, RevokeKey, Role, ROLES } from '@boucle/access';
import { CommandDoor } from '../door.js';
import { Keyring } from '../keyring.js';
import { newSecret } from '../secret.js';
import { Actor } from './authorisation.js';
import { keyIdParam, Refusals, Requires } from './documented.js';
import { IdPipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

const instant = { type: 'string' as const, format: 'date-time' };

class KeyRequest extends PickType(IssueKey, ['name', 'role', 'salespersonId', 'expiresAt'] as const) {}

class IssuedKey extends Written {
  @ApiProperty() readonly keyId: string;
  @ApiProperty({ description: 'Shown this once; send it as Authorization: Bearer …' }) readonly key: string;
}

class KeyView implements Omit<Key, 'sha256'> {
  @ApiProperty({ description: 'Events name it as their actor: key:<keyId>' }) readonly keyId: string;
  @ApiProperty() readonly name: string;
  @ApiProperty({ enum: ROLES }) readonly role: Role;
  @ApiProperty({ type: String, nullable: true, description: 'Whose portfolio it opens, if it is of the role salesperson' })
  readonly salespersonId: string | null;
  @ApiProperty(instant) readonly issuedAt: string;
  @ApiProperty({ ...instant, nullable: true }) readonly expiresAt: string | null;
  @ApiProperty({ ...instant, nullable: true }) readonly revokedAt: string | null;
}

@ApiTags('keys')
@Controller('keys')
export class KeysController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Give somebody a key; the first one ends the time in which the engine needs none' })
  @ApiOkResponse({ type: IssuedKey })
  @Requires('administer')
  @Refusals(400, 409, 413, 415, 503)
  async issue(@Body() body: KeyRequest, @Actor() actor: string): Promise<IssuedKey> {
    const { keyId, key, sha256 } = newSecret();
    const command: IssueKey = Object.assign(new IssueKey(), { ...body, keyId, sha256 });
    const answer = written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
    await this.keyring.refresh();
    return { ...answer, keyId, key };
  }

  @Get()
  @ApiOperation({ summary: 'Every key ever issued' })
  @ApiOkResponse({ type: [KeyView] })
  @Requires('audit')
  @Refusals(400, 503)
  list(): KeyView[] {
    return this.keyring.all().map(({ sha256: _, ...shown }) => shown);
  }

  @Delete(':keyId')
  @ApiOperation({ summary: 'Revoke a key' })
  @ApiParam(keyIdParam)
  @ApiOkResponse({ type: Written })
  @Requires('administer')
  @Refusals(400, 404, 503)
  async revoke(@Param('keyId', IdPipe) keyId: string, @Actor() actor: string): Promise<Written> {
    const answer = written(await this.commands.execute(Object.assign(new RevokeKey(), { keyId }), causeOf({}, this.clock, actor)));
    await this.keyring.refresh();
    return answer;
  }
}
