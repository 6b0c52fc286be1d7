import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags, OmitType } from '@nestjs/swagger';
import { Clock, DataOf, EventStore } from '@boucle/eventsourcing';
import { FieldGroup } from '@boucle/access';
import { MergeClients, MergeEvent, MergePreview, mustBecomeAlias, readClient, Undecided, UnmergeClients } from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { GetMergePreview } from '../client.queries.js';
import { QueryDoor } from '../queries.js';
import { Actor, Hidden } from './authorisation.js';
import { ClientIdParam, Records, Refusals, Requires, StringIdParam } from './documented.js';
import { Hiding, shownPreview } from './field-groups.js';
import { hiddenProperty } from './identity-view.js';
import { IdPipe } from './shape.js';
import { causeOf, Written, written } from './writing.js';

class Merge extends OmitType(MergeClients, ['clientId'] as const) {}

const value = {
  nullable: true,
  oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }, { type: 'array', items: { type: 'integer' } }],
};

class DisagreementView {
  @ApiProperty({ example: 'lastName' }) readonly field: string;
  @ApiProperty({ ...value, description: 'null: nothing is known' }) readonly survivor: MergePreview['fields'][number]['survivor'];
  @ApiProperty({ ...value, description: 'null: nothing is known' }) readonly merged: MergePreview['fields'][number]['merged'];
  @ApiProperty({ description: 'The id of the file whose value counts, unless the merge says otherwise' }) readonly winner: string;
}

class JoinedPointView {
  @ApiProperty({ description: 'Its id in the merged file' }) readonly pointId: string;
  @ApiProperty({ type: [String], description: 'What it is called in the file of the survivor' }) readonly as: readonly string[];
  @ApiProperty({ description: 'The survivor has it too' }) readonly shared: boolean;
}

class MergePreviewView implements MergePreview, Hiding {
  @ApiProperty() readonly clientId: string;
  @ApiProperty() readonly mergedId: string;
  @ApiProperty({ type: [DisagreementView], description: 'Where the files differ' }) readonly fields: MergePreview['fields'];
  @ApiProperty({ type: [JoinedPointView] }) readonly points: MergePreview['points'];
  @ApiProperty(hiddenProperty) readonly hidden: readonly FieldGroup[];
}

class UndecidedView implements Undecided {
  @ApiProperty({ description: 'The event', example: 'HouseholdJoined' }) readonly what: string;
  @ApiProperty({ format: 'date-time' }) readonly at: string;
  @ApiProperty({ type: [String], description: 'Fields, or ids of what it is about' }) readonly of: readonly string[];
}

class Unmerged extends Written {
  @ApiProperty({
    type: [UndecidedView],
    description:
      'What came under neither id alone while the files were one: a person has to say whose it is; nothing of it if it was undone before',
  })
  readonly undecided: readonly Undecided[];
}

/** Several files of one person. */
@ApiTags('merges')
@Controller('clients/:clientId/merges')
export class MergesController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly clock: Clock,
    private readonly events: EventStore,
  ) {}

  @Post()
  @Records('Take another file for one of the same person; its id leads to this one from here on', 400, 404, 409, 413, 415, 503)
  @ClientIdParam()
  async merge(@Param('clientId', IdPipe) clientId: string, @Body() body: Merge, @Actor() actor: string): Promise<Written> {
    const other = await readClient(this.events, body.mergedId);
    // asked for again, it is there already
    if (other.merging.into !== clientId && body.mergedId !== clientId) mustBecomeAlias(other, body.mergedId);
    const command = Object.assign(new MergeClients(), body, { clientId });
    return written(await this.commands.execute(command, causeOf({}, this.clock, actor)));
  }

  @Get(':mergedId/preview')
  @ApiOperation({ summary: 'What two files would be as one: whose value counts in each field, and where the person could be reached' })
  @ClientIdParam()
  @StringIdParam('mergedId')
  @ApiOkResponse({ type: MergePreviewView })
  @Requires('identify')
  @Refusals(400, 404, 503)
  async preview(
    @Param('clientId', IdPipe) clientId: string,
    @Param('mergedId', IdPipe) mergedId: string,
    @Hidden() hidden: readonly FieldGroup[],
  ): Promise<MergePreviewView> {
    return shownPreview(await this.queries.ask<MergePreview>(new GetMergePreview(clientId, mergedId)), hidden);
  }

  @Post(':mergedId/undo')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give each of two people his own file back: what came under his id' })
  @ClientIdParam()
  @StringIdParam('mergedId')
  @ApiOkResponse({ type: Unmerged })
  @Requires('record')
  @Refusals(400, 404, 409, 503)
  async undo(
    @Param('clientId', IdPipe) clientId: string,
    @Param('mergedId', IdPipe) mergedId: string,
    @Actor() actor: string,
  ): Promise<Unmerged> {
    const command = Object.assign(new UnmergeClients(), { clientId, mergedId });
    const outcome = await this.commands.execute(command, causeOf({}, this.clock, actor));
    const unmerged = outcome.events.at(0)?.data as DataOf<MergeEvent, 'ClientsUnmerged'> | undefined;
    return { ...written(outcome), undecided: unmerged?.undecided ?? [] };
  }
}
