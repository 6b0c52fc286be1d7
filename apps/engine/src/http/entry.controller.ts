import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiQuery, ApiTags } from '@nestjs/swagger';
import { IsObject, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { Clock, EventStore } from '@boucle/eventsourcing';
import {
  ADDRESS_RESULTS,
  AddressCheck,
  AddressFields,
  CODE,
  countryProperty,
  DoubtfulAddress,
  ID,
  IsCountry,
  EmailCheck,
  IsWord,
  MayBeLeftOut,
  PersonFields,
  Suggestion,
  wordProperty,
} from '@boucle/clients';
import { CommandDoor } from '../door.js';
import { EntryCheck, EntryChecked, Typed } from '../entry-check.js';
import { Installed, installLocalities } from '../locality-file.js';
import { Viewing } from '../viewing.js';
import { Actor, Asker, Asking } from './authorisation.js';
import { referenceIn } from './bulk.js';
import { Purposeful, Refusals, Requires } from './documented.js';
import { probabilityProperty } from './duplicates.controller.js';
import { BirthDateCheckView } from './identity-view.js';
import { ClientFoundView } from './search.controller.js';
import { CodePipe, OptionalPatternPipe, PatternPipe } from './shape.js';
import { causeOf } from './writing.js';

class TypedFields implements Typed {
  @ApiPropertyOptional({ type: PersonFields })
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => PersonFields)
  readonly person?: PersonFields;
  @ApiPropertyOptional({ type: AddressFields })
  @MayBeLeftOut()
  @IsObject()
  @ValidateNested()
  @Type(() => AddressFields)
  readonly address?: AddressFields;
  @ApiPropertyOptional({ ...wordProperty(254, 'anna@gmial.com'), description: 'As it was typed' })
  @MayBeLeftOut()
  @IsWord(1, 254)
  readonly email?: string;
  @ApiPropertyOptional({ ...wordProperty(40, '079 123 45 67'), description: 'As it was typed' })
  @MayBeLeftOut()
  @IsWord(1, 40)
  readonly phone?: string;
  @ApiPropertyOptional({ ...countryProperty, description: 'Where the phone number belongs; the country of the address if left out' })
  @MayBeLeftOut()
  @IsCountry()
  readonly country?: string;
}

class ProbableClientView extends ClientFoundView {
  @ApiProperty(probabilityProperty) readonly probability: number;
}

class SuggestionView implements Suggestion {
  @ApiProperty({ example: '8001' }) readonly postalCode: string;
  @ApiProperty({ example: 'Zürich' }) readonly locality: string;
}

/** What a list of localities says of an address. */
export class AddressCheckView implements AddressCheck {
  @ApiProperty({
    enum: ADDRESS_RESULTS,
    description: 'checked: postal code and locality belong together; doubtful: they do not; unchecked: there is no list of the country',
  })
  readonly result: AddressCheck['result'];
  @ApiProperty({ enum: ['locality'], description: 'What was looked at: never the street or the number' }) readonly of: 'locality';
  @ApiProperty({ type: [SuggestionView], description: 'What may be meant, the nearest first' })
  readonly suggestions: readonly SuggestionView[];
  @ApiProperty({ type: String, nullable: true, description: 'The edition of the list that was asked' }) readonly edition: string | null;
}

class EmailCheckView implements EmailCheck {
  @ApiProperty() readonly valid: boolean;
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'What may be meant: a slip in a domain that many use',
    example: 'anna@gmail.com',
  })
  readonly suggestion: string | null;
}

class PhoneCheckView {
  @ApiProperty() readonly valid: boolean;
  @ApiProperty({ type: String, nullable: true, description: 'E.164', example: '+41791234567' }) readonly number: string | null;
  @ApiProperty({ type: String, nullable: true, enum: ['mobile', 'landline', 'other', null] }) readonly line: string | null;
}

class EntryCheckedView implements EntryChecked {
  @ApiProperty({ type: [ProbableClientView], description: 'Clients who are probably the person, the most likely first' })
  readonly duplicates: readonly ProbableClientView[];
  @ApiProperty({ type: AddressCheckView, nullable: true }) readonly address: AddressCheckView | null;
  @ApiProperty({ type: EmailCheckView, nullable: true }) readonly email: EmailCheckView | null;
  @ApiProperty({ type: BirthDateCheckView, nullable: true }) readonly birthDate: BirthDateCheckView | null;
  @ApiProperty({ type: PhoneCheckView, nullable: true }) readonly phone: PhoneCheckView | null;
}

class InstalledView implements Installed {
  @ApiProperty({ description: 'The hash of the list' }) readonly edition: string;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, description: 'Localities by country' })
  readonly countries: Readonly<Record<string, number>>;
  @ApiProperty({ type: 'integer' }) readonly position: number;
  @ApiProperty({ description: 'It was installed before' }) readonly repeated: boolean;
}

class LocalityListView {
  @ApiProperty({ example: 'CH' }) readonly country: string;
  @ApiProperty({ example: 'swisstopo' }) readonly source: string;
  @ApiProperty() readonly edition: string;
  @ApiProperty({ format: 'date-time' }) readonly installedAt: string;
  @ApiProperty({ type: 'integer' }) readonly localities: number;
}

class DoubtfulAddressView implements DoubtfulAddress {
  @ApiProperty() readonly clientId: string;
  @ApiProperty() readonly addressId: string;
  @ApiProperty({ example: 'CH' }) readonly country: string;
  @ApiProperty({ type: String, nullable: true }) readonly postalCode: string | null;
  @ApiProperty() readonly locality: string;
  @ApiProperty({ enum: ADDRESS_RESULTS, nullable: true, description: 'What was kept when it was entered; null: no list was asked' })
  readonly was: DoubtfulAddress['was'];
  @ApiProperty({ type: [SuggestionView] }) readonly suggestions: readonly SuggestionView[];
}

class DoubtfulAddressesView {
  @ApiProperty({ type: [DoubtfulAddressView] }) readonly addresses: readonly DoubtfulAddressView[];
  @ApiProperty({
    type: 'object',
    properties: Object.fromEntries(ADDRESS_RESULTS.map((result) => [result, { type: 'integer' }])),
    description: 'Of the clients that this page looked at',
  })
  readonly counts: Readonly<Record<AddressCheck['result'], number>>;
  @ApiProperty({ type: String, nullable: true, description: 'Where the next page begins; null: this is the last' })
  readonly cursor: string | null;
}

/** What can be said of a person before there is a file, and the lists that it is held against. */
@ApiTags('entry')
@Controller()
export class EntryController {
  constructor(
    private readonly entry: EntryCheck,
    private readonly commands: CommandDoor,
    private readonly events: EventStore,
    private readonly clock: Clock,
    private readonly viewing: Viewing,
  ) {}

  @Post('clients/check')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Look at what somebody types before it is a file: who is there already, and what may be a slip. Nothing is stored',
  })
  @ApiOkResponse({ type: EntryCheckedView })
  @Requires('record')
  @Refusals(400, 413, 415, 503)
  async check(@Body() typed: TypedFields, @Asker() asker: Asking): Promise<EntryCheckedView> {
    const checked = await this.entry.check(typed);
    this.viewing.count(asker, { view: 'duplicates', selection: 'entry', clients: checked.duplicates.length });
    return checked;
  }

  @Get('localities')
  @ApiOperation({ summary: 'The lists of localities that addresses are checked against, by country' })
  @ApiOkResponse({ type: [LocalityListView] })
  @Requires('look-up')
  @Refusals(503)
  async lists(): Promise<LocalityListView[]> {
    const { installed } = await this.entry.lists();
    return Object.entries(installed).map(([country, { source, edition, installedAt, localities }]) => ({
      country,
      source,
      edition,
      installedAt,
      localities: localities.length,
    }));
  }

  @Get('doubtful-addresses')
  @ApiOperation({
    summary: 'Addresses whose postal code and locality do not belong together by the lists that are installed now, with what may be meant',
    description: 'Looks at some thousand clients at a time, in order of id; what was kept when an address was entered stays as it is',
  })
  @ApiQuery({ name: 'cursor', required: false, schema: { type: 'string' }, description: 'Goes on where the page before it ended' })
  @Purposeful()
  @ApiOkResponse({ type: DoubtfulAddressesView })
  @Requires('identify')
  @Refusals(400, 503)
  async doubtful(
    @Query('cursor', new OptionalPatternPipe(ID, 'the cursor of the page before')) cursor: string | undefined,
    @Query('purpose', CodePipe) purpose: string | undefined,
    @Asker() asker: Asking,
  ): Promise<DoubtfulAddressesView> {
    const page = await this.entry.doubtfulAddresses(cursor);
    this.viewing.count(asker, { view: 'doubtful-addresses', selection: 'all', purpose, clients: page.addresses.length });
    return page;
  }

  @Post('localities/bulk')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Install a list of localities as CSV: the official Swiss index (with Liechtenstein) as swisstopo publishes it, the French base of postal codes of La Poste, or columns country, postalCode, locality and, if known, communeCode and cedex (yes or no). It takes the place of what its countries had',
  })
  @ApiQuery({
    name: 'source',
    schema: { type: 'string', pattern: CODE.source },
    description: 'Whose list it is, a code',
    example: 'swisstopo',
  })
  @ApiBody({ type: String })
  @ApiOkResponse({ type: InstalledView })
  @Requires('administer')
  @Refusals(400, 409, 413, 415, 503)
  install(
    @Body() body: unknown,
    @Query('source', new PatternPipe(CODE, 'a code such as swisstopo')) source: string,
    @Actor() actor: string,
  ): Promise<Installed> {
    const cause = causeOf({}, this.clock, actor);
    return installLocalities([referenceIn(body)], source, this.events, (command, key) => this.commands.execute(command, { ...cause, key }));
  }
}
