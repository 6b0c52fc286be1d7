import { randomUUID } from 'node:crypto';
import { BeforeApplicationShutdown, Injectable, Logger, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { PURPOSES, RecordView, View, viewsProjection } from '@boucle/access';
import { Checkpoints, Clock } from '@boucle/eventsourcing';
import { CommandDoor } from './door.js';

/** How long what was shown is only counted. */
const WRITE_EVERY_MS = 60_000;
/** How long an engine that stops waits for its read model. */
const PATIENCE_MS = 2_000;

/** Who looks. */
export type Viewer = Pick<RecordView, 'actor' | 'role'>;

/** What several people are shown by, and what for. */
export interface Showing {
  readonly view: View;
  /** A kind or an id; never what somebody typed. */
  readonly selection: string;
  /** If left out, what the role is there for. */
  readonly purpose?: string;
  /** How many people. */
  readonly clients: number;
}

type Entry = Omit<RecordView, 'viewId'>;

/** Sees to it that each view of several people at once is an event. */
@Injectable()
export class Viewing implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger('Viewing');
  private readonly held = new Map<string, Entry>();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly door: CommandDoor,
    private readonly clock: Clock,
    private readonly checkpoints: Checkpoints,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.write().catch(this.failed), WRITE_EVERY_MS);
  }

  /** Comes while the read models still follow the log, so that an engine that was stopped is as if it were rebuilt. */
  async onModuleDestroy(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    const position = await this.write().catch(this.failed);
    if (position) await this.checkpoints.reached(viewsProjection.name, position, AbortSignal.timeout(PATIENCE_MS));
  }

  /** What was shown meanwhile. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.write().catch(this.failed);
  }

  /** Is durable before it answers. */
  async record(viewer: Viewer, showing: Showing): Promise<void> {
    await this.note(this.entryOf(viewer, showing));
  }

  /** Costs nothing: of one who looks again and again there is one event a minute. */
  count(viewer: Viewer, showing: Showing): void {
    if (showing.clients > 0) this.hold(this.entryOf(viewer, showing));
  }

  /** Writes what was counted, and gives the position behind it, 0 if there was nothing. */
  async write(): Promise<number> {
    let position = 0;
    for (const [key, entry] of this.held.entries()) {
      this.held.delete(key);
      try {
        position = await this.note(entry);
      } catch (error) {
        // to be tried again, with what was counted meanwhile
        this.hold(entry);
        throw error;
      }
    }
    return position;
  }

  private entryOf({ actor, role }: Viewer, { view, selection, purpose = PURPOSES[role], clients }: Showing): Entry {
    const now = this.clock.now();
    return { actor, role, view, selection, purpose, from: now, until: now, requests: 1, clients };
  }

  /** Adds to what is held of the same. */
  private hold(entry: Entry): void {
    const key = JSON.stringify([entry.actor, entry.view, entry.selection, entry.purpose]);
    const all = [entry, this.held.get(key) ?? []].flat();
    const sum = (of: 'requests' | 'clients'): number => all.reduce((total, one) => total + one[of], 0);
    const instants = all.flatMap(({ from, until }) => [from, until]).sort();
    this.held.set(key, { ...entry, from: instants[0], until: instants.at(-1)!, requests: sum('requests'), clients: sum('clients') });
  }

  private async note(entry: Entry): Promise<number> {
    const id = randomUUID();
    const cause = { id, correlationId: id, now: this.clock.now(), actor: entry.actor };
    return (await this.door.execute(Object.assign(new RecordView(), { ...entry, viewId: id }), cause)).position;
  }

  private readonly failed = (error: Error): void => this.logger.error(`What was viewed could not be written down: ${error.message}`);
}
