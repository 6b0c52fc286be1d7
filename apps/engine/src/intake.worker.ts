import { BeforeApplicationShutdown, Logger, OnApplicationBootstrap, Type } from '@nestjs/common';
import {
  BusBatch,
  BusMessage,
  Cause,
  Clock,
  ConcurrencyError,
  DomainError,
  HeardMessage,
  MessageBus,
  NAMESPACE,
  Outcome,
  Request,
  StoreUnavailableError,
  Topic,
  uuidv5,
  rest,
} from '@boucle/eventsourcing';
import { DEAD_LETTER, IN_TOPICS, InTopic, InTopicName, KEPT_DAYS } from '@boucle/contracts';
import { DeclareOpposition, ID, RecordContact, RecordPurchase, RecordResponse, RegisterClient } from '@boucle/clients';
import { placeOf } from './dead-letters.js';
import { CommandDoor } from './door.js';
import { Observer } from './observation/observer.js';
import { FieldProblem } from './http/problem.filter.js';
import { readCommand, refusal } from './http/reading.js';
import { happensAt } from './http/writing.js';
import { Secrets } from './secrets.js';

type Incoming = DeclareOpposition | RegisterClient | RecordPurchase | RecordResponse | RecordContact;

/** The command that a message of each topic is. */
export const intakeCommands: Readonly<Record<InTopicName, Type<Incoming>>> = {
  consents: DeclareOpposition,
  clients: RegisterClient,
  purchases: RecordPurchase,
  responses: RecordResponse,
  contacts: RecordContact,
};

/** What became of the messages of a topic since this process started. */
export interface IntakeCounts {
  readonly accepted: number;
  /** Known already; nothing was written for them. */
  readonly repeated: number;
  /** Gone to the dead letters. */
  readonly rejected: number;
  /** What holds the topic up, if anything does. */
  readonly lastError: string | null;
}

const GROUP = 'boucle-intake';
/** Apart from the others, so that nothing they say keeps it waiting. */
const OPPOSITION_GROUP = 'boucle-intake-consents';
const LOOK_AGAIN_MS = 20;
const AT_ONCE = 500;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;
/** How often a message may fail for a reason that is neither its own nor the store's. */
const MOST_SURPRISES = 5;
const LONGEST_SOURCE = 200;
const DAY_MS = 86_400_000;

interface Pending {
  readonly message: HeardMessage;
  readonly request: Request;
}

interface Bad {
  readonly message: HeardMessage;
  readonly problem: FieldProblem;
}

/** What tells this record from others of its client. */
const recordOf = (command: Incoming): string => {
  const ids = command as Partial<Record<'purchaseId' | 'responseId' | 'contactId' | 'oppositionId', string>>;
  return `${command.clientId}/${ids.purchaseId ?? ids.responseId ?? ids.contactId ?? ids.oppositionId ?? ''}`;
};

/** A message that is heard again has the same cause, so whatever follows from it has the same ids. */
const causeOf = (topic: string, { headers }: Pick<HeardMessage, 'headers'>, command: Incoming, clock: Clock): Cause => {
  const record = recordOf(command);
  const id = uuidv5(NAMESPACE, topic, headers.ce_id ?? record);
  const correlation = headers.ce_correlationid ?? '';
  const source = headers.ce_source ?? '';
  return {
    id,
    correlationId: ID.test(correlation) ? correlation : id,
    now: happensAt('attributes' in command ? {} : command, clock),
    actor: source === '' ? `topic:${topic}` : `producer:${source.slice(0, LONGEST_SOURCE)}`,
    key: record,
  };
};

/** A message as a command, or the first thing that is wrong with it. */
export const readMessage = (name: InTopicName, message: Pick<HeardMessage, 'headers' | 'value'>, clock: Clock): Request | FieldProblem =>
  readCommand(message.value, intakeCommands[name], 'message', (command) => causeOf(IN_TOPICS[name].topic, message, command, clock));

/** A message with the reason why it was not taken, and where it stood; its body is sealed, as it may tell of a person. */
const deadLetterOf = (
  topic: string,
  { partition, offset, key, headers, value }: HeardMessage,
  problem: FieldProblem,
  secrets: Secrets,
): BusMessage => ({
  key,
  value: secrets.seal(value, placeOf(topic, partition, offset)),
  headers: {
    ...headers,
    [DEAD_LETTER.sealed]: 'true',
    [DEAD_LETTER.reason]: problem.reason,
    [DEAD_LETTER.field]: problem.field,
    [DEAD_LETTER.topic]: topic,
    [DEAD_LETTER.partition]: String(partition),
    [DEAD_LETTER.offset]: String(offset),
  },
});

/** Takes what other systems say on the in-topics through the same check and the same door as HTTP; what is bad goes to the dead letters and holds up nothing. */
export class Intake implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Intake');
  private readonly stop = new AbortController();
  private readonly tallies = new Map<string, { -readonly [K in keyof IntakeCounts]: IntakeCounts[K] }>();
  private running: Promise<void> | null = null;
  /** How many batches hold oppositions of somebody unknown, and wait for the clients that are about to enter. */
  private waiting = 0;

  constructor(
    private readonly bus: MessageBus,
    private readonly partitions: number,
    private readonly door: CommandDoor,
    private readonly clock: Clock,
    private readonly observer: Observer,
    private readonly secrets: Secrets,
  ) {
    for (const { topic } of Object.values(IN_TOPICS)) this.tallies.set(topic, { accepted: 0, repeated: 0, rejected: 0, lastError: null });
  }

  /** By topic. */
  get counts(): Readonly<Record<string, IntakeCounts>> {
    return Object.fromEntries(this.tallies);
  }

  onApplicationBootstrap(): void {
    this.running = this.listen();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  /** Hears the topics until the engine stops, whatever the bus does meanwhile. */
  private async listen(): Promise<void> {
    const { signal } = this.stop;
    const topics = Object.values(IN_TOPICS);
    for (let attempt = 1; !signal.aborted; attempt++)
      try {
        const { partitions } = this;
        await this.bus.prepare(topics.flatMap((topic) => topicsOf(topic, partitions)));
        const { consents, ...others } = IN_TOPICS;
        const consume = (group: string, heard: readonly InTopic[]): Promise<void> =>
          this.bus.consume({
            group,
            topics: heard.map(({ topic }) => topic),
            take: (batch, taken) => this.take(batch, taken),
            hindered: (error) => this.hindered(error),
            signal,
          });
        await Promise.all([consume(OPPOSITION_GROUP, [consents]), consume(GROUP, Object.values(others))]);
      } catch (error) {
        if (signal.aborted) return;
        this.hindered(error as Error);
        await rest(pauseAfter(attempt), signal);
      }
  }

  private hindered(error: Error | null): void {
    for (const tally of this.tallies.values()) tally.lastError = error?.message ?? null;
    if (error) this.logger.warn(`Nothing can be heard now: ${error.message}`);
  }

  private async take({ topic, partition, messages }: BusBatch, signal: AbortSignal): Promise<void> {
    for (let start = 0; start < messages.length; start += AT_ONCE) {
      if (topic !== IN_TOPICS.consents.topic) await this.oppositionsFirst(topic, signal);
      await this.takeSome(topic, partition, messages.slice(start, start + AT_ONCE), signal);
    }
  }

  /** Resolves once every opposition that was said has been taken; clients may enter when it is they who oppose. */
  private async oppositionsFirst(topic: string, signal: AbortSignal): Promise<void> {
    while (await this.anyUnheard(OPPOSITION_GROUP, IN_TOPICS.consents)) {
      if (this.waiting > 0 && topic === IN_TOPICS.clients.topic) return;
      await rest(LOOK_AGAIN_MS, signal);
      signal.throwIfAborted();
    }
  }

  /** Resolves once every client that was told of has entered: he may have opposed before. */
  private async clientsEnter(signal: AbortSignal): Promise<void> {
    this.waiting++;
    try {
      while (await this.anyUnheard(GROUP, IN_TOPICS.clients)) {
        await rest(LOOK_AGAIN_MS, signal);
        signal.throwIfAborted();
      }
    } finally {
      this.waiting--;
    }
  }

  /** Where the bus cannot say, there may be. */
  private anyUnheard(group: string, { topic }: InTopic): Promise<boolean> {
    return this.bus.unheard(group, [topic]).then(
      (messages) => messages > 0,
      () => true,
    );
  }

  private async takeSome(topic: string, partition: number, messages: readonly HeardMessage[], signal: AbortSignal): Promise<void> {
    const [name, { deadLetters }] = Object.entries(IN_TOPICS).find(([, known]) => known.topic === topic)!;
    const bad: Bad[] = [];
    const good: Pending[] = [];
    for (const message of messages) {
      const request = readMessage(name as InTopicName, message, this.clock);
      if ('message' in request) good.push({ message, request });
      else bad.push({ message, problem: request });
    }
    bad.push(...(await this.send(topic, good, signal)));
    if (bad.length === 0) return;
    bad.sort((a, b) => a.message.offset - b.message.offset);
    const letters = bad.map(({ message, problem }) => deadLetterOf(topic, { ...message, partition }, problem, this.secrets));
    await this.insist(topic, signal, () => this.bus.publish(deadLetters, letters));
    for (const _ of letters) this.observer.deadLettered?.(topic);
    this.tallies.get(topic)!.rejected += bad.length;
  }

  /** Executes the commands however long the store takes, and gives those that were refused. */
  private async send(
    topic: string,
    pending: readonly Pending[],
    signal: AbortSignal,
    patient = topic === IN_TOPICS.consents.topic,
  ): Promise<Bad[]> {
    const bad: Bad[] = [];
    const strangers: Pending[] = [];
    const tally = this.tallies.get(topic)!;
    let [left, surprises] = [pending, 0];
    await this.insist(topic, signal, async () => {
      const outcomes = await this.door.executeMany(left.map(({ request }) => request));
      const failed: Pending[] = [];
      let failure: Error | null = null;
      const surprised = outcomes.some(isSurprise) && ++surprises >= MOST_SURPRISES;
      outcomes.forEach((outcome, i) => {
        const { message } = left[i];
        if (patient && outcome instanceof DomainError && outcome.code === 'unknown-client') strangers.push(left[i]);
        else if (outcome instanceof DomainError) bad.push({ message, problem: refusal(outcome, 'message') });
        else if (surprised && isSurprise(outcome)) bad.push({ message, problem: { field: 'message', reason: outcome.message } });
        else if (outcome instanceof Error) {
          failed.push(left[i]);
          failure = outcome;
        } else if (outcome.events.length > 0) tally.accepted++;
        else tally.repeated++;
      });
      left = failed;
      if (failure !== null) throw failure as Error;
    });
    if (strangers.length === 0) return bad;
    await this.clientsEnter(signal);
    return [...bad, ...(await this.send(topic, strangers, signal, false))];
  }

  /** Does it again, at longer and longer intervals, until it is done or the partition is another's. */
  private async insist(topic: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    const tally = this.tallies.get(topic)!;
    for (let attempt = 1; ; attempt++)
      try {
        signal.throwIfAborted();
        await work();
        tally.lastError = null;
        return;
      } catch (error) {
        signal.throwIfAborted();
        tally.lastError = (error as Error).message;
        this.logger.warn(`${topic} waits: ${(error as Error).message}`);
        await rest(pauseAfter(attempt), signal);
      }
  }
}

/** A topic and that of its dead letters; what says who somebody is, is not kept for long. */
const topicsOf = ({ topic, deadLetters, personal }: InTopic, partitions: number): Topic[] => [
  { name: topic, partitions, ...(personal && { retention: KEPT_DAYS.message * DAY_MS }) },
  { name: deadLetters, partitions, ...(personal && { retention: KEPT_DAYS.deadLetter * DAY_MS }) },
];

const pauseAfter = (attempt: number): number => Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);

const isSurprise = (outcome: Outcome | Error): outcome is Error =>
  outcome instanceof Error &&
  !(outcome instanceof DomainError || outcome instanceof ConcurrencyError || outcome instanceof StoreUnavailableError);
