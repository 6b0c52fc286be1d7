import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedDocumentStore, EmbeddedEventStore, Outbox } from '@boucle/adapters';
import {
  analysisBarrier,
  analysisWorker,
  campaignDecider,
  ClientDecisions,
  closedLoopSaga,
  Decision,
  decisionsProjection,
  targetingBarrier,
  targetingWorker,
  waveDecider,
  WaveResults,
  waveResultsProjection,
} from '@boucle/campaigns';
import {
  clientDecider,
  identityProjection,
  mergingWorker,
  profileProjection,
  Screening,
  suppressionListsProjection,
  suppressionsProjection,
} from '@boucle/clients';
import { Dispatch, dispatchOf, DISPATCHES, dispatchWorker } from '@boucle/delivery';
import {
  AnyDecider,
  Checkpoints,
  commandHandling,
  Consumer,
  Delivery,
  Door,
  mustExecute,
  NAMESPACE,
  Processor,
  projectionConsumer,
  RecordedEvent,
  Request,
  SagaConsumer,
  StoreUnavailableError,
  uuidv5,
} from '@boucle/eventsourcing';

const DAY = 86_400_000;
const START = Date.UTC(2026, 2, 1);
const day = (days: number): string => new Date(START + days * DAY).toISOString();

const deciders: readonly AnyDecider[] = [clientDecider, campaignDecider, waveDecider];

/** The door without Nest: each command goes to its decider. */
const plainDoor = (store: EmbeddedEventStore): Door => {
  const handling = commandHandling(store);
  return {
    executeMany: async (requests) => {
      const outcomes = new Array<Awaited<ReturnType<Door['executeMany']>>[number]>(requests.length);
      for (const decider of deciders) {
        const commands = decider.commands as Record<string, new () => object>;
        const places = requests.flatMap(({ message }, i) => (message.type in commands ? [i] : []));
        const orders = places.map((i) => {
          const { message, cause } = requests[i];
          return { command: Object.assign(new commands[message.type](), message.data), cause };
        });
        const results = await handling.handleMany(decider, orders);
        places.forEach((i, n) => (outcomes[i] = results[n]));
      }
      return outcomes;
    },
  };
};

/** The channel of a spec: keeps what was offered, and does something first. */
class Counter extends Outbox {
  readonly offered: Delivery[] = [];
  before: (delivery: Delivery) => Promise<void> = () => Promise.resolve();
  after: (delivery: Delivery) => Promise<void> = () => Promise.resolve();

  override async send(delivery: Delivery): Promise<void> {
    await this.before(delivery);
    this.offered.push(delivery);
    await super.send(delivery);
    await this.after(delivery);
  }
}

const temporary: string[] = [];
const opened: { close(): void }[] = [];
afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  for (const folder of temporary.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An engine on a fresh folder. */
class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'boucle-loop-'));
  readonly store = new EmbeddedEventStore(join(this.folder, 'log.sqlite'));
  readonly documents = new EmbeddedDocumentStore(join(this.folder, 'documents.sqlite'));
  readonly door = plainDoor(this.store);
  readonly outbox = new Counter(join(this.folder, 'outbox'));
  readonly screening = new Screening(this.documents, async () => (kind, value) => `${kind}/${value}`);
  private sent = 0;
  private saga: SagaConsumer;
  private processors: Processor[];

  constructor() {
    temporary.push(this.folder);
    opened.push(this.store, this.documents);
    this.restart();
  }

  /** Everything that runs in the background, from its checkpoints on. */
  restart({ targeting = this.door, dispatch = this.door } = {}): void {
    const { store, documents, door } = this;
    this.saga = new SagaConsumer(closedLoopSaga, documents, door, () => undefined);
    const consumers: Consumer[] = [
      projectionConsumer(profileProjection, documents, targetingBarrier),
      ...[identityProjection, suppressionsProjection, suppressionListsProjection].map((projection) =>
        projectionConsumer(projection, documents, targetingBarrier),
      ),
      projectionConsumer(decisionsProjection, documents, analysisBarrier),
      projectionConsumer(waveResultsProjection, documents),
      this.saga,
      targetingWorker(store, documents, targeting, this.screening),
      dispatchWorker(store, documents, dispatch, this.outbox, this.screening),
      analysisWorker(documents, door),
    ];
    const checkpoints = new Checkpoints(documents);
    this.processors = consumers.map((consumer) => new Processor(store, checkpoints, consumer));
  }

  processor(name: string): Processor {
    return this.processors.find((processor) => processor.name === name)!;
  }

  /** Each processor to the head of the log, until none moves. */
  async settle(): Promise<void> {
    for (let moved = true; moved;) {
      moved = false;
      for (const processor of this.processors) moved = (await processor.toHead()) || moved;
    }
  }

  /** Lets the time pass to the next alarm; false if there is none. */
  async toNextAlarm(): Promise<boolean> {
    const next = this.saga.nextAlarm();
    if (next === null) return false;
    await this.ring(next);
    return true;
  }

  /** Rings what is due, and lets it have its effect. */
  async ring(now: string): Promise<boolean> {
    const rung = await this.saga.ring(now);
    if (rung) await this.settle();
    return rung;
  }

  async send(now: string, ...messages: readonly { type: string; data: object }[]): Promise<void> {
    const requests: Request[] = messages.map((message) => {
      const id = uuidv5(NAMESPACE, 'spec', this.sent++);
      return { message, cause: { id, correlationId: id, now, actor: 'spec' } };
    });
    await mustExecute(this.door, requests);
  }

  async register(from: number, to: number): Promise<void> {
    const clients = Array.from({ length: to - from }, (_, i) => `client-${String(from + i).padStart(5, '0')}`);
    await this.send(day(0), ...clients.map((clientId) => ({ type: 'RegisterClient', data: { clientId, attributes: {} } })));
  }

  async launch(campaignId: string, changed: object = {}): Promise<void> {
    const plan = {
      name: campaignId,
      offers: [
        { name: 'letter', channel: 'post', cost: 55, margin: 4000 },
        { name: 'nothing', channel: null, cost: 0, margin: 0 },
      ],
      waveSize: CLIENTS - 100,
      consent: 'not-checked',
      holdOut: 0.2,
      responseWindowDays: 14,
      stop: { waves: 2 },
      ...changed,
    };
    await this.send(day(1), { type: 'PlanCampaign', data: { campaignId, ...plan } }, { type: 'LaunchCampaign', data: { campaignId } });
  }

  /** The whole log. */
  async log(): Promise<RecordedEvent[]> {
    const all: RecordedEvent[] = [];
    for await (const { events, caughtUp } of this.store.subscribe({ after: 0 })) {
      all.push(...events);
      if (caughtUp) break;
    }
    return all;
  }

  async typesOf(stream: string): Promise<string[]> {
    return (await this.store.read(stream)).map(({ type }) => type);
  }

  async dispatch(campaignId: string, wave = 1): Promise<Dispatch | null> {
    return dispatchOf(this.documents, campaignId, wave);
  }

  /** The files of the outbox by name. */
  files(): Record<string, string> {
    const folder = join(this.folder, 'outbox');
    return Object.fromEntries(
      readdirSync(folder)
        .sort()
        .map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
    );
  }
}

const CLIENTS = 800;

const ready = async (...campaigns: readonly string[]): Promise<World> => {
  const world = new World();
  await world.register(0, CLIENTS);
  for (const campaignId of campaigns) await world.launch(campaignId);
  return world;
};

const ofType = <D>(log: readonly RecordedEvent[], type: string, campaignId: string, wave = 1): (RecordedEvent & { data: D })[] =>
  log.filter(({ type: t, data }) => {
    const of = data as { campaignId?: string; wave?: number };
    return t === type && of.campaignId === campaignId && of.wave === wave;
  }) as (RecordedEvent & { data: D })[];

const ledger = (log: readonly RecordedEvent[], campaignId = 'spring', wave = 1): Decision[] =>
  ofType<{ decisions: Decision[] }>(log, 'DecisionsTaken', campaignId, wave).flatMap(({ data }) => data.decisions);
const rootOf = (log: readonly RecordedEvent[]): string => ofType<{ merkleRoot: string }>(log, 'WaveTargeted', 'spring')[0].data.merkleRoot;

/** Every client decided has exactly one mailing or withheld contact, and `WaveDispatched` counts them right. */
const expectCarriedOut = async (world: World, campaignId: string, wave = 1) => {
  const log = await world.log();
  const mailed = ofType<{ clientId: string; mailingId: string }>(log, 'MailingDispatched', campaignId, wave);
  const withheld = ofType<{ clientId: string; reason: string }>(log, 'ContactWithheld', campaignId, wave);
  const clients = [...mailed, ...withheld].map(({ data }) => data.clientId).sort();
  expect(clients).toEqual(ledger(log, campaignId, wave).map(({ clientId }) => clientId));
  const dispatched = ofType(log, 'WaveDispatched', campaignId, wave).map(({ data }) => data);
  expect(dispatched).toEqual([{ campaignId, wave, mailed: mailed.length, withheld: withheld.length }]);
  // the outbox holds exactly the mailings of the log
  const lines = Object.entries(world.files())
    .filter(([file]) => file.startsWith(`${campaignId}.${wave}.`))
    .flatMap(([, text]) => text.split('\n').filter((line) => line !== ''))
    .map((line) => JSON.parse(line).mailingId as string);
  expect(lines.sort()).toEqual(mailed.map(({ data }) => data.mailingId).sort());
  const reasons: Record<string, number> = {};
  for (const { data } of withheld) reasons[data.reason] = (reasons[data.reason] ?? 0) + 1;
  return { mailed: mailed.length, reasons };
};

/** Lets so many commands of a type through, then throws: before or after the command took effect. */
const failing = (
  door: Door,
  type: string,
  through: number,
  effect: 'before' | 'after' = 'before',
  error = () => new Error('the power is gone'),
): Door => {
  let left = through;
  return {
    executeMany: async (requests) => {
      const fails = requests.some(({ message }) => message.type === type) && left-- <= 0;
      if (!fails) return door.executeMany(requests);
      if (effect === 'after') await door.executeMany(requests);
      throw error();
    },
  };
};
const full = (): Error => new StoreUnavailableError('the disk is full; free some space');

type Withheld = RecordedEvent & { data: { clientId: string; reason: string; shadow: boolean } };
const withheldOf = (log: readonly RecordedEvent[], campaignId = 'spring'): Withheld[] => ofType(log, 'ContactWithheld', campaignId);
/** The held-out clients of a ledger who would have been mailed. */
const shadows = (decisions: readonly Decision[]): string[] =>
  decisions.flatMap((decision) => ('reason' in decision && decision.shadow ? [decision.clientId] : []));

describe('targeting', () => {
  let undisturbed: { root: string; decisions: Decision[] };
  beforeAll(async () => {
    const world = await ready('spring');
    await world.settle();
    const log = await world.log();
    undisturbed = { root: rootOf(log), decisions: ledger(log) };
  });

  it('decides the wave once, in order of client id, at most 500 per event', async () => {
    const ids = undisturbed.decisions.map(({ clientId }) => clientId);
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids).toHaveLength(CLIENTS - 100);
  });

  it.each([
    ['before the second chunk', 1, 'before'],
    ['behind the second chunk', 1, 'after'],
    ['before anything', 0, 'before'],
  ] as const)('resumes behind the last decision after a crash %s, among the clients of the launch', async (_, through, effect) => {
    const world = await ready('spring');
    world.restart({ targeting: failing(world.door, 'TakeDecisions', through, effect) });
    await expect(world.settle()).rejects.toThrow('the power is gone');
    const before = await world.log();
    expect(ledger(before)).toHaveLength(effect === 'after' ? CLIENTS - 100 : 500 * through);

    // what happens meanwhile is not part of this wave
    await world.register(CLIENTS, CLIENTS + 200);
    await world.send(day(2), {
      type: 'RecordResponse',
      data: { clientId: undisturbed.decisions.at(-1)!.clientId, responseId: 'r-1', kind: 'complaint' },
    });
    world.restart();
    await world.settle();
    const log = await world.log();
    expect(ledger(log)).toEqual(undisturbed.decisions);
    expect(rootOf(log)).toBe(undisturbed.root);
    expect(ofType<{ decisions: Decision[] }>(log, 'DecisionsTaken', 'spring').map(({ data }) => data.decisions.length)).toEqual([500, 200]);
    await expectCarriedOut(world, 'spring');
  });

  it('seals the ledger once when it crashes at the very end', async () => {
    const world = await ready('spring');
    world.restart({ targeting: failing(world.door, 'CompleteTargeting', 0) });
    await expect(world.settle()).rejects.toThrow('the power is gone');
    world.restart();
    await world.settle();
    expect(rootOf(await world.log())).toBe(undisturbed.root);
  });

  it('gives the wave up after three failures, lets the profiles go on, and the next number may be launched', async () => {
    const world = await ready('spring');
    world.restart({ targeting: failing(world.door, 'TakeDecisions', 1) });
    await expect(world.settle()).rejects.toThrow('the power is gone');
    await expect(world.settle()).rejects.toThrow('the power is gone');
    expect(await world.typesOf('wave-spring-1')).toEqual(['DecisionsTaken']);
    await world.settle();
    expect(await world.typesOf('wave-spring-1')).toEqual(['DecisionsTaken', 'WaveAbandoned']);
    expect((await world.store.read('wave-spring-1')).at(-1)!.data).toMatchObject({
      reason: 'targeting failed 3 times: the power is gone',
    });
    expect((await world.typesOf('campaign-spring')).at(-1)).toBe('CampaignPaused');
    expect(world.processor('profiles').heldBy).toBeNull();
    expect(world.outbox.offered).toEqual([]);

    world.restart();
    await world.send(day(2), { type: 'ResumeCampaign', data: { campaignId: 'spring' } });
    await world.settle();
    expect(await world.typesOf('wave-spring-2')).toEqual(['DecisionsTaken', 'DecisionsTaken', 'WaveTargeted', 'WaveDispatched']);
    await expectCarriedOut(world, 'spring', 2);
    // the wave that never went out teaches nothing
    await world.toNextAlarm();
    expect(ofType(await world.log(), 'ResponsesAnalysed', 'spring', 2)[0].data).toMatchObject({ analysis: { verdict: { look: 1 } } });
  });

  it('does not give the wave up while the store takes nothing, and decides it when the store is back', async () => {
    const world = await ready('spring');
    world.restart({ targeting: failing(world.door, 'TakeDecisions', 1, 'before', full) });
    for (let time = 0; time < 5; time++) await expect(world.settle()).rejects.toThrow('the disk is full');
    expect(await world.typesOf('wave-spring-1')).toEqual(['DecisionsTaken']);
    expect((await world.typesOf('campaign-spring')).at(-1)).toBe('WaveLaunched');
    world.restart();
    await world.settle();
    expect(ledger(await world.log())).toEqual(undisturbed.decisions);
    expect(rootOf(await world.log())).toBe(undisturbed.root);
    await expectCarriedOut(world, 'spring');
  });

  it('counts no store outage among the three failures', async () => {
    const world = await ready('spring');
    const gone = (): Error => new Error('the power is gone');
    const errors = [full, gone, full, full, gone, full, gone];
    let attempt = 0;
    world.restart({ targeting: failing(world.door, 'TakeDecisions', 1, 'before', () => errors[attempt++]()) });
    for (let time = 1; time < errors.length; time++) await expect(world.settle()).rejects.toThrow(/the disk is full|the power is gone/);
    expect(await world.typesOf('wave-spring-1')).toEqual(['DecisionsTaken']);
    await world.settle();
    expect(await world.typesOf('wave-spring-1')).toEqual(['DecisionsTaken', 'WaveAbandoned']);
    expect(attempt).toBe(errors.length);
  });

  it('gives the wave up when an engine has waited an hour for it, not when it comes back after hours', async () => {
    const world = await ready('spring');
    const stuck = (): void => world.restart({ targeting: failing(world.door, 'TakeDecisions', 0, 'before', full) });
    const hours = (count: number): string => new Date(Date.parse(day(1)) + count * 3_600_000).toISOString();
    stuck();
    await expect(world.settle()).rejects.toThrow('the disk is full');
    await world.processor('closed-loop').toHead();
    expect(await world.ring(hours(0.1))).toBe(false);
    expect(await world.ring(hours(0.9))).toBe(false);
    stuck();
    await expect(world.settle()).rejects.toThrow('the disk is full');
    await world.processor('closed-loop').toHead();
    expect(await world.ring(hours(10))).toBe(false);
    expect(await world.ring(hours(10.9))).toBe(false);
    expect(await world.typesOf('wave-spring-1')).toEqual([]);
    expect(await world.ring(hours(11))).toBe(true);
    const abandoned = (await world.store.read('wave-spring-1')).at(-1)!;
    expect(abandoned).toMatchObject({
      type: 'WaveAbandoned',
      data: { reason: 'targeting took longer than 60 minutes' },
      metadata: { occurredAt: hours(11) },
    });
    expect((await world.typesOf('campaign-spring')).at(-1)).toBe('CampaignPaused');
  });

  it('finds nobody and ends the campaign', async () => {
    const world = new World();
    await world.launch('spring');
    await world.settle();
    expect(await expectCarriedOut(world, 'spring')).toEqual({ mailed: 0, reasons: {} });
    await world.toNextAlarm();
    expect((await world.store.read('campaign-spring')).at(-1)).toMatchObject({
      type: 'CampaignCompleted',
      data: { reason: 'nobody is left to contact' },
    });
  });
});

describe('dispatch', () => {
  it('mails, withholds and counts every client decided', async () => {
    const world = await ready('spring');
    await world.settle();
    const { mailed, reasons } = await expectCarriedOut(world, 'spring');
    expect(Object.keys(reasons).sort()).toEqual(['arm', 'hold-out']);
    expect(mailed).toBeGreaterThan(200);
    expect(world.outbox.offered.map(({ id }) => id)).toEqual(['spring.1.000000', 'spring.1.000001']);
  });

  it('tells the held-out clients who would have been mailed from all the others that were not', async () => {
    const world = await ready('spring');
    await world.settle();
    const log = await world.log();
    const wanted = shadows(ledger(log));
    const heldOut = withheldOf(log).filter(({ data }) => data.reason === 'hold-out');
    expect(wanted.length).toBeGreaterThan(40);
    expect(wanted.length).toBeLessThan(heldOut.length - 40);
    const found = withheldOf(log).filter(({ data }) => data.shadow);
    expect(found.map(({ data }) => data.clientId).sort()).toEqual(wanted);
  });

  it('sees no shadow of a mailing in a client who complains after targeting', async () => {
    const world = await ready('spring');
    world.restart({ dispatch: failing(world.door, 'WithholdContact', 0) });
    await expect(world.settle()).rejects.toThrow('the power is gone');
    const [clientId, ...others] = shadows(ledger(await world.log()));
    await world.send(day(1), { type: 'RecordResponse', data: { clientId, responseId: 'r-1', kind: 'complaint' } });
    world.restart();
    await world.settle();
    const log = await world.log();
    expect(withheldOf(log).find(({ data }) => data.clientId === clientId)!.data).toMatchObject({ reason: 'hold-out', shadow: false });
    const found = withheldOf(log).filter(({ data }) => data.shadow);
    expect(found.map(({ data }) => data.clientId).sort()).toEqual(others);
  });

  it('counts shadows for the cap of the next campaign like mailings, and sees none at the cap', async () => {
    const world = new World();
    await world.register(0, CLIENTS);
    const changed = { waveSize: CLIENTS, contactCap: { contacts: 1, days: 30 } };
    // both are targeted before either goes out
    await world.launch('spring', changed);
    await world.launch('summer', { ...changed, seed: 'another' });
    world.restart({ dispatch: failing(world.door, 'DispatchMailing', 0) });
    await expect(world.settle()).rejects.toThrow('the power is gone');
    world.restart();
    await world.settle();
    const log = await world.log();
    const contactsOf = (campaignId: string): string[] => [
      ...ofType<{ clientId: string }>(log, 'MailingDispatched', campaignId).map(({ data }) => data.clientId),
      ...withheldOf(log, campaignId).flatMap(({ data }) => (data.shadow ? [data.clientId] : [])),
    ];
    const [spring, summer] = [new Set(contactsOf('spring')), new Set(contactsOf('summer'))];
    expect([...summer].filter((clientId) => spring.has(clientId))).toEqual([]);
    // whoever was free got the same in summer as if there had been no spring
    const drawn = ledger(log, 'summer').filter((decision) => ('arm' in decision ? decision.arm === 'letter' : decision.shadow));
    expect([...summer].sort()).toEqual(drawn.map(({ clientId }) => clientId).filter((clientId) => !spring.has(clientId)));
    const capped = shadows(ledger(log, 'summer')).filter((clientId) => spring.has(clientId));
    expect(capped.length).toBeGreaterThan(10);
    // and who was a shadow in spring is at the cap in summer
    const once = new Set(shadows(ledger(log, 'spring')));
    expect(withheldOf(log, 'summer').filter(({ data }) => data.reason === 'contact-cap' && once.has(data.clientId)).length).toBeGreaterThan(
      10,
    );
  });

  it('re-reads consent: who complains after targeting is not mailed', async () => {
    const world = await ready('spring');
    world.restart({ dispatch: failing(world.door, 'DispatchMailing', 0) });
    await expect(world.settle()).rejects.toThrow('the power is gone');
    const letters = ledger(await world.log()).filter((decision) => 'arm' in decision && decision.arm === 'letter');
    const { clientId } = letters[7];
    await world.send(day(1), { type: 'RecordResponse', data: { clientId, responseId: 'r-1', kind: 'complaint' } });
    world.restart();
    await world.settle();
    expect((await expectCarriedOut(world, 'spring')).reasons).toMatchObject({ opposed: 1 });
    expect(await world.typesOf(`client-${clientId}`)).toEqual(['ClientRegistered', 'ResponseRecorded', 'ContactWithheld']);
  });

  it.each(['before', 'after'] as const)('offers the same mailings again after a crash %s the channel took them', async (when) => {
    const world = await ready('spring');
    let crashed = false;
    world.outbox[when] = async ({ id }) => {
      if (crashed || id !== 'spring.1.000001') return;
      crashed = true;
      throw new Error('the channel is gone');
    };
    await expect(world.settle()).rejects.toThrow('the channel is gone');
    const logged = ofType(await world.log(), 'MailingDispatched', 'spring').map(({ metadata }) => metadata.id);
    expect(await world.dispatch('spring')).toMatchObject({ next: 1, status: 'going-out' });
    const sent = world.files();

    world.restart();
    await world.settle();
    await expectCarriedOut(world, 'spring');
    expect(world.files()).toMatchObject(sent);
    const again = world.outbox.offered.filter(({ id }) => id === 'spring.1.000001');
    expect(again).toHaveLength(when === 'after' ? 2 : 1);
    expect(again.at(-1)).toEqual(again[0]);
    // what was recorded before the crash was not recorded again
    const ids = ofType(await world.log(), 'MailingDispatched', 'spring').map(({ metadata }) => metadata.id);
    expect(ids.slice(0, logged.length)).toEqual(logged);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('goes on where it was when it crashed among the clients of a chunk', async () => {
    const world = await ready('spring');
    const half: Door = {
      executeMany: async (requests) => {
        if (requests.length < 100) return world.door.executeMany(requests);
        await world.door.executeMany(requests.slice(0, 100));
        throw new Error('the power is gone');
      },
    };
    world.restart({ dispatch: half });
    await expect(world.settle()).rejects.toThrow('the power is gone');
    world.restart();
    await world.settle();
    await expectCarriedOut(world, 'spring');
  });

  it('says how many went out, also when the crash came before it was said', async () => {
    const world = await ready('spring');
    world.restart({ dispatch: failing(world.door, 'CompleteDispatch', 0) });
    await expect(world.settle()).rejects.toThrow('the power is gone');
    world.restart();
    await world.settle();
    await expectCarriedOut(world, 'spring');
    expect(world.outbox.offered).toHaveLength(2);
  });

  describe('of a paused campaign', () => {
    const pausedBehindFirstChunk = async (...campaigns: readonly string[]): Promise<World> => {
      const world = await ready(...campaigns);
      world.outbox.after = async ({ id }) => {
        if (id === 'spring.1.000000')
          await world.send(day(1), { type: 'PauseCampaign', data: { campaignId: 'spring', reason: 'a strike' } });
      };
      await world.settle();
      return world;
    };

    it('halts between two chunks, says how many are out, and holds no other wave', async () => {
      const world = await pausedBehindFirstChunk('spring', 'summer');
      const halted = (await world.dispatch('spring'))!;
      expect(halted).toMatchObject({ next: 1, chunks: 2, status: 'halted' });
      expect(halted.mailed + halted.withheld).toBe(500);
      expect(ofType(await world.log(), 'MailingDispatched', 'spring')).toHaveLength(halted.mailed);
      expect(await world.typesOf('wave-spring-1')).not.toContain('WaveDispatched');
      await expectCarriedOut(world, 'summer');
    });

    it('goes on when resumed', async () => {
      const world = await pausedBehindFirstChunk('spring');
      await world.send(day(5), { type: 'ResumeCampaign', data: { campaignId: 'spring' } });
      await world.settle();
      expect((await expectCarriedOut(world, 'spring')).reasons).not.toHaveProperty('campaign-ended');
      expect(await world.dispatch('spring')).toMatchObject({ next: 2, status: 'done' });
      // the window of the last mailing ends when the wave is closed
      const ends = ofType<{ windowEndsAt: string }>(await world.log(), 'MailingDispatched', 'spring').map(({ data }) => data.windowEndsAt);
      await world.toNextAlarm();
      expect(ofType(await world.log(), 'WaveClosed', 'spring')[0].metadata.occurredAt).toBe(ends.sort().at(-1));
    });

    it('goes on after a crash behind the resumption, too', async () => {
      const world = await pausedBehindFirstChunk('spring');
      await world.send(day(5), { type: 'ResumeCampaign', data: { campaignId: 'spring' } });
      world.restart({ dispatch: failing(world.door, 'DispatchMailing', 0, 'after') });
      await expect(world.settle()).rejects.toThrow('the power is gone');
      world.restart();
      await world.settle();
      await expectCarriedOut(world, 'spring');
    });

    it('withholds the rest when the campaign is completed', async () => {
      const world = await pausedBehindFirstChunk('spring');
      const out = (await world.dispatch('spring'))!.mailed;
      await world.send(day(5), { type: 'CompleteCampaign', data: { campaignId: 'spring', reason: 'enough' } });
      await world.settle();
      const { mailed, reasons } = await expectCarriedOut(world, 'spring');
      expect(mailed).toBe(out);
      expect(reasons['campaign-ended']).toBeGreaterThan(40);
      // what would not have been mailed any more has no shadow either
      const log = await world.log();
      const sent = new Set(shadows(ledger(log).slice(0, 500)));
      expect(sent.size).toBeGreaterThan(20);
      expect(shadows(ledger(log)).length).toBeGreaterThan(sent.size);
      const found = withheldOf(log).filter(({ data }) => data.shadow);
      expect(new Set(found.map(({ data }) => data.clientId))).toEqual(sent);
    });
  });

  it('hears what is said under another id of a person while the wave goes out, before anybody carries it to him', async () => {
    const world = await ready();
    const merging = new Processor(world.store, new Checkpoints(world.documents), mergingWorker(world.store, world.documents, world.door));
    const survivor = 'client-00799';
    await world.send(
      day(0),
      { type: 'RegisterClient', data: { clientId: 'alias', attributes: {} } },
      { type: 'MergeClients', data: { clientId: survivor, mergedId: 'alias' } },
    );
    while (await merging.toHead());
    const parcel = { name: 'parcel', channel: 'post', cost: 55, margin: 4000 };
    await world.launch('spring', { offers: [parcel, { ...parcel, name: 'letter' }], waveSize: CLIENTS, holdOut: 0 });
    // the first chunk is on its way, and he stands in the second
    world.outbox.before = async () => {
      world.outbox.before = () => Promise.resolve();
      await world.send(day(2), { type: 'DeclareOpposition', data: { clientId: 'alias', oppositionId: 'no' } });
    };
    await world.settle();
    expect(withheldOf(await world.log()).map(({ data: { clientId, reason } }) => [clientId, reason])).toEqual([[survivor, 'opposed']]);
    const told = await world.typesOf(`client-${survivor}`);
    while (await merging.toHead());
    expect((await world.typesOf(`client-${survivor}`)).slice(told.length)).toEqual(['OppositionDeclared']);
  });

  it('is not put back by a process that stood still while another went on', async () => {
    const world = await ready('spring');
    const other = dispatchWorker(world.store, world.documents, world.door, new Outbox(join(world.folder, 'outbox')), world.screening);
    world.outbox.before = async () => {
      world.outbox.before = () => Promise.reject(new Error('the power is gone'));
      await other.take(ofType(await world.log(), 'WaveTargeted', 'spring'));
    };
    await expect(world.settle()).rejects.toThrow();
    expect(await world.dispatch('spring')).toMatchObject({ next: 2, status: 'done' });
    world.outbox.before = () => Promise.resolve();
    await world.settle();
    await expectCarriedOut(world, 'spring');
  });

  it('sends everything a second time to nobody when its progress is lost', async () => {
    const world = await ready('spring');
    await world.settle();
    const [events, files] = [(await world.log()).length, world.files()];
    await world.documents.drop(DISPATCHES);
    await world.documents.drop('checkpoints');
    world.restart();
    await world.settle();
    expect((await world.log()).length).toBe(events);
    expect(world.files()).toEqual(files);
  });
});

describe('analysis', () => {
  it.each([
    ['wave-results', 'decisions'],
    ['decisions', 'wave-results'],
  ])('waits until %s, then %s have reached the close of the wave, which then stand still', async (first, second) => {
    const world = await ready('spring');
    await world.settle();
    const [letter] = ofType<{ clientId: string }>(await world.log(), 'MailingDispatched', 'spring');
    const { clientId } = letter.data;
    const respond = (responseId: string) => ({ type: 'RecordResponse', data: { clientId, responseId, kind: 'click' } });
    await world.send(day(2), respond('r-1'));
    await world.send(day(15), { type: 'CloseWave', data: { campaignId: 'spring', wave: 1 } });
    // recorded late, though it happened within the window
    const [heldOut] = ofType<{ clientId: string; reason: string }>(await world.log(), 'ContactWithheld', 'spring').filter(
      ({ data }) => data.reason === 'hold-out',
    );
    await world.send(day(3), { type: 'RecordResponse', data: { clientId: heldOut.data.clientId, responseId: 'r-2', kind: 'click' } });

    const analysis = world.processor('analysis');
    expect(await analysis.toHead()).toBe(false);
    await world.processor(first).toHead();
    expect(await analysis.toHead()).toBe(false);
    expect(await world.typesOf('campaign-spring')).not.toContain('ResponsesAnalysed');
    await world.processor(second).toHead();
    expect(world.processor('decisions').heldBy).toBe('spring/1');
    const outcomeOf = async (id: string) =>
      (await world.documents.get<ClientDecisions>('decisions', `spring/${id}`))!.decisions[0].responded;
    expect([await outcomeOf(clientId), await outcomeOf(heldOut.data.clientId)]).toEqual([true, false]);

    expect(await analysis.toHead()).toBe(true);
    const [{ data }] = ofType<{ analysis: { decided: number; heldOut: number; lift: { lift: number } } }>(
      await world.log(),
      'ResponsesAnalysed',
      'spring',
    );
    expect(data.analysis).toMatchObject({ decided: CLIENTS - 100, responses: 1 });
    expect(data.analysis.lift.lift).toBeCloseTo(1 / (data.analysis.decided - data.analysis.heldOut), 12);

    await world.processor('wave-results').toHead();
    await world.processor('decisions').toHead();
    expect(await world.documents.get<WaveResults>('wave-results', 'spring/1')).toMatchObject({
      status: 'analysed',
      late: { responses: 1, purchases: 0 },
    });
    expect(await outcomeOf(heldOut.data.clientId)).toBe(true);
  });
});

describe('the whole loop', () => {
  it('closes by itself, wave after wave, to its stop rule', async () => {
    const world = await ready('spring');
    await world.settle();
    while (await world.toNextAlarm());
    const wave = ['WaveLaunched', 'WaveClosed', 'ResponsesAnalysed'];
    expect(await world.typesOf('campaign-spring')).toEqual(['CampaignPlanned', 'CampaignLaunched', ...wave, ...wave, 'CampaignCompleted']);
    await expectCarriedOut(world, 'spring', 1);
    await expectCarriedOut(world, 'spring', 2);
    const heldOut = async (number: number) =>
      ledger(await world.log(), 'spring', number).flatMap((decision) => ('reason' in decision ? [decision.clientId] : []));
    const arms = async (number: number) =>
      ledger(await world.log(), 'spring', number).flatMap((decision) => ('arm' in decision ? [decision.clientId] : []));
    const [out, later] = [new Set(await heldOut(1)), await arms(2)];
    expect(later.filter((clientId) => out.has(clientId))).toEqual([]);
  });

  it('draws each client at most once, if asked to, until nobody is left', async () => {
    const world = new World();
    await world.register(0, 250);
    await world.launch('spring', { waveSize: 100, drawOnce: true, stop: { waves: 9 } });
    await world.settle();
    while (await world.toNextAlarm());
    const log = await world.log();
    const drawn = [1, 2, 3, 4].map((wave) => ledger(log, 'spring', wave).map(({ clientId }) => clientId));
    expect(drawn.map(({ length }) => length)).toEqual([100, 100, 50, 0]);
    expect(new Set(drawn.flat()).size).toBe(250);
    expect(log.at(-1)).toMatchObject({ type: 'CampaignCompleted', data: { reason: 'nobody is left to contact' } });
  });
});
