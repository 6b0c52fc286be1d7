import fc from 'fast-check';
import {
  articlesProjection,
  classOf,
  classReading,
  clientDecider,
  clientSegmentsProjection,
  clientStream,
  ClientEvent,
  historyProjection,
  identityProjection,
  lifeCyclePolicy,
  lifeCyclePolicyDecider,
  LifeCycleStanding,
  logUntil,
  PastDocuments,
  pointsOfSaleProjection,
  profileProjection,
  profilingBar,
  readClient,
  rulesOf,
  segmentFacts,
  segmentMembersDecider,
  SegmentMemberships,
  segmentMembersProjection,
  segmentsDecider,
  segmentsProjection,
  SegmentSubjects,
  SEGMENTS_STREAM,
  segmentStream,
  segmentVocabulary,
  standingWorker,
  Subjects,
} from '@boucle/clients';
import {
  AnyDecider,
  AnyProjection,
  CommandClass,
  commandHandling,
  DomainError,
  Door,
  fold,
  NAMESPACE,
  Processor,
  projectionConsumer,
  RecordedEvent,
  uuidv5,
} from '@boucle/eventsourcing';
import { compileRule, explainRule, parseRule } from '@boucle/segments';
import { SteppedClock } from '../apps/cli/src/demo/stepped-clock.js';
import { Adapters, onFolder, openAdapters, upcasters } from '../apps/engine/src/adapters.js';
import { CLIENTS, DrawnCommand, randomCommands } from '../libs/clients/src/random-commands.js';
import { day } from '../libs/clients/src/testing.js';
import { breaking, untilDone } from './support/breaking.js';
import { newFolder } from './support/folders.js';

jest.setTimeout(240_000);

const deciders: readonly AnyDecider[] = [clientDecider, lifeCyclePolicyDecider];

/** Segments that ask of all that may come late or from another file, and of passing time. */
const RULES = {
  recent: 'count(purchases in the last 30 days) >= 1',
  solicited: 'count(mailings since the last purchase where answered = no) >= 1 or count(contacts in the last 60 days) >= 2',
  spent: 'sum(amount.EUR of purchases) >= 10 and not segment "recent"',
  asked: 'count(responses where kind = "quote-request") >= 1 or class = "hot-prospect"',
  lapsing: 'lapsing = yes or class in ("inactive", "former")',
  reached: 'hasEmail = yes and random 50%',
} as const;

/** Where people stand. */
interface Telling {
  readonly classes: Map<string, LifeCycleStanding>;
  readonly segments: Record<string, string[]>;
}

/** Clients whose class is kept in a folder of their own. */
class World {
  readonly subjects: Subjects;
  private readonly handling;
  private readonly clock = new SteppedClock(day(0));
  private readonly projections: readonly Processor[];
  private readonly lists: readonly Processor[];
  private told = 0;

  constructor(
    readonly engine: Adapters,
    private readonly broken: readonly number[] = [],
  ) {
    this.handling = commandHandling(engine.events, upcasters);
    this.subjects = new Subjects(engine.documents);
    const following = (projection: AnyProjection): Processor =>
      new Processor(engine.events, engine.checkpoints, projectionConsumer(projection, engine.documents));
    this.projections = [profileProjection, identityProjection, historyProjection, articlesProjection, pointsOfSaleProjection].map(
      following,
    );
    this.lists = [segmentsProjection, segmentMembersProjection, clientSegmentsProjection].map(following);
  }

  get now(): string {
    return this.clock.now();
  }

  /** Says something at an hour; refusals are answers. */
  async say(decider: AnyDecider, command: object, at: string, history = false): Promise<void> {
    const id = uuidv5(NAMESPACE, this.told++);
    const { occurredAt = at } = command as { occurredAt?: string };
    const cause = { id, correlationId: id, now: occurredAt, actor: 'spec', ...(history && { history: true as const }) };
    const [outcome] = await this.handling.handleMany(decider, [{ command, cause }]);
    if (outcome instanceof Error && !(outcome instanceof DomainError)) throw outcome;
  }

  /** Lets everything be read that happened by then, and that comes to pass by then. */
  async settle(at: string): Promise<void> {
    if (at > this.now) this.clock.moveTo(at);
    const { events, checkpoints } = this.engine;
    const documents = breaking(this.engine.documents, this.broken);
    // each attempt is a new process: nothing is remembered
    const fresh = () =>
      standingWorker(documents, this.clock, [
        classReading(events, this.door()),
        new SegmentMemberships(events, this.engine.documents, this.door()),
      ]);
    for (const processor of this.projections) await processor.toHead();
    await untilDone(() => new Processor(events, checkpoints, fresh().consumer).toHead());
    await untilDone(() => fresh().sweep());
    for (const processor of this.lists) await processor.toHead();
  }

  /** Defines the segments and has members kept of them. */
  async activate(): Promise<void> {
    const { events, documents } = this.engine;
    const vocabulary = segmentVocabulary(await segmentFacts(events, documents, this.now));
    for (const [segmentId, text] of Object.entries(RULES)) {
      const { rule } = parseRule(text, vocabulary);
      const segment = { segmentId, name: segmentId, rule };
      await this.say(segmentsDecider, Object.assign(new segmentsDecider.commands.DefineSegment(), segment), this.now);
      const figures = { version: 1, asOf: 0, count: 0, hash: '' };
      await this.say(segmentsDecider, Object.assign(new segmentsDecider.commands.ActivateSegment(), { ...segment, ...figures }), this.now);
    }
  }

  /** Where everybody stands and who is in each segment, by what was told event by event. */
  async telling(): Promise<Telling> {
    const classes: Telling['classes'] = new Map();
    for (const clientId of CLIENTS) {
      const { standing, attributes, erased } = await readClient(this.engine.events, clientId);
      if (attributes !== null && !erased) classes.set(clientId, { class: standing.class, lapsing: standing.lapsing });
    }
    const segments: Telling['segments'] = {};
    for (const segmentId of Object.keys(RULES)) {
      const members = new Set<string>();
      for (const { data } of await this.engine.events.read(segmentStream(segmentId))) {
        const { entered = [], left = [] } = data as { entered?: readonly string[]; left?: readonly string[] };
        for (const id of left) if (!members.delete(id)) throw new Error(`${id} left ${segmentId} without having entered it`);
        for (const id of entered) {
          if (members.has(id)) throw new Error(`${id} entered ${segmentId} twice`);
          members.add(id);
        }
      }
      segments[segmentId] = [...members].sort();
    }
    return { classes, segments };
  }

  /** The same, worked out anew from the log as it was when it ended at a position. */
  async found(position: number, at: string): Promise<Telling> {
    const { documents } = this.engine;
    const past = new PastDocuments(this.engine.events, documents, { position, until: null });
    const events = logUntil(this.engine.events, position);
    const vocabulary = segmentVocabulary(await segmentFacts(events, past, at));
    const policy = await lifeCyclePolicy(events);
    const known = rulesOf(fold(segmentsDecider, segmentsDecider.initial, await events.read(SEGMENTS_STREAM)));
    const classes: Telling['classes'] = new Map();
    const segments: Telling['segments'] = Object.fromEntries(Object.keys(RULES).map((segmentId) => [segmentId, []]));
    for await (const page of new Subjects(past).all())
      for (const subject of await new SegmentSubjects(past).of(page)) {
        const { class: found, lapsing } = classOf(subject, policy, at);
        classes.set(subject.clientId, { class: found, lapsing });
        for (const [name, members] of Object.entries(segments)) {
          const rule = known.get(name);
          const asking = { at, segments: known, name };
          if (!rule || profilingBar(subject.profile) !== null) continue;
          const member = compileRule(rule, vocabulary, asking)(subject);
          expect(explainRule(rule, subject, vocabulary, asking).member).toBe(member);
          if (member) members.push(subject.clientId);
        }
      }
    return { classes, segments };
  }

  async changesOf(clientId: string): Promise<RecordedEvent<Extract<ClientEvent, { type: 'ClientClassChanged' }>>[]> {
    const history = (await this.engine.events.read(clientStream(clientId))) as RecordedEvent<ClientEvent>[];
    return history.flatMap((event) => (event.type === 'ClientClassChanged' ? [event] : []));
  }

  private door(): Door {
    return {
      executeMany: (requests) => {
        const decider: AnyDecider = requests[0].message.type in segmentMembersDecider.commands ? segmentMembersDecider : clientDecider;
        return this.handling.handleMany(
          decider,
          requests.map(({ message, cause }) => {
            const Command = (decider.commands as Record<string, CommandClass>)[message.type];
            return { command: Object.assign(new Command(), message.data), cause };
          }),
        );
      },
    };
  }
}

const inWorld = async (work: (world: World) => Promise<void>, broken: readonly number[] = []): Promise<void> => {
  const engine = await openAdapters(onFolder(newFolder()));
  try {
    await work(new World(engine, broken));
  } finally {
    await engine.close();
  }
};

const policies = fc.record({
  lapseDays: fc.constantFrom(2, 365),
  lapseGaps: fc.constantFrom(0, 3),
  unanswered: fc.constantFrom(1, 3),
  unsolicitedMonths: fc.constantFrom(1, 24),
  interestDays: fc.constantFrom(1, 3),
  regularDays: fc.constant(2),
  regularVariation: fc.constant(1),
  regularGaps: fc.constantFrom(1, 5),
});
const saying: fc.Arbitrary<readonly DrawnCommand[]> = fc
  .tuple(
    randomCommands(120),
    fc.array(
      policies.map((policy) => ({
        decider: lifeCyclePolicyDecider,
        command: Object.assign(new lifeCyclePolicyDecider.commands.SetLifeCyclePolicy(), policy),
      })),
      { maxLength: 3 },
    ),
    fc.infiniteStream(fc.nat(119)),
  )
  .map(([commands, set, places]) => {
    // nobody is merged into himself: merging asks for two
    const all = commands.filter(
      ({ command: { clientId, survivorId } }: { command: { clientId?: string; survivorId?: string } }) =>
        survivorId === undefined || clientId !== survivorId,
    );
    for (const one of set) all.splice(places.next().value as number, 0, one);
    return all;
  });

const hours = (n: number): string => day(0, n);

describe('where clients stand, and to which segments they belong', () => {
  it('is, whenever it is said, what the log comes to: late events, merges, erasures and new policies included, whatever breaks off', () =>
    fc.assert(
      fc.asyncProperty(
        saying,
        fc.uniqueArray(fc.integer({ min: 1, max: 40 })),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 24 * 400 })), { minLength: 2, maxLength: 5 }),
        (commands, broken, rests) =>
          inWorld(async (world) => {
            await world.activate();
            let [done, hour] = [0, 0];
            const rested: { position: number; at: string; told: Telling }[] = [];
            for (const [many, pause] of rests) {
              for (const { decider, command } of commands.slice(done, done + many)) {
                const own = deciders.find((one) => one === decider);
                if (own && command.constructor.name !== 'ClassifyClient') await world.say(own, command, hours(hour++));
              }
              done += many;
              hour += pause;
              await world.settle(hours(hour));
              rested.push({ position: await world.engine.events.head(), at: world.now, told: await world.telling() });
            }
            for (const { position, at, told } of rested) {
              const { classes, segments } = await world.found(position, at);
              expect(told.segments).toEqual(segments);
              for (const [clientId, standing] of told.classes)
                // who is one with somebody else is nobody of his own
                expect([clientId, standing]).toEqual([clientId, classes.get(clientId) ?? { class: null, lapsing: false }]);
            }
            for (const clientId of CLIENTS) {
              const ids = (await world.changesOf(clientId)).map(({ metadata }) => metadata.id);
              expect(new Set(ids).size).toBe(ids.length);
            }
          }, broken),
      ),
      { numRuns: 15 },
    ));
});

const order = <C extends object>(type: new () => C, fields: object): C => Object.assign(new type(), fields);
const { RegisterClient, RecordPurchase, RecordResponse } = clientDecider.commands;
const ann = 'ann';
const registers = order(RegisterClient, { clientId: ann, attributes: {} });
const buys = (purchaseId: string) => order(RecordPurchase, { clientId: ann, purchaseId, amount: 900, currency: 'EUR' });
const asks = order(RecordResponse, { clientId: ann, responseId: 'a', kind: 'quote-request' });

describe('a change of class', () => {
  const told = async (world: World): Promise<(readonly [string, string | null, boolean])[]> =>
    (await world.changesOf(ann)).map(({ data: { to, lapsing }, metadata }) => [metadata.occurredAt, to, lapsing] as const);

  it('stands at the instant at which it came about, not at which somebody looked', () =>
    inWorld(async (world) => {
      await world.say(clientDecider, registers, day(0));
      await world.say(clientDecider, asks, day(1));
      await world.settle(day(400));
      await world.say(clientDecider, buys('p-1'), day(401));
      await world.settle(day(2000));
      expect(await told(world)).toEqual([
        [day(1), 'hot-prospect', false],
        [day(91), 'suspect', false],
        [day(401), 'trial-buyer', false],
        [day(766), 'former', false],
      ]);
    }));

  it('is not told of who is a suspect, as everybody is at first', () =>
    inWorld(async (world) => {
      await world.say(clientDecider, registers, day(0));
      await world.settle(day(1));
      expect(await world.engine.documents.scan('standings')).toEqual([]);
      expect(await told(world)).toEqual([]);
    }));

  it('is told once of what an import told of the past, at its end, and as history', () =>
    inWorld(async (world) => {
      await world.say(clientDecider, registers, day(-900), true);
      for (const n of [-800, -700, -90, -60, -30]) await world.say(clientDecider, buys(`p${n}`), day(n), true);
      await world.settle(day(0));
      expect(await told(world)).toEqual([]);
      const tally = { rows: 6, accepted: 6, repeated: 0, rejected: 0, created: 1, matched: 0 };
      const completed = { importId: 'i-1', tally: { ...tally, changed: {}, records: 5, inLog: 5, anonymous: 0, months: {} }, clients: 1 };
      const metadata = { id: uuidv5(NAMESPACE, 'done'), schemaVersion: 1, correlationId: 'i-1', causationId: 'i-1', actor: 'spec' };
      const done = { type: 'ImportCompleted', data: completed, metadata: { ...metadata, occurredAt: day(0) } };
      await world.engine.events.append('import-i-1', -1, [done]);
      await world.settle(day(0));
      expect(await world.changesOf(ann)).toMatchObject([
        { data: { from: 'suspect', to: 'occasional' }, metadata: { occurredAt: day(0), history: true } },
      ]);
      await world.say(clientDecider, buys('p-0'), day(1));
      await world.settle(day(1));
      expect(await world.changesOf(ann)).toHaveLength(1);
    }));
});
