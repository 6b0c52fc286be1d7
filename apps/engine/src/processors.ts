import { Injectable, Logger, OnApplicationBootstrap, BeforeApplicationShutdown } from '@nestjs/common';
import {
  Barrier,
  Channel,
  Checkpoints,
  Clock,
  Consumer,
  DocumentStore,
  Door,
  EventStore,
  Processor,
  projectionConsumer,
  SagaConsumer,
} from '@boucle/eventsourcing';
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
import { profileProjection } from '@boucle/clients';
import { dispatchWorker } from '@boucle/delivery';
import { CommandDoor } from './door.js';
import { Observer, timed } from './observation/observer.js';

/** Every read model, with what holds it. */
export const projections: readonly { projection: Parameters<typeof projectionConsumer>[0]; barrier?: Barrier }[] = [
  { projection: profileProjection, barrier: targetingBarrier },
  { projection: decisionsProjection, barrier: analysisBarrier },
  { projection: waveResultsProjection },
  { projection: campaignsProjection },
];

export const sagas = [closedLoopSaga] as const;

const LONGEST_PAUSE_MS = 60_000;
const ALARM_CHECK_MS = 250;

/** How a processor is doing. */
export interface ProcessorHealth {
  readonly name: string;
  readonly position: number;
  /** Events in the log behind its position. */
  readonly lag: number;
  readonly lastError: string | null;
  /** The wave that holds it up. */
  readonly heldBy: string | null;
}

/** How the background work of an application runs. */
export abstract class Run {
  /** Processors follow the log by themselves, or are stepped by `settle`. */
  abstract readonly follow: boolean;
  /** Consumers of the application's own, between dispatch and analysis. */
  abstract consumers(door: Door): readonly Consumer[];
}

/** Everything that runs in the background, in the order in which a step-by-step run takes it. */
@Injectable()
export class Processors implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Processors');
  private readonly stop = new AbortController();
  private readonly saga: SagaConsumer;
  private readonly running: Promise<void>[] = [];
  readonly checkpoints: Checkpoints;
  readonly all: readonly Processor[];

  constructor(
    private readonly events: EventStore,
    documents: DocumentStore,
    door: CommandDoor,
    private readonly clock: Clock,
    channel: Channel,
    private readonly run: Run,
    private readonly observer: Observer,
  ) {
    this.checkpoints = new Checkpoints(documents);
    this.saga = new SagaConsumer(closedLoopSaga, documents, door, ({ type }, { message }) =>
      this.logger.warn(`${type} was refused: ${message}`),
    );
    const consumers: Consumer[] = [
      ...projections.map(({ projection, barrier }) => projectionConsumer(projection, documents, barrier)),
      this.saga,
      targetingWorker(events, documents, door),
      dispatchWorker(events, documents, door, channel),
      ...run.consumers(door),
      analysisWorker(documents, door),
    ];
    this.all = consumers.map(
      (consumer) =>
        new Processor(events, this.checkpoints, consumer, (seen, take) =>
          timed(take, (error, timing) => observer.took?.(consumer.name, seen, error, timing)),
        ),
    );
  }

  onApplicationBootstrap(): void {
    if (this.run.follow) this.running.push(...this.all.map((processor) => this.supervise(processor)), this.watchAlarms());
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await Promise.all(this.running);
  }

  /** Runs every processor to the head of the log until none moves; for a run that steps its own clock. */
  async settle(): Promise<void> {
    for (let moved = true; moved;) {
      moved = false;
      for (const processor of this.all) moved = (await processor.toHead()) || moved;
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

  async health(): Promise<ProcessorHealth[]> {
    const head = await this.events.head();
    return this.all.map(({ name, position, lastError, heldBy }) => ({
      name,
      position,
      lag: Math.max(0, head - position),
      lastError: lastError?.message ?? null,
      heldBy,
    }));
  }

  /** Restarts a processor after a failure, at longer and longer intervals. */
  private async supervise(processor: Processor): Promise<void> {
    const { signal } = this.stop;
    for (let pause = 1000; !signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        await processor.follow(signal);
      } catch (error) {
        // it had got over its last failure
        if (processor.lastError === null) pause = 1000;
        processor.lastError = error as Error;
        this.observer.failed?.(processor.name);
        this.logger.error(`${processor.name} stopped behind position ${processor.position}: ${(error as Error).message}`);
        await this.rest(pause);
      }
    }
  }

  /** Alarms ring only once the saga has seen everything that might clear them. */
  private async watchAlarms(): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted) {
      try {
        if (await this.checkpoints.reached(this.saga.name, await this.events.head(), signal)) await this.ring();
      } catch (error) {
        this.logger.error(`An alarm could not ring: ${(error as Error).message}`);
      }
      await this.rest(ALARM_CHECK_MS);
    }
  }

  private rest(milliseconds: number): Promise<void> {
    const { signal } = this.stop;
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
