import { setMaxListeners } from 'node:events';
import { BeforeApplicationShutdown, Inject, Injectable, Logger, OnApplicationBootstrap } from '@nestjs/common';
import { Lookups } from '@boucle/adapters';
import {
  Barrier,
  Channel,
  Checkpoints,
  CHECKPOINTS,
  Clock,
  Codec,
  Consumer,
  DocumentStore,
  Door,
  EventStore,
  KeyVault,
  PartitionedProcessor,
  Processor,
  projectionConsumer,
  rest,
  Room,
  SagaConsumer,
  SearchIndex,
  Watch,
} from '@boucle/eventsourcing';
import { viewsProjection } from '@boucle/access';
import {
  analysisBarrier,
  analysisWorker,
  campaignsProjection,
  closedLoopSaga,
  decisionsProjection,
  targetingBarrier,
  targetingWorker,
  waveResultsProjection,
} from '@boucle/campaigns';
import {
  anonymousSalesProjection,
  articleMentionsProjection,
  articlesProjection,
  classChangesProjection,
  classReading,
  calendarsProjection,
  companiesProjection,
  dayRatesProjection,
  DuplicateIndex,
  duplicatesName,
  duplicatesWorker,
  erasureProposalsProjection,
  expireExternalFiles,
  externalFilesProjection,
  erasuresProjection,
  fieldChangesProjection,
  handoverWorker,
  historyProjection,
  householdsProjection,
  identityProjection,
  indicatorsWorker,
  mergingName,
  mergingWorker,
  occasionReading,
  ownSuppressionsWorker,
  pointsOfSaleProjection,
  portfoliosProjection,
  profileProjection,
  retentionWorker,
  salespeopleProjection,
  scoresProjection,
  scoringsProjection,
  scoringWorker,
  clientSampleProjection,
  clientSegmentsProjection,
  SegmentMemberships,
  segmentMembersProjection,
  segmentsProjection,
  SearchEntry,
  searchName,
  searchWorker,
  Screening,
  standingName,
  standingWorker,
  suppressionListsProjection,
  suppressionsProjection,
  waitingValuesProjection,
  waitingValuesWorker,
} from '@boucle/clients';
import { dispatchWorker, EVERYONE, Share } from '@boucle/delivery';
import { exportsProjection, exportWorker } from '@boucle/exporting';
import { importsProjection } from '@boucle/importing';
import { rentedFilesProjection, rentedFileWorker } from '@boucle/rented';
import { Outbound, webhookDeliveryWorker, webhooksProjection } from '@boucle/webhooks';
import { TemporaryFiles } from '@boucle/adapters';
import { Carrier } from './adapters.js';
import { SettingError } from './config.js';
import { CommandDoor } from './door.js';
import { erasureWorker, receiptWorker, sweepFiles } from './forgetting/erasure.worker.js';
import { placesOfPersonalData } from './forgetting/places-of-personal-data.js';
import { Observer, timed } from './observation/observer.js';
import { relayConsumer } from './outgoing.relay.js';
import { ProcessRole } from './process-roles.js';
import { alone, keepGoing, together, Work } from './work.js';

/** Every read model, with what holds it. */
export const projections: readonly { projection: Parameters<typeof projectionConsumer>[0]; barrier?: Barrier }[] = [
  { projection: profileProjection, barrier: targetingBarrier },
  { projection: decisionsProjection, barrier: analysisBarrier },
  { projection: identityProjection, barrier: targetingBarrier },
  { projection: suppressionsProjection, barrier: targetingBarrier },
  { projection: suppressionListsProjection, barrier: targetingBarrier },
  { projection: historyProjection, barrier: targetingBarrier },
  { projection: clientSampleProjection },
  { projection: fieldChangesProjection },
  { projection: erasuresProjection },
  { projection: erasureProposalsProjection },
  { projection: householdsProjection },
  { projection: companiesProjection },
  { projection: pointsOfSaleProjection },
  { projection: salespeopleProjection },
  { projection: portfoliosProjection },
  { projection: calendarsProjection },
  { projection: articlesProjection },
  { projection: articleMentionsProjection },
  { projection: dayRatesProjection },
  { projection: classChangesProjection },
  { projection: anonymousSalesProjection },
  { projection: waveResultsProjection },
  { projection: campaignsProjection },
  { projection: webhooksProjection },
  { projection: viewsProjection },
  { projection: exportsProjection },
  { projection: importsProjection },
  { projection: rentedFilesProjection },
  { projection: externalFilesProjection },
  { projection: waitingValuesProjection },
  { projection: scoringsProjection },
  { projection: segmentsProjection },
  { projection: segmentMembersProjection },
  { projection: clientSegmentsProjection },
  { projection: scoresProjection },
];

export const sagas = [closedLoopSaga] as const;

/** The read models that tell whether a list names somebody. */
const screenedBy = [identityProjection, suppressionsProjection, suppressionListsProjection].map(({ name }) => name);

const ALARM_CHECK_MS = 250;
const SWEEP_MS = 3_600_000;
const MERGE_MS = 5_000;
const DUE_MS = 60_000;

/** How a processor is doing. */
export interface ProcessorState {
  readonly name: string;
  readonly position: number;
  /** What stopped it in this process. */
  readonly lastError: string | null;
  /** The wave that holds it up. */
  readonly heldBy: string | null;
}

export interface ProcessorHealth extends ProcessorState {
  /** How far the log reaches behind its position: events, or bytes where positions are bytes. */
  readonly lag: number;
}

/** How the background work of an application runs. */
export abstract class Run {
  /** Processors follow the log by themselves, or are stepped by `settle`. */
  abstract readonly follow: boolean;
  /** What this process does. */
  abstract readonly roles: readonly ProcessRole[];
  /** Consumers of the application's own, between dispatch and analysis. */
  abstract consumers(door: Door): readonly Consumer[];
}

/** A processor that begins as a whole, and not where it ran in parts: it would not know what they have done. */
const wholeOnly = (consumer: Consumer, documents: DocumentStore): Consumer => ({
  ...consumer,
  start: async (position) => {
    const parts = await documents.scan(CHECKPOINTS, { prefix: `${consumer.name}.`, limit: 1 });
    if (parts.length > 0) throw new SettingError(`${consumer.name} ran in parts, by a bus: set KAFKA_BROKERS again`);
    await consumer.start?.(position);
  },
});

/** Everything that runs in the background, in the order in which a step-by-step run takes it. */
@Injectable()
export class Processors implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Processors');
  private readonly stop = new AbortController();
  private readonly saga: SagaConsumer;
  private readonly works: Work[];
  private readonly running: Promise<void>[] = [];

  constructor(
    private readonly events: EventStore,
    documents: DocumentStore,
    readonly checkpoints: Checkpoints,
    door: CommandDoor,
    private readonly clock: Clock,
    channel: Channel,
    private readonly run: Run,
    outbound: Outbound,
    private readonly observer: Observer,
    codec: Codec,
    vault: KeyVault,
    files: TemporaryFiles,
    // named: of a type with null the build knows nothing
    @Inject(Carrier) carrier: Carrier | null,
    @Inject(SearchIndex) index: SearchIndex<SearchEntry> | null,
    @Inject(DuplicateIndex) duplicates: DuplicateIndex | null,
    lookups: Lookups,
  ) {
    this.saga = new SagaConsumer(closedLoopSaga, documents, door, ({ type }, { message }) =>
      this.logger.warn(`${type} was refused: ${message}`),
    );
    const watch =
      (name: string): Watch =>
      (seen, take) =>
        timed(take, (error, timing) => observer.took?.(name, seen, error, timing));
    const one = (role: ProcessRole, consumer: Consumer, meanwhile?: (signal: AbortSignal) => Promise<void>): Work =>
      alone(role, checkpoints, new Processor(events, checkpoints, consumer, watch(consumer.name)), meanwhile);
    /** In parts as soon as there is a bus: who keeps a document alone does it for one client. */
    const perClient = (role: ProcessRole, consumerOf: (share: Share) => Consumer): Work => {
      if (!carrier) return one(role, wholeOnly(consumerOf(EVERYONE), documents));
      const { bus, inside } = carrier;
      const { partitions } = inside.topic;
      const processor = new PartitionedProcessor(events, bus, inside, codec, checkpoints, watch, (index) =>
        consumerOf({ index, of: partitions, holds: (clientId) => inside.partitionOf(clientId, partitions) === index }),
      );
      return together(role, checkpoints, processor);
    };
    const lookup = () => lookups.lookup();
    const screening = new Screening(documents, lookup);
    const room = new Room();
    const [profiles, ...others] = projections.map(
      ({ projection, barrier }) =>
        () =>
          projectionConsumer(projection, documents, barrier, room),
    );
    const retention = retentionWorker(events, documents, door, clock);
    const standing = standingWorker(documents, clock, [
      classReading(events, door),
      new SegmentMemberships(events, documents, door),
      occasionReading(events, door),
    ]);
    const rented = rentedFileWorker(events, documents, vault, door, clock);
    const places = placesOfPersonalData({ events, documents, vault, door, channel, files });
    this.works = [
      ...(carrier ? [one('relay', relayConsumer(carrier.bus, carrier.inside))] : []),
      perClient('projections', profiles),
      ...others.map((consumerOf) => one('projections', consumerOf())),
      one('saga', this.saga, (signal) => this.every(ALARM_CHECK_MS, 'An alarm could not ring', () => this.ringInTime(signal), signal)),
      one('saga', targetingWorker(events, documents, door, screening)),
      one('saga', mergingWorker(events, documents, door)),
      perClient('dispatch', (share) => ({
        ...dispatchWorker(events, documents, door, channel, screening, share),
        // what was entered while the wave was targeted counts; a run that is stepped takes these before
        needs: run.follow ? [...screenedBy, mergingName] : [],
      })),
      one('saga', ownSuppressionsWorker(events, door, lookup)),
      one('saga', waitingValuesWorker(events, documents, door)),
      one('saga', exportWorker({ events, documents, screening }, door)),
      one('saga', scoringWorker(events, documents, door)),
      one('saga', rented.consumer, (signal) => this.every(SWEEP_MS, 'Rented files could not be ended', () => rented.sweep(), signal)),
      // where the outbox is
      one('dispatch', erasureWorker(events, documents, vault, door, places), (signal) =>
        this.every(SWEEP_MS, 'Expired files could not be removed', () => sweepFiles(events, clock, files), signal),
      ),
      one(
        'projections',
        receiptWorker(events, documents, door, clock, places, (name) => checkpoints.position(name), [documents]),
      ),
      ...run.consumers(door).map((consumer) => one('saga', consumer)),
      one('saga', standing.consumer, (signal) =>
        this.every(
          DUE_MS,
          'Whose time has come could not be looked at',
          () => this.whenSeen(standingName, () => standing.sweep(), signal),
          signal,
        ),
      ),
      one('saga', indicatorsWorker(events, door)),
      one('saga', analysisWorker(documents, door)),
      one('saga', handoverWorker(documents, door), (signal) =>
        this.every(SWEEP_MS, 'External files could not expire', () => expireExternalFiles(documents, door, clock), signal),
      ),
      one('saga', retention.consumer, (signal) =>
        this.every(SWEEP_MS, 'Who is kept for too long could not be looked at', () => retention.sweep(), signal),
      ),
    ];
    // deliveries go on by themselves: nothing for a run that is stepped
    const deliveries = webhookDeliveryWorker(events, documents, door, clock, outbound, (webhookId, { message }) =>
      this.logger.error(`Deliveries of webhook ${webhookId} broke off: ${message}`),
    );
    if (run.follow) this.works.push(one('relay', deliveries));
    // each process that answers questions has an index of its own
    if (index) {
      checkpoints.keepWith(searchName, index);
      this.works.push(one('api', searchWorker(index, lookup)));
    }
    if (duplicates) {
      checkpoints.keepWith(duplicatesName, duplicates);
      const worker = duplicatesWorker(duplicates, events, door, clock, lookup);
      this.works.push(
        one('api', worker.consumer, (signal) =>
          this.every(MERGE_MS, 'Duplicates could not be merged', () => this.whenSeen(duplicatesName, () => worker.merge(), signal), signal),
        ),
      );
    }
    // every processor listens to the one signal
    setMaxListeners(0, this.stop.signal);
  }

  onApplicationBootstrap(): void {
    const { follow, roles } = this.run;
    // what is in parts hears the bus also while the rest is stepped
    const own = this.works.filter(({ role, parts }) => roles.includes(role) && (follow || parts.length > 1));
    this.running.push(...own.map((work) => this.supervise(work)));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await Promise.all(this.running);
  }

  /** Runs every processor, or those of these names, to the head of the log until none moves; for a run that steps its own clock. */
  async settle(names?: readonly string[]): Promise<void> {
    const works = names ? this.works.filter(({ name }) => names.includes(name)) : this.works;
    for (let moved = true; moved;) {
      moved = false;
      for (const work of works) moved = (await work.step()) || moved;
    }
  }

  /** The earliest alarm still to ring, ISO instant. */
  nextAlarm(): string | null {
    return this.saga.nextAlarm();
  }

  /** Rings every alarm that is due. */
  ring(): Promise<boolean> {
    return this.saga.ring(this.clock.now());
  }

  /** How the processors of this process are doing, as far as it knows. */
  get all(): readonly ProcessorState[] {
    return this.works.filter(({ role }) => this.run.roles.includes(role)).map((work) => this.state(work));
  }

  /** How every processor of the engine is doing, whichever process runs it. */
  async health(): Promise<ProcessorHealth[]> {
    const head = await this.events.head();
    await this.checkpoints.look(this.works.map(({ name }) => name));
    return this.works.map((work) => {
      const state = this.state(work);
      return { ...state, lag: Math.max(0, head - state.position) };
    });
  }

  private state({ name, parts }: Work): ProcessorState {
    const lastError = parts.find((part) => part.lastError !== null)?.lastError?.message ?? null;
    return { name, ...this.checkpoints.at(name), lastError };
  }

  private supervise(work: Work): Promise<void> {
    const { signal } = this.stop;
    const failed = (error: Error): void => {
      this.observer.failed?.(work.name);
      this.logger.error(`${work.name} stopped behind position ${this.checkpoints.position(work.name)}: ${error.message}`);
    };
    return keepGoing(work, failed, signal);
  }

  /** Alarms ring only once the saga has seen everything that might clear them. */
  private async ringInTime(signal: AbortSignal): Promise<void> {
    if (await this.checkpoints.reached(this.saga.name, await this.events.head(), signal)) await this.ring();
  }

  /** Does something once a processor has seen everything that the log holds now. */
  private async whenSeen(name: string, work: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
    if (await this.checkpoints.reached(name, await this.events.head(), signal)) await work();
  }

  /** Does something again and again until the signal aborts, whether it succeeds or not. */
  private async every(pause: number, failure: string, work: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await work();
      } catch (error) {
        this.logger.error(`${failure}: ${(error as Error).message}`);
      }
      await rest(pause, signal);
    }
  }
}
