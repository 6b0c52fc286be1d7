import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { EventStoreDbEventStore, KafkaMessageBus, MongodbDocumentStore } from '@boucle/adapters';
import { IN_TOPICS, INTERNAL_TOPIC } from '@boucle/contracts';
import { CHECKPOINTS, LeasedCheckpoint, RecordedEvent } from '@boucle/eventsourcing';
import { randomStream } from '@boucle/targeting';
import { PROCESS_ROLES, ProcessRole } from '../apps/engine/src/process-roles.js';
import { Broker, startBroker } from '../libs/adapters/test/broker.js';
import { newFolder } from './support/folders.js';
import { hear } from './support/heard.js';
import { awaited, EngineProcess, ManyProcesses, VaultProcess } from './support/processes.js';
import { addressOf, EventStoreProcess, withDatabase } from './support/servers.js';
import { TcpProxy } from './support/tcp-proxy.js';
import { hearAll, topicFaults } from './support/topic-checker.js';
import { all, modelFaults, reactionFaults, waveFaults } from './support/wave-audit.js';

jest.setTimeout(300_000);

const CLIENTS = 1000;
const PARTITIONS = 4;
const LEASE_MS = 3000;
/** Far longer than a wave takes: who waits for a lease to run out comes too late. */
const LONG_LEASE_MS = 60_000;
const TIMEOUT_MS = 1000;
const REPORT_MS = 50;

/** Servers, each of which can be harmed, and what a test sees of them. */
interface Place {
  readonly dir: string;
  readonly broker: Broker;
  readonly eventStore: EventStoreProcess;
  readonly vault: VaultProcess;
  /** Between the engine and its database; the test itself goes round it. */
  readonly line: TcpProxy;
  readonly env: NodeJS.ProcessEnv;
  readonly events: EventStoreDbEventStore;
  readonly documents: MongodbDocumentStore;
  readonly bus: KafkaMessageBus;
  /** The log as it grows. */
  readonly log: RecordedEvent[];
}

let place: Place;
let engine: ManyProcesses;
let reporting: Reporting | null = null;
/** The scenario under way, or the one that failed: it leaves servers and processes as nobody knows. */
let unfinished: string | null = null;
/** Reactions that were acknowledged so far. */
const acknowledged: string[] = [];
const stop = new AbortController();

const openPlace = async (): Promise<Place> => {
  const dir = newFolder();
  const [broker, eventStore, vault] = await Promise.all([startBroker(), EventStoreProcess.start(), VaultProcess.start(newFolder())]);
  const direct = new URL(withDatabase(addressOf('MONGODB_EMULATOR_URL'), `faults-${randomUUID().slice(0, 8)}`));
  const line = await TcpProxy.before(direct.hostname, Number(direct.port));
  const proxied = new URL(direct);
  proxied.host = line.address;
  proxied.searchParams.set('directConnection', 'true');
  const env = {
    BOUCLE_DIR: dir,
    BOUCLE_PARTITIONS: String(PARTITIONS),
    EVENTSTORE_URL: eventStore.url,
    EVENTSTORE_TIMEOUT_MS: String(TIMEOUT_MS),
    MONGODB_URL: proxied.href,
    MONGODB_TIMEOUT_MS: String(2 * TIMEOUT_MS),
    KAFKA_BROKERS: broker.brokers,
    ...vault.env,
  };
  const events = new EventStoreDbEventStore({ url: eventStore.url });
  const documents = await MongodbDocumentStore.open({ url: direct.href, timeout: 10 * TIMEOUT_MS });
  const bus = new KafkaMessageBus({ brokers: [broker.brokers] });
  const log: RecordedEvent[] = [];
  void (async () => {
    for await (const batch of events.subscribe({ after: 0, signal: stop.signal })) log.push(...batch.events);
  })();
  return { dir, broker, eventStore, vault, line, env, events, documents, bus, log };
};

const closePlace = async ({ broker, eventStore, vault, line, events, documents, bus }: Place): Promise<void> => {
  stop.abort();
  await Promise.all([events.close(), documents.close(), bus.close(), line.cut()]);
  await Promise.all([broker.stop(), eventStore.stop(), vault.stop()]);
};

const of = (campaignId: string): RecordedEvent[] =>
  place.log.filter(({ data }) => (data as { campaignId?: string }).campaignId === campaignId);
const launched = (campaignId: string): boolean => all(of(campaignId), 'WaveLaunched').length > 0;
const dispatched = (campaignId: string): boolean => all(of(campaignId), 'WaveDispatched').length > 0;
const carriedOut = (campaignId: string): number =>
  all(of(campaignId), 'MailingDispatched').length + all(of(campaignId), 'ContactWithheld').length;

const registerClients = async (): Promise<void> => {
  const { topic } = IN_TOPICS.clients;
  await place.bus.prepare([{ name: topic, partitions: PARTITIONS }]);
  const clients = Array.from({ length: CLIENTS }, (_, n) => ({
    clientId: `client-${n}`,
    attributes: { region: n % 2 === 0 ? 'north' : 'south' },
  }));
  await place.bus.publish(
    topic,
    clients.map((client) => ({ key: client.clientId, headers: {}, value: JSON.stringify(client) })),
  );
  await awaited(
    'every client',
    () => all(place.log, 'ClientRegistered').length,
    (registered) => registered === CLIENTS,
  );
};

/** Lets a campaign go whose one wave draws every client. */
const launch = async (campaignId: string): Promise<void> => {
  const offers = [
    { name: 'letter', channel: 'post', cost: 55, margin: 4000 },
    { name: 'mail', channel: 'email', cost: 1, margin: 4000 },
    { name: 'nothing', channel: null, cost: 0, margin: 4000 },
  ];
  const plan = { offers, cells: ['region'], waveSize: CLIENTS, responseWindowDays: 30, consent: 'not-checked', stop: { waves: 1 } };
  await engine.write('/campaigns', { campaignId, name: campaignId, ...plan });
  await engine.write(`/campaigns/${campaignId}/launch`);
};

/** Reports one reaction after the other until it is told to end, each again until it is accepted. */
class Reporting {
  private over = false;
  private readonly lanes: Promise<void[]>;

  constructor(campaignId: string) {
    this.lanes = Promise.all([
      this.report('/purchases', (clientId, n) => {
        const purchaseId = `${campaignId}-purchase-${n}`;
        return [purchaseId, { clientId, purchaseId, amount: 1000 + n, currency: 'EUR' }];
      }),
      this.report('/responses', (clientId, n) => {
        const responseId = `${campaignId}-response-${n}`;
        return [responseId, { clientId, responseId, kind: 'click' }];
      }),
    ]);
    this.lanes.catch(() => undefined);
  }

  async end(): Promise<void> {
    this.over = true;
    await this.lanes;
  }

  private async report(path: string, reaction: (clientId: string, n: number) => [id: string, body: object]): Promise<void> {
    for (let n = 0; !this.over; n++) {
      const [id, body] = reaction(`client-${(n * 7) % CLIENTS}`, n);
      await engine.write(path, body);
      acknowledged.push(id);
      await pause(REPORT_MS);
    }
  }
}

/** Everything that is wrong once an engine has come to rest. */
const faultsAtRest = async (campaignId: string): Promise<string[]> => {
  const head = await place.events.head();
  await engine.reached(head);
  await awaited(
    'the log as the test hears it',
    () => place.log.at(-1)!.position,
    (position) => position >= head,
  );
  const { log, documents, bus, dir } = place;
  return [
    ...reactionFaults(log, acknowledged),
    ...waveFaults(log, campaignId, dir),
    ...(await modelFaults(log, documents)),
    ...topicFaults(log, await hearAll(bus, log, PARTITIONS), PARTITIONS),
  ].slice(0, 20);
};

/** What goes wrong in the middle of a wave, and is over when it resolves. */
type Fault = (campaignId: string) => Promise<void>;

const kill =
  (role: ProcessRole): Fault =>
  async () => {
    await Promise.all(engine.of(role).map((one) => one.kill()));
    await Promise.all(engine.of(role).map((one) => one.start()));
  };

/** What it has sent is not acknowledged, and more has come since. */
const killUnacknowledged: Fault = async () => {
  const before = acknowledged.length;
  await place.broker.freeze();
  await awaited(
    'reactions of which no topic can tell',
    () => acknowledged.length - before,
    (more) => more >= 10,
  );
  await Promise.all(engine.of('relay').map((one) => one.kill()));
  await place.broker.thaw();
  await Promise.all(engine.of('relay').map((one) => one.start()));
};

/** The process that runs a processor, null: none. */
const ownerOf = async (processor: string): Promise<EngineProcess | null> => {
  const checkpoint = await place.documents.get<LeasedCheckpoint>(CHECKPOINTS, processor);
  return engine.all.find(({ pid }) => checkpoint?.owner?.split(':')[1] === String(pid)) ?? null;
};

/** Another process takes over from one that is stopped, and then goes on as if nothing had been. */
const frozenOwner =
  (processor: string): Fault =>
  async () => {
    const owner = (await ownerOf(processor))!;
    owner.freeze();
    await awaited(
      `another owner of ${processor}`,
      () => ownerOf(processor),
      (now) => now !== null && now !== owner,
    );
    owner.thaw();
  };

const faults: readonly [name: string, during: 'targeting' | 'dispatch', fault: Fault][] = [
  ['the processes of the API are killed', 'dispatch', kill('api')],
  ['the processes of the projections are killed', 'dispatch', kill('projections')],
  ['the processes of the saga are killed', 'targeting', kill('saga')],
  ['the processes of the dispatch are killed', 'dispatch', kill('dispatch')],
  ['the processes of the relay are killed while the broker says nothing', 'dispatch', killUnacknowledged],
  [
    'the broker is killed',
    'dispatch',
    async () => {
      await place.broker.kill();
      await engine.probed(200, 503);
      await place.broker.restart();
    },
  ],
  [
    'the event store hangs for longer than its timeout',
    'dispatch',
    async () => {
      await place.eventStore.ask('hang');
      await engine.probed(200, 503);
      const { status, headers } = await engine.api.call('POST', '/clients', { clientId: 'client-0', attributes: {} });
      expect(status).toBe(503);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      await place.eventStore.ask('resume');
    },
  ],
  [
    'the database refuses every connection for a while',
    'dispatch',
    async () => {
      await place.line.cut();
      await engine.probed(200, 503);
      await place.line.heal();
    },
  ],
  [
    'a process of the projections is stopped until its partitions are shared out anew',
    'dispatch',
    async (campaignId) => {
      const [paused] = engine.of('projections');
      paused.freeze();
      await awaited('the wave', () => dispatched(campaignId), Boolean);
      await engine.reached(await place.events.head());
      paused.thaw();
    },
  ],
  [
    'everything is delivered three times, and much of it once more in the wrong order',
    'dispatch',
    async (campaignId) => {
      await place.eventStore.ask('deliver 3');
      await place.eventStore.ask('drop');
      const heard = await hear(place.bus, [INTERNAL_TOPIC], (some) => some.get(INTERNAL_TOPIC)!.length > CLIENTS);
      const again = heard.get(INTERNAL_TOPIC)!.map(({ key, headers, value, partition }) => ({ key, headers, value, partition }));
      await place.bus.publish(INTERNAL_TOPIC, again.reverse());
      await awaited('the wave', () => dispatched(campaignId), Boolean);
      await place.eventStore.ask('deliver 1');
    },
  ],
  ['two processes believe that they target', 'targeting', frozenOwner('targeting')],
  ['two processes believe that they run the saga', 'dispatch', frozenOwner('closed-loop')],
  ['two processes believe that they relay', 'dispatch', frozenOwner('relay')],
];

/** Runs a scenario, or says at once that what it would stand on is broken. */
const scenario = async (name: string, run: () => Promise<void>): Promise<void> => {
  if (unfinished !== null) throw new Error(`Not run, because of the scenario that failed before: ${unfinished}`);
  unfinished = name;
  await run();
  unfinished = null;
};

/** A processor that one process of a role runs at a time. */
const PROCESSOR_OF: Partial<Record<ProcessRole, string>> = { projections: 'wave-results', saga: 'closed-loop', relay: 'relay' };

describe('An engine in many processes', () => {
  beforeAll(async () => {
    place = await openPlace();
  });
  afterAll(() => closePlace(place));
  afterEach(() => reporting?.end());

  describe('loses nothing, mails nobody twice, misses nobody and keeps its read models and topics', () => {
    beforeAll(() =>
      scenario('start before the faults', async () => {
        engine = new ManyProcesses({ ...place.env, BOUCLE_LEASE_MS: String(LEASE_MS) });
        await engine.start();
        await registerClients();
        await engine.reached(await place.events.head());
      }),
    );
    afterAll(() => engine.stop());

    it.each(faults)('when %s', (name, during, fault) =>
      scenario(name, async () => {
        const campaignId = `fault-${faults.findIndex(([one]) => one === name)}`;
        const after = during === 'targeting' ? 0 : Math.floor(randomStream('faults', name).uniform() * 0.6 * CLIENTS) + 1;
        await launch(campaignId);
        reporting = new Reporting(campaignId);
        await awaited('the moment of the fault', () => launched(campaignId) && carriedOut(campaignId) >= after, Boolean);
        expect(dispatched(campaignId)).toBe(false);
        await fault(campaignId);
        await awaited('the wave', () => dispatched(campaignId), Boolean);
        await reporting.end();
        await engine.probed(200, 200);
        expect(await faultsAtRest(campaignId)).toEqual([]);
      }),
    );
  });

  describe('hands its work over when a process is told to stop', () => {
    beforeAll(() =>
      scenario('start before the stops', async () => {
        engine = new ManyProcesses({ ...place.env, BOUCLE_LEASE_MS: String(LONG_LEASE_MS) });
        await engine.start();
        await registerClients();
      }),
    );
    afterAll(() => engine.kill());

    it.each(PROCESS_ROLES)('in the role %s, before its lease would end', (role) =>
      scenario(`stop of ${role}`, async () => {
        const campaignId = `stop-${role}`;
        await launch(campaignId);
        reporting = new Reporting(campaignId);
        await awaited('the middle of the wave', () => carriedOut(campaignId) > 0, Boolean);
        const leaving = (await ownerOf(PROCESSOR_OF[role] ?? '')) ?? engine.of(role)[0];
        expect(dispatched(campaignId)).toBe(false);
        const began = performance.now();
        await leaving.stop();
        if (role === 'api') await leaving.start();
        await awaited('the wave', () => dispatched(campaignId), Boolean);
        await engine.reached(await place.events.head());
        expect(performance.now() - began).toBeLessThan(LONG_LEASE_MS);
        await reporting.end();
        expect(await faultsAtRest(campaignId)).toEqual([]);
        if (role !== 'api') await leaving.start();
      }),
    );
  });
});
