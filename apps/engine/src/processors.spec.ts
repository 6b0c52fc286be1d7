import fc from 'fast-check';
import {
  AnyDecider,
  AnyProjection,
  commandHandling,
  DocumentStore,
  DomainError,
  EventStore,
  Folding,
  NAMESPACE,
  Order,
  RecordedEvent,
  StoredDocument,
  uuidv5,
} from '@boucle/eventsourcing';
import {
  campaignDecider,
  CloseWave,
  CompleteDispatch,
  CompleteTargeting,
  LaunchCampaign,
  LaunchWave,
  PlanCampaign,
  TakeDecisions,
  waveDecider,
} from '@boucle/campaigns';
import { searchProjection } from '@boucle/clients';
import { Lookups } from '@boucle/adapters';
import { request } from '../../../libs/campaigns/src/testing.js';
import { CANARY, CLIENTS, DrawnCommand, randomCommands } from '../../../libs/clients/src/random-commands.js';
import { day } from '../../../libs/clients/src/testing.js';
import { newFolder } from '../../../test/support/folders.js';
import { Adapters, onFolder, openAdapters, upcasters } from './adapters.js';
import { publicMessages } from './outgoing.relay.js';
import { projections } from './processors.js';

const RUNS = 6;
const MOST = 200;

const { campaignId } = request;
const of = <C extends object>(decider: AnyDecider, type: new () => C, fields: C): DrawnCommand => ({
  decider,
  command: Object.assign(new type(), fields),
});
const counts = { eligible: 3, drawn: 3, heldOut: 1, excluded: {} };
const propensities = { letter: 500_000, mail: 500_000 };

/** A wave into which everybody is drawn, so that mailings and reactions count. */
const opening: readonly DrawnCommand[] = [
  of(campaignDecider, PlanCampaign, request),
  of(campaignDecider, LaunchCampaign, { campaignId }),
  of(campaignDecider, LaunchWave, { campaignId, wave: 1 }),
  of(waveDecider, TakeDecisions, {
    campaignId,
    wave: 1,
    chunk: 0,
    decisions: CLIENTS.map((clientId) => ({ clientId, cell: 'all', arm: 'letter', propensities })),
  }),
  of(waveDecider, CompleteTargeting, { campaignId, wave: 1, asOf: 1, counts, merkleRoot: '00' }),
];
const ending: readonly DrawnCommand[] = [
  of(waveDecider, CompleteDispatch, { campaignId, wave: 1, mailed: 2, withheld: 1 }),
  of(campaignDecider, CloseWave, { campaignId, wave: 1 }),
];

/** What may happen, the wave being closed before its end. */
const commands = fc
  .tuple(randomCommands(MOST), fc.nat(MOST))
  .map(([some, closed]) => [...opening, ...some.slice(0, closed), ...ending, ...some.slice(closed)]);

/** Lets the commands happen, one an hour; neighbours of one decider are one commit. */
const live = async (events: EventStore, all: readonly DrawnCommand[]): Promise<void> => {
  const handling = commandHandling(events, upcasters);
  for (let start = 0; start < all.length;) {
    const { decider } = all[start];
    const orders: Order[] = [];
    for (; all[start]?.decider === decider; start++) {
      const { command } = all[start];
      const id = uuidv5(NAMESPACE, start);
      const { occurredAt = day(0, start) } = command as { occurredAt?: string };
      orders.push({ command, cause: { id, correlationId: id, now: occurredAt, actor: 'spec' } });
    }
    for (const outcome of await handling.handleMany(decider, orders))
      if (outcome instanceof Error && !(outcome instanceof DomainError)) throw outcome;
  }
};

const readAll = async (events: EventStore, sealed = false): Promise<RecordedEvent[]> => {
  const read: RecordedEvent[] = [];
  for await (const batch of events.subscribe({ after: 0, sealed })) {
    read.push(...batch.events);
    if (batch.caughtUp) break;
  }
  return read;
};

const destroy = ({ vault }: Adapters, events: readonly RecordedEvent[]): Promise<void> =>
  vault.destroy([...new Set(events.map(({ stream }) => stream))].map((subject) => ({ subject, at: day(0), by: 'spec' })));

/** Folds what is delivered bit by bit into a collection, and gives what stands there. */
const folded = async (
  documents: DocumentStore,
  projection: AnyProjection,
  deliveries: readonly (readonly RecordedEvent[])[],
): Promise<StoredDocument[]> => {
  const folding = new Folding(projection, documents);
  for (const events of deliveries) {
    await folding.add(events.filter(({ type }) => type in projection.on));
    await folding.flush();
  }
  return documents.scan(projection.name, { limit: 1000 });
};

/** How a processor gets on: so many events at a time, some of them again, with the keys of the erased or without. */
const paces = fc.array(fc.record({ take: fc.integer({ min: 1, max: 40 }), again: fc.nat(20), late: fc.boolean() }), { minLength: 1 });
type Pace = readonly { readonly take: number; readonly again: number; readonly late: boolean }[];

const delivered = (early: readonly RecordedEvent[], late: readonly RecordedEvent[], pace: Pace): RecordedEvent[][] => {
  const deliveries: RecordedEvent[][] = [];
  for (let [n, next] = [0, 0]; next < early.length; n++) {
    const step = pace[n % pace.length];
    deliveries.push((step.late ? late : early).slice(Math.max(0, next - step.again), next + step.take));
    next += step.take;
  }
  return deliveries;
};

/** Tries a law on engines of their own. */
const whatever = <T>(more: fc.Arbitrary<T>, law: (engine: Adapters, more: T) => Promise<void>): Promise<void> =>
  fc.assert(
    fc.asyncProperty(commands, more, async (all, drawn) => {
      const engine = await openAdapters(onFolder(newFolder()));
      try {
        await live(engine.events, all);
        await law(engine, drawn);
      } finally {
        await engine.close();
      }
    }),
    { numRuns: RUNS },
  );

const everyProjection = async ({ vault }: Adapters): Promise<AnyProjection[]> => [
  ...projections.map(({ projection }) => projection),
  searchProjection(await new Lookups(vault).lookup()),
];

describe('whatever happens', () => {
  it('each read model is what it would be if it were rebuilt without the keys of those who were erased', () =>
    whatever(paces, async (engine, pace) => {
      const { events, documents } = engine;
      const early = await readAll(events);
      await destroy(
        engine,
        early.filter(({ type }) => type === 'ClientErased'),
      );
      const late = await readAll(events);
      for (const projection of await everyProjection(engine)) {
        const followed = await folded(documents, projection, delivered(early, late, pace));
        expect(followed).toEqual(await folded(documents, { ...projection, name: `rebuilt-${projection.name}` }, [late]));
      }
    }));

  it('no read model needs, or shows, anything personal once the keys are destroyed', () =>
    whatever(paces, async (engine, pace) => {
      const { events, documents } = engine;
      await destroy(engine, await readAll(events, true));
      const read = (await readAll(events)).filter(({ type }) => type !== 'ClientErased');
      for (const projection of await everyProjection(engine))
        expect(JSON.stringify(await folded(documents, projection, delivered(read, read, pace)))).not.toMatch(CANARY);
    }));

  it('neither the log nor a message holds anything personal in clear', () =>
    whatever(fc.constant(null), async ({ events }) => {
      expect(JSON.stringify(await readAll(events, true))).not.toMatch(CANARY);
      expect(JSON.stringify((await readAll(events)).map(publicMessages))).not.toMatch(CANARY);
    }));
});
