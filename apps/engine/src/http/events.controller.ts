import { BeforeApplicationShutdown, Controller, Get, Headers, PipeTransform, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { asyncApi } from '@boucle/contracts';
import { DomainError, EventStore } from '@boucle/eventsourcing';
import { Request, Response } from 'express';
import { eventsBehind } from '../outgoing.relay.js';
import { JSON_LINES } from './admission.js';
import { LAST_POSITION, Refusals, Requires } from './documented.js';
import { Asked, EVENT_STREAM, POSITION_HEADER, sendLines, sendStream } from './events.js';
import { ShapeError } from './problem.filter.js';
import { WholePipe } from './shape.js';

const VERSION = '0.1.0';
const MOST_EVENTS = 1_000_000;
const LONGEST_WAIT_SECONDS = 60;

const positionPipe = new WholePipe(0, LAST_POSITION);

const TYPES = [...eventsBehind.keys()];

/** Types of messages in a query, with commas between; all if left out. */
class TypesPipe implements PipeTransform<unknown, readonly string[]> {
  transform(value: unknown): readonly string[] {
    if (value === undefined) return TYPES;
    const types = typeof value === 'string' ? value.split(',') : [];
    if (types.length > 0 && types.every((type) => TYPES.includes(type))) return types;
    throw new ShapeError([{ field: 'types', reason: `types must be some of ${TYPES.join(', ')}, with commas between` }]);
  }
}

@ApiTags('events')
@Controller()
export class EventsController implements BeforeApplicationShutdown {
  private readonly stop = new AbortController();

  constructor(private readonly events: EventStore) {}

  beforeApplicationShutdown(): void {
    this.stop.abort();
  }

  @Get('asyncapi')
  @ApiOperation({ summary: 'The AsyncAPI document: every kind of message that leaves, by topic, with its schema', security: [] })
  @ApiOkResponse({ content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } } })
  @Refusals(400)
  asyncapi(): object {
    return asyncApi(VERSION);
  }

  @Get('events')
  @ApiOperation({
    summary: 'What other services may know, from any position of the log on: the messages of the topics as CloudEvents, one to a line',
    description:
      'An answer that ends by itself ends behind the last message of an event: go on with ?after= the position of its last line. One that breaks off may lack messages of the position it ended in: go on with the position before that, and drop what you have by its id. With Accept: text/event-stream it goes on for ever; the id of an event is then the position behind which Last-Event-ID resumes.',
  })
  @ApiQuery({
    name: 'after',
    required: false,
    schema: { type: 'integer', minimum: 0, maximum: LAST_POSITION, default: 0 },
    description: 'Begin behind this position; 404 if the log has not reached it',
  })
  @ApiQuery({
    name: 'types',
    required: false,
    schema: { type: 'string' },
    example: 'boucle.PurchaseRecorded.v1,boucle.ResponseRecorded.v1',
    description: 'Only messages of these types, with commas between; all if left out',
  })
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: MOST_EVENTS },
    description: 'End with the first event that brings the answer to so many messages; without it, at the newest event',
  })
  @ApiQuery({
    name: 'wait',
    required: false,
    schema: { type: 'integer', minimum: 0, maximum: LONGEST_WAIT_SECONDS, default: 0 },
    description: 'If there is nothing yet, wait so many seconds for something',
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, schema: { type: 'string' }, description: 'Takes the place of ?after=' })
  @ApiOkResponse({
    content: { [JSON_LINES]: { schema: { type: 'string' } }, [EVENT_STREAM]: { schema: { type: 'string' } } },
    headers: {
      [POSITION_HEADER]: {
        description: 'With an empty answer: there is nothing up to this position',
        required: false,
        schema: { type: 'integer' },
      },
    },
  })
  @Requires('look-up')
  @Refusals(400, 404, 503)
  async follow(
    @Req() request: Request,
    @Res() response: Response,
    @Headers('last-event-id') lastId: string | undefined,
    @Query('types', TypesPipe) types: readonly string[],
    @Query('after', positionPipe) after = 0,
    @Query('limit', new WholePipe(1, MOST_EVENTS)) limit = Number.MAX_SAFE_INTEGER,
    @Query('wait', new WholePipe(0, LONGEST_WAIT_SECONDS)) waitSeconds = 0,
  ): Promise<void> {
    const from = lastId ? positionPipe.transform(lastId, { data: 'Last-Event-ID' })! : after;
    const head = await this.events.head();
    if (from > head)
      throw new DomainError('unknown-position', `The log has not reached position ${from}; its newest event is at ${head}`, 'after');
    const asked: Asked = { after: from, types, limit, waitSeconds, stop: this.stop.signal };
    const endless = request.method === 'GET' && request.accepts([JSON_LINES, EVENT_STREAM]) === EVENT_STREAM;
    try {
      await (endless ? sendStream : sendLines)(response, this.events, asked);
    } catch (error) {
      if (!response.headersSent) throw error;
      // too late for a status: the reader must see that the answer is not whole
      response.destroy();
    }
  }
}
