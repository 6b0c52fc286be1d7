import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags, PickType } from '@nestjs/swagger';
import { Clock } from '@boucle/eventsourcing';
import { Channel, CHANNELS, EXPORT_PURPOSES, ExportPersonFile, ExportPurpose, Suppression } from '@boucle/clients';
import { Preset, PRESETS } from '@boucle/exporting';
import { CommandDoor } from '../door.js';
import { DecisionAbout, Happening, Occurrences, PersonFile, Recipients } from '../person-file.js';
import { GetPersonFile } from '../client.queries.js';
import { QueryDoor } from '../queries.js';
import { Actor } from './authorisation.js';
import { ConsentsView } from './consents-view.js';
import { ClientIdParam, Refusals, Requires } from './documented.js';
import { WholeIdentityView } from './identity-view.js';
import { IdPipe } from './shape.js';
import { causeOf } from './writing.js';

const instant = { type: 'string' as const, format: 'date-time' };
const anything = { type: 'object' as const, additionalProperties: true };
const maybe = { type: 'string' as const, nullable: true };

class Purpose extends PickType(ExportPersonFile, ['purpose'] as const) {}

class HappeningView implements Happening {
  @ApiProperty({ ...instant, description: 'When it happened' }) readonly at: string;
  @ApiProperty({ ...instant, description: 'When we knew' }) readonly recordedAt: string;
  @ApiProperty({ example: 'purchase recorded' }) readonly what: string;
  @ApiProperty({ description: 'Who told us: a key, a topic, a producer, a part of the engine' }) readonly by: string;
  @ApiProperty(anything) readonly facts: object;
  @ApiProperty({ ...anything, nullable: true, description: 'What it says of the person' }) readonly personal: object | null;
}

class DecisionAboutView implements DecisionAbout {
  @ApiProperty() readonly campaignId: string;
  @ApiProperty({ type: 'integer' }) readonly wave: number;
  @ApiProperty(instant) readonly decidedAt: string;
  @ApiProperty({ description: 'The group of clients that he was counted with' }) readonly cell: string;
  @ApiProperty({ ...maybe, description: 'What he was to be offered; null: nothing' }) readonly arm: string | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    nullable: true,
    description: 'With what probability, in millionths, each offer was drawn for him',
  })
  readonly propensities: DecisionAbout['propensities'];
  @ApiProperty({ ...maybe, description: 'Why he was drawn for none' }) readonly reason: string | null;
  @ApiProperty(instant) readonly carriedOutAt: string;
  @ApiProperty({ description: 'mailed, or why nothing was sent' }) readonly outcome: string;
}

class SuppressionView implements Suppression {
  @ApiProperty() readonly listId: string;
  @ApiProperty({ description: 'Whose list it is' }) readonly source: string;
  @ApiProperty({ description: 'It is our own' }) readonly own: boolean;
  @ApiProperty({ enum: CHANNELS, isArray: true }) readonly channels: readonly Channel[];
  @ApiProperty({ ...maybe, description: 'null: any' }) readonly purpose: string | null;
  @ApiProperty({ description: 'Which of his contact points' }) readonly pointId: string;
  @ApiProperty(instant) readonly from: string;
  @ApiProperty({ ...instant, nullable: true }) readonly until: string | null;
}

class OccurrencesView implements Occurrences {
  @ApiProperty({ type: 'integer' }) readonly times: number;
  @ApiProperty(instant) readonly first: string;
  @ApiProperty(instant) readonly last: string;
}

class TellerView extends OccurrencesView {
  @ApiProperty() readonly by: string;
}

class SourcesView {
  @ApiProperty({ ...anything, nullable: true, description: 'How he came into the client base: campaign, sponsor, external file' })
  readonly origin: PersonFile['sources']['origin'];
  @ApiProperty({ type: [TellerView] }) readonly tellers: PersonFile['sources']['tellers'];
}

class ChannelReceived extends OccurrencesView {
  @ApiProperty() readonly channel: string;
}
class TopicReceived extends OccurrencesView {
  @ApiProperty() readonly topic: string;
}
class WebhookReceived extends OccurrencesView {
  @ApiProperty() readonly webhookId: string;
  @ApiProperty() readonly url: string;
}
class ExportReceived {
  @ApiProperty(instant) readonly at: string;
  @ApiProperty() readonly by: string;
  @ApiProperty({ enum: EXPORT_PURPOSES }) readonly purpose: ExportPurpose;
}

class FileReceived {
  @ApiProperty() readonly exportId: string;
  @ApiProperty({ enum: PRESETS }) readonly preset: Preset;
  @ApiProperty({ example: 'marketing' }) readonly purpose: string;
  @ApiProperty(instant) readonly at: string;
  @ApiProperty() readonly by: string;
}

class RecipientsView implements Recipients {
  @ApiProperty({ type: [ChannelReceived], description: 'Channels that carried mailings to him' }) readonly channels: Recipients['channels'];
  @ApiProperty({ type: [TopicReceived], description: 'Topics that carried messages about him' }) readonly topics: Recipients['topics'];
  @ApiProperty({ type: [WebhookReceived], description: 'Webhooks that ask for messages about him' })
  readonly webhooks: Recipients['webhooks'];
  @ApiProperty({ type: [FileReceived], description: 'Who took him out in a file of many' }) readonly files: Recipients['files'];
  @ApiProperty({ type: [ExportReceived], description: 'Whole files handed out before' }) readonly exports: Recipients['exports'];
}

class PersonFileView extends PickType(ConsentsView, ['consents', 'oppositions'] as const) implements PersonFile {
  @ApiProperty() readonly clientId: string;
  @ApiProperty({ type: WholeIdentityView, description: 'Who he is and where he can be reached' }) readonly identity: PersonFile['identity'];
  @ApiProperty({ type: [SuppressionView], description: 'What lists say of his contact points' })
  readonly suppressions: PersonFile['suppressions'];
  @ApiProperty({ type: [HappeningView], description: 'All that happened with him, in order' }) readonly events: PersonFile['events'];
  @ApiProperty({ type: [DecisionAboutView], description: 'What waves decided about him, from their ledgers' })
  readonly decisions: PersonFile['decisions'];
  @ApiProperty({ type: SourcesView, description: 'Where it comes from' }) readonly sources: PersonFile['sources'];
  @ApiProperty({ type: RecipientsView, description: 'Who received it' }) readonly recipients: Recipients;
  @ApiProperty({ type: () => [PersonFileView], description: 'The files merged into his, each as it is' })
  readonly merged: PersonFile['merged'];
}

/** Hands a person everything that is known of him. */
@ApiTags('person')
@Controller('clients/:clientId')
export class PersonFileController {
  constructor(
    private readonly commands: CommandDoor,
    private readonly queries: QueryDoor,
    private readonly clock: Clock,
  ) {}

  @Post('export')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Everything that is known of a client: data, consents with proof, events, decisions with reasons, sources and recipients',
    description: 'That it was handed out, to whom and what for, is an event',
  })
  @ClientIdParam()
  @ApiOkResponse({ type: PersonFileView })
  @Requires('forget')
  @Refusals(400, 404, 413, 415, 503)
  async export(@Param('clientId', IdPipe) clientId: string, @Body() { purpose }: Purpose, @Actor() actor: string): Promise<PersonFile> {
    const file = await this.queries.ask<PersonFile>(new GetPersonFile(clientId));
    const cause = causeOf({}, this.clock, actor);
    const told = { clientId: file.clientId, exportId: cause.id, purpose, events: file.events.length };
    await this.commands.execute(Object.assign(new ExportPersonFile(), told), cause);
    return file;
  }
}
