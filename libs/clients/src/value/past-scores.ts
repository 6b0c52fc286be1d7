import { EventStore, RecordedEvent } from '@boucle/eventsourcing';
import { Moment } from '../history/moment.js';
import { eventsUntil } from '../history/past-log.js';
import { scoringStream } from './scoring.decider.js';
import { ScoringEvent } from './scoring.events.js';

type Event<Type extends ScoringEvent['type']> = RecordedEvent<Extract<ScoringEvent, { type: Type }>>;

const EVENTS_AT_ONCE = 50;

/** A scoring run that was done. */
export interface ScoringRun {
  readonly scoringId: string;
  readonly run: number;
  /** ISO instant up to which things counted. */
  readonly at: string;
}

/**
 * The scoring run that a moment is told by: of a position the last that was done by then; of a day the last of what was so
 * on that day or before, whenever it was made, for one as of a later day would know what was to come. null: there is none.
 */
export const scoringRunAt = async (
  events: Pick<EventStore, 'subscribe'>,
  { position, sense, at }: Pick<Moment, 'position' | 'sense' | 'at'>,
): Promise<ScoringRun | null> => {
  const requested = new Map<string, string>();
  let found: ScoringRun | null = null;
  for await (const page of eventsUntil(events, ['ScoringRequested', 'ScoringCompleted'], position))
    for (const { type, data } of page as readonly (Event<'ScoringRequested'> | Event<'ScoringCompleted'>)[]) {
      const { scoringId, run } = data;
      if (type === 'ScoringRequested') {
        requested.set(scoringId, data.at);
        continue;
      }
      const done = { scoringId, run, at: requested.get(scoringId)! };
      if (sense === 'known' || (done.at <= at && done.at >= (found?.at ?? ''))) found = done;
    }
  return found;
};

const lastOf = ({ data: { scores } }: Event<'ClientsScored'>): string => scores[scores.length - 1].clientId;

/** The events in which a run scored some clients; asked of page after page in order of id, it reads its stream once. */
export class PastScores {
  private revision = 0;
  private chunks: readonly Event<'ClientsScored'>[] = [];
  private ended = false;

  constructor(
    private readonly events: Pick<EventStore, 'read'>,
    private readonly scoring: ScoringRun,
  ) {}

  /** By id; who was not scored is left out. */
  async of(clientIds: readonly string[]): Promise<ReadonlyMap<string, RecordedEvent>> {
    const found = new Map<string, RecordedEvent>();
    for (const clientId of [...clientIds].sort()) {
      const chunk = await this.chunkFor(clientId);
      if (chunk?.data.scores.some((score) => score.clientId === clientId)) found.set(clientId, chunk);
    }
    return found;
  }

  /** The one in which somebody stands if he stands in any: clients were scored in order of id. */
  private async chunkFor(clientId: string): Promise<Event<'ClientsScored'> | undefined> {
    if (this.chunks.length > 0 && clientId < this.chunks[0].data.scores[0].clientId)
      [this.revision, this.chunks, this.ended] = [0, [], false];
    for (;;) {
      const chunk = this.chunks.find((one) => clientId <= lastOf(one));
      if (chunk !== undefined || this.ended) return chunk;
      await this.readOn();
    }
  }

  private async readOn(): Promise<void> {
    const page = await this.events.read(scoringStream(this.scoring.scoringId), this.revision, EVENTS_AT_ONCE);
    this.revision += page.length;
    this.ended = page.length < EVENTS_AT_ONCE;
    this.chunks = (page as Event<'ClientsScored'>[]).filter(
      ({ type, data: { run } }) => type === 'ClientsScored' && run === this.scoring.run,
    );
  }
}
