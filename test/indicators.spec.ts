import fc from 'fast-check';
import {
  articlesProjection,
  classReading,
  clientDecider,
  clientSegmentsProjection,
  clientStream,
  historyProjection,
  identityProjection,
  indicatorsDecider,
  indicatorsWorker,
  IndicatorWish,
  lifeCyclePolicyDecider,
  mergingWorker,
  occasionReading,
  pointsOfSaleProjection,
  profileProjection,
  scoringDecider,
  segmentMembersDecider,
  segmentFacts,
  segmentMembersProjection,
  SegmentMemberships,
  segmentsDecider,
  segmentVocabulary,
  standingWorker,
} from '@boucle/clients';
import {
  AnyDecider,
  AnyProjection,
  CommandClass,
  commandHandling,
  Door,
  NAMESPACE,
  Processor,
  projectionConsumer,
  uuidv5,
} from '@boucle/eventsourcing';
import { parseRule, Rule } from '@boucle/segments';
import { SteppedClock } from '../apps/cli/src/demo/stepped-clock.js';
import { Adapters, onFolder, openAdapters, upcasters } from '../apps/engine/src/adapters.js';
import { day } from '../libs/clients/src/testing.js';
import { breaking, untilDone } from './support/breaking.js';
import { newFolder } from './support/folders.js';

jest.setTimeout(240_000);

const deciders: readonly AnyDecider[] = [
  ...[clientDecider, lifeCyclePolicyDecider, indicatorsDecider],
  ...[segmentsDecider, segmentMembersDecider, scoringDecider],
];
const known = new Map(
  deciders.flatMap((decider) =>
    Object.entries(decider.commands as Record<string, CommandClass>).map(([name, type]) => [name, { decider, type }] as const),
  ),
);

/** The engine as far as indicators go, in a folder of its own; each step is a new process. */
class World {
  private readonly handling;
  private readonly clock = new SteppedClock(day(0));
  private readonly projections: readonly Processor[];
  private told = 0;

  constructor(
    private readonly engine: Adapters,
    private readonly broken: readonly number[],
  ) {
    this.handling = commandHandling(engine.events, upcasters);
    this.projections = [
      ...[profileProjection, identityProjection, historyProjection, articlesProjection, pointsOfSaleProjection],
      ...[segmentMembersProjection, clientSegmentsProjection],
    ].map(
      (projection: AnyProjection) => new Processor(engine.events, engine.checkpoints, projectionConsumer(projection, engine.documents)),
    );
  }

  get now(): string {
    return this.clock.now();
  }

  async rule(text: string): Promise<Rule> {
    const { events, documents } = this.engine;
    return parseRule(text, segmentVocabulary(await segmentFacts(events, documents, this.now))).rule;
  }

  /** Says something on a day, and lets everything follow from it. */
  async on(n: number, ...said: readonly (readonly [type: string, data: object])[]): Promise<void> {
    for (const [type, data] of said) await this.say(type, data, day(n));
    await this.settle(day(n));
  }

  async say(type: string, data: object, now: string, history = false): Promise<void> {
    const id = uuidv5(NAMESPACE, this.told++);
    const { decider, type: Command } = known.get(type)!;
    const cause = { id, correlationId: id, now, actor: 'spec', ...(history && { history: true as const }) };
    await this.handling.handle(decider, { command: Object.assign(new Command(), data), cause });
  }

  declare(indicatorId: string, wish: Omit<IndicatorWish, 'name'>): Promise<void> {
    return this.say('DeclareIndicator', { indicatorId, name: indicatorId, ...wish }, this.now);
  }

  async imported(now: string): Promise<void> {
    const tally = {
      rows: 1,
      accepted: 1,
      repeated: 0,
      rejected: 0,
      created: 1,
      matched: 0,
      changed: {},
      records: 0,
      inLog: 0,
      anonymous: 0,
    };
    const metadata = {
      id: uuidv5(NAMESPACE, 'done'),
      schemaVersion: 1,
      correlationId: 'i',
      causationId: 'i',
      actor: 'spec',
      occurredAt: now,
    };
    const data = { importId: 'i-1', tally: { ...tally, months: {} }, clients: 1 };
    await this.engine.events.append('import-i-1', -1, [{ type: 'ImportCompleted', data, metadata }]);
    await this.settle(now);
  }

  async settle(now: string): Promise<void> {
    if (now > this.now) this.clock.moveTo(now);
    const { events, checkpoints } = this.engine;
    const documents = breaking(this.engine.documents, this.broken);
    const fresh = () =>
      standingWorker(documents, this.clock, [
        classReading(events, this.door),
        new SegmentMemberships(events, documents, this.door),
        occasionReading(events, this.door),
      ]);
    const step = async (): Promise<void> => {
      await new Processor(events, checkpoints, mergingWorker(events, this.engine.documents, this.door)).toHead();
      for (const processor of this.projections) await processor.toHead();
      await untilDone(() => new Processor(events, checkpoints, fresh().consumer).toHead());
      // a process that ends between what it tells and what it remembers begins there again
      await untilDone(async () => {
        await new Processor(events, checkpoints, indicatorsWorker(events, this.door)).toHead();
        await indicatorsWorker(events, this.door).take((await events.read(clientStream('ann'))).slice(-5));
      });
    };
    await step();
    await untilDone(() => fresh().sweep());
    await step();
  }

  /** What was told of somebody: which indicator, for what, and when. */
  async raised(clientId = 'ann'): Promise<readonly (readonly [string, string])[]> {
    const events = await this.engine.events.read(clientStream(clientId));
    return events.flatMap(({ type, data, metadata }) =>
      type === 'IndicatorRaised' ? [[(data as { indicatorId: string }).indicatorId, metadata.occurredAt] as const] : [],
    );
  }

  private readonly door: Door = {
    executeMany: async (requests) => {
      const outcomes = [];
      for (const { message, cause } of requests) {
        const { decider, type } = known.get(message.type)!;
        outcomes.push(await this.handling.handle(decider, { command: Object.assign(new type(), message.data), cause }));
      }
      return outcomes;
    },
  };
}

const inWorld = async (work: (world: World) => Promise<void>, broken: readonly number[] = []): Promise<void> => {
  const engine = await openAdapters(onFolder(newFolder()));
  try {
    await work(new World(engine, broken));
  } finally {
    await engine.close();
  }
};

const registers = (clientId: string, person: object = {}) => ['RegisterClient', { clientId, attributes: {}, person }] as const;
const buys = (clientId: string, purchaseId: string) => ['RecordPurchase', { clientId, purchaseId, amount: 900, currency: 'EUR' }] as const;

describe('a birthday', () => {
  const declare = (world: World) => world.declare('birthday', { kind: 'birthday', daysAhead: 3 });

  it('is told of so many days ahead, once a year, on the 28th of who was born on the 29 February', () =>
    inWorld(async (world) => {
      await declare(world);
      await world.on(1, registers('ann', { birthDate: '1980-02-29' }));
      await world.on(700);
      await world.on(1200);
      expect(await world.raised()).toEqual([
        ['birthday', '2027-02-25T00:00:00.000Z'],
        ['birthday', '2028-02-26T00:00:00.000Z'],
        ['birthday', '2029-02-25T00:00:00.000Z'],
      ]);
    }));

  it('is told of those who were there before somebody wanted to hear of it, from then on', () =>
    inWorld(async (world) => {
      await world.on(1, registers('ann', { birthDate: '1980-03-03' }));
      await world.on(100);
      await declare(world);
      await world.on(101);
      await world.on(400);
      expect(await world.raised()).toEqual([['birthday', '2027-02-28T00:00:00.000Z']]);
    }));

  it('is not told again where the day is corrected, nor once nobody wants to hear of it', () =>
    inWorld(async (world) => {
      await declare(world);
      await world.on(1, registers('ann', { birthDate: '1980-03-10' }));
      await world.on(19);
      await world.on(20, ['ChangeClientDetails', { clientId: 'ann', person: { birthDate: '1980-03-30' } }]);
      await world.on(59);
      await world.on(60, ['RetireIndicator', { indicatorId: 'birthday' }]);
      await world.on(800);
      expect(await world.raised()).toEqual([['birthday', '2026-03-07T00:00:00.000Z']]);
    }));

  it.each([
    ['has died', 'ReportDeath', {}],
    ['is erased', 'EraseClient', { reason: 'request', requestedBy: 'client' }],
    ['is restricted', 'RestrictProcessing', {}],
  ])('is not told of who %s', (_, command, data) =>
    inWorld(async (world) => {
      await declare(world);
      await world.on(1, registers('ann', { birthDate: '1980-03-20' }));
      await world.on(2, [command, { clientId: 'ann', ...data }]);
      await world.on(800);
      expect(await world.raised()).toEqual([]);
    }),
  );

  it('is not told of what an import tells of the past, and is from then on', () =>
    inWorld(async (world) => {
      await declare(world);
      await world.say(...registers('ann', { birthDate: '1980-03-20' }), day(-900), true);
      await world.imported(day(5));
      expect(await world.raised()).toEqual([]);
      await world.on(30);
      expect(await world.raised()).toEqual([['birthday', '2026-03-17T00:00:00.000Z']]);
    }));

  it('of a person with two files is told once, under the id that stays', () =>
    inWorld(async (world) => {
      await declare(world);
      await world.on(1, registers('ann', { birthDate: '1980-03-20' }), registers('bob', { birthDate: '1980-03-20' }));
      await world.on(2, ['MergeClients', { clientId: 'ann', mergedId: 'bob', winners: {} }]);
      await world.on(3);
      await world.on(60);
      expect([await world.raised(), await world.raised('bob')]).toEqual([[['birthday', '2026-03-17T00:00:00.000Z']], []]);
    }));
});

describe('the end of a contract', () => {
  it('is told of ahead, and again of the next end once it was renewed', () =>
    inWorld(async (world) => {
      await world.declare('ending', { kind: 'contract-end', daysAhead: 30 });
      const contract = { contractId: 'c-1', kind: 'subscription', startsOn: '2026-01-01', endsOn: '2026-06-30' };
      await world.on(1, registers('ann'), ['StartContract', { clientId: 'ann', ...contract }]);
      await world.on(109);
      await world.on(110, ['RenewContract', { clientId: 'ann', contractId: 'c-1', endsOn: '2027-06-30' }]);
      await world.on(500);
      expect(await world.raised()).toEqual([
        ['ending', '2026-05-31T00:00:00.000Z'],
        ['ending', '2027-05-31T00:00:00.000Z'],
      ]);
    }));
});

describe('a class', () => {
  const declare = async (world: World): Promise<void> => {
    await world.declare('first-purchase', { kind: 'class', to: ['trial-buyer'] });
    await world.declare('lost', { kind: 'class', from: ['trial-buyer', 'occasional'], to: ['former'] });
  };

  it('is told of when it is left or reached, by what happens or by passing time', () =>
    inWorld(async (world) => {
      await declare(world);
      await world.on(1, registers('ann'), buys('ann', 'p-1'));
      await world.on(800);
      expect(await world.raised()).toEqual([
        ['first-purchase', day(1)],
        ['lost', day(366)],
      ]);
    }));

  it('is not told of who moves because the line does, because files are joined, or who objects to profiling', () =>
    inWorld(async (world) => {
      await declare(world);
      const { version: _, ...policy } = lifeCyclePolicyDecider.initial;
      await world.on(1, registers('ann'), buys('ann', 'p-1'), registers('bob'));
      await world.on(50, ['SetLifeCyclePolicy', { ...policy, lapseDays: 20 }]);
      await world.on(51, ['MergeClients', { clientId: 'bob', mergedId: 'ann', winners: {} }]);
      await world.on(52, registers('cat'), ['ObjectToProfiling', { clientId: 'cat' }], buys('cat', 'p-2'));
      await world.on(53);
      expect([await world.raised(), await world.raised('bob'), await world.raised('cat')]).toEqual([[['first-purchase', day(1)]], [], []]);
    }));
});

describe('a segment', () => {
  const activate = async (world: World, text: string, version = 0): Promise<void> => {
    const definition = { segmentId: 'recent', name: 'Recent', rule: await world.rule(text) };
    if (version === 0) await world.say('DefineSegment', definition, world.now);
    await world.say('ActivateSegment', { ...definition, version: Math.max(version, 1), asOf: 0, count: 0, hash: '' }, world.now);
  };
  const declare = async (world: World): Promise<void> => {
    await world.declare('came', { kind: 'segment-entered', segmentId: 'recent' });
    await world.declare('went', { kind: 'segment-left', segmentId: 'recent' });
  };
  const RECENT = 'last(purchases) in the last 30 days';

  it('is told of when somebody enters or leaves it, each time anew', () =>
    inWorld(async (world) => {
      await activate(world, RECENT);
      await declare(world);
      await world.on(1, registers('ann'), buys('ann', 'p-1'));
      await world.on(100);
      await world.on(101, buys('ann', 'p-2'));
      expect((await world.raised()).map(([indicator]) => indicator)).toEqual(['came', 'went', 'came']);
    }));

  it('is not told of those whom its rule finds as it is activated or changed, or who are in it by a merge', () =>
    inWorld(async (world) => {
      await declare(world);
      await world.on(1, registers('ann'), buys('ann', 'p-1'), registers('bob'));
      await activate(world, RECENT);
      await world.on(2);
      await activate(world, 'count(purchases) > 5', 1);
      await world.on(3);
      await activate(world, RECENT, 2);
      await world.on(4);
      await world.on(5, ['MergeClients', { clientId: 'bob', mergedId: 'ann' }]);
      await world.on(6);
      expect([await world.raised(), await world.raised('bob')]).toEqual([[], []]);
    }));
});

describe('a score', () => {
  const scoring = async (world: World, n: number, scores: Readonly<Record<string, number | null>>, terms: object = {}): Promise<void> => {
    const scoringId = day(n).slice(0, 10);
    await world.say('ScoreClients', { asOf: scoringId, currency: 'EUR', ...terms }, day(n));
    const all = Object.entries(scores).map(([clientId, lifetimeValue]) => ({ clientId, lifetimeValue }));
    await world.say('RecordScores', { scoringId, run: 1, chunk: 0, scores: all }, day(n));
    await world.say('CompleteScoring', { scoringId, run: 1 }, day(n));
    await world.settle(day(n));
  };

  it('is told of when it crosses a threshold from one scoring to the next by the same terms', () =>
    inWorld(async (world) => {
      await world.declare('rich', { kind: 'score', score: 'lifetimeValue', direction: 'rises', threshold: 100 });
      await world.declare('poor', { kind: 'score', score: 'lifetimeValue', direction: 'falls', threshold: 100 });
      await world.on(1, ...['ann', 'bob', 'cat', 'dan'].map((clientId) => registers(clientId)));
      await scoring(world, 2, { ann: 50, bob: 150, cat: 150 });
      await scoring(world, 3, { ann: 100, bob: 99, cat: 150, dan: 500 });
      await scoring(world, 4, { ann: 10, bob: 900 }, { currency: 'CHF' });
      await scoring(world, 5, { ann: null, bob: 50 }, { currency: 'CHF' });
      const told = await Promise.all(['ann', 'bob', 'cat', 'dan'].map((clientId) => world.raised(clientId)));
      expect(told).toEqual([
        [['rich', day(3)]],
        [
          ['poor', day(3)],
          ['poor', day(5)],
        ],
        [],
        [['rich', day(3)]],
      ]);
    }));
});

describe('whatever breaks off', () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('buys' as const), days: fc.nat(40) }),
      fc.record({ kind: fc.constant('waits' as const), days: fc.integer({ min: 1, max: 500 }) }),
    ),
    { minLength: 3, maxLength: 8 },
  );
  const live = async (world: World, all: readonly { kind: 'buys' | 'waits'; days: number }[]) => {
    await world.declare('birthday', { kind: 'birthday', daysAhead: 0 });
    await world.declare('first-purchase', { kind: 'class', to: ['trial-buyer'] });
    await world.declare('lost', { kind: 'class', to: ['inactive', 'former'] });
    let today = 1;
    await world.on(today, registers('ann', { birthDate: '1980-06-01' }));
    for (const [n, { kind, days }] of all.entries()) {
      today += days;
      await world.on(today);
      await world.on(today, ...(kind === 'buys' ? [buys('ann', `p-${n}`)] : []));
    }
    return world.raised();
  };

  it('each occasion is told of once, and none is missed', () =>
    fc.assert(
      fc.asyncProperty(steps, fc.uniqueArray(fc.integer({ min: 1, max: 60 })), async (all, broken) => {
        const told: (readonly (readonly [string, string])[])[] = [];
        for (const writes of [[], broken]) await inWorld(async (world) => void told.push(await live(world, all)), writes);
        expect(told[1]).toEqual(told[0]);
        expect(new Set(told[0].map(String)).size).toBe(told[0].length);
      }),
      { numRuns: 10 },
    ));
});
