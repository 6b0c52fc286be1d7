import {
  CHECKPOINTS,
  Checkpoint,
  DocumentStore,
  Door,
  EventStore,
  fold,
  Folding,
  mustExecute,
  NAMESPACE,
  RecordedEvent,
  uuidv5,
} from '@boucle/eventsourcing';
import { compileLasting, compileNextChange, LastingPredicate, NextChange } from '@boucle/segments';
import { clientDecider } from '../client/client.decider.js';
import { ClientEvent } from '../client/client.events.js';
import { profilingBar } from '../client/profiling-bar.js';
import { Conclusion, Occasion, Reading } from '../standing/reading.js';
import { SEGMENT_FACTS, segmentFacts } from './segment-facts.js';
import { SegmentSubject, SegmentSubjects } from './segment-subject.js';
import { segmentVocabulary } from './segment-vocabulary.js';
import { rulesOf, SEGMENTS_STREAM, segmentsDecider } from './segment.decider.js';
import { ClientSegments, clientSegmentsProjection, segmentMembersProjection } from './segments.projection.js';

const ACTOR = 'worker:segments';
const MOST_AT_ONCE = 500;

const NOTHING: Conclusion = { said: null, due: null };

const PROJECTIONS = [segmentMembersProjection, clientSegmentsProjection] as const;

/** Who comes into a segment, and who leaves it. */
interface Moves {
  readonly segmentId: string;
  readonly history: boolean;
  readonly rearranged: boolean;
  readonly entered: string[];
  readonly left: string[];
}

const pieces = ({ entered, left, ...of }: Moves): readonly Moves[] =>
  Array.from({ length: Math.ceil(Math.max(entered.length, left.length) / MOST_AT_ONCE) }, (_, n) => {
    const piece = (ids: readonly string[]): string[] => ids.slice(n * MOST_AT_ONCE, (n + 1) * MOST_AT_ONCE);
    return { ...of, entered: piece(entered), left: piece(left) };
  });

/** A segment that is kept, ready to be asked. */
interface Kept {
  readonly segmentId: string;
  readonly holds: LastingPredicate<SegmentSubject>;
  readonly changes: NextChange<SegmentSubject>;
}

/** What is asked of people on a day. */
interface Rules {
  readonly day: string;
  /** Retired ones among them: whoever is still in one leaves it. */
  readonly segmentIds: readonly string[];
  readonly active: readonly Kept[];
}

/** Keeps who belongs to which segment. */
export class SegmentMemberships implements Reading {
  readonly name = 'segments';
  readonly changedBy = [
    'SegmentActivated',
    'SegmentRetired',
    'LifeCyclePolicySet',
    'ScoringCompleted',
    'AreaStatisticsInstalled',
    'AreaStatisticsRemoved',
    'LocalitiesInstalled',
  ];
  readonly forgets = { after: SEGMENT_FACTS, now: () => void (this.rules = null) };
  private readonly subjects: SegmentSubjects;
  private caughtUp: Promise<void> | null = null;
  private rules: Rules | null = null;
  /** Whether anybody is kept in any segment; not known before the first reading. */
  private keeps = true;

  constructor(
    private readonly events: EventStore,
    private readonly documents: DocumentStore,
    private readonly door: Door,
  ) {
    this.subjects = new SegmentSubjects(documents);
  }

  concerns(event: RecordedEvent<ClientEvent>): boolean {
    return this.keeps && event.type in clientDecider.evolve;
  }

  async everybodyRead({ type, data, metadata: { id, correlationId, occurredAt: now } }: RecordedEvent): Promise<void> {
    if (type !== 'SegmentActivated') return;
    const { segmentId, version } = data as { segmentId: string; version: number };
    const cause = { id, correlationId, now, actor: ACTOR };
    await mustExecute(this.door, [{ message: { type: 'SettleSegment', data: { segmentId, version } }, cause }]);
  }

  async read(occasions: readonly Occasion[]): Promise<readonly Conclusion[]> {
    const now = occasions.reduce((last, { at }) => (at > last ? at : last), '');
    const { segmentIds, active } = await this.rulesOn(now);
    this.keeps = segmentIds.length > 0;
    if (!this.keeps) return occasions.map(() => NOTHING);
    await (this.caughtUp ??= this.catchUp());
    const people = await this.subjects.of(occasions.flatMap(({ subject }) => subject ?? []));
    const byId = new Map(people.map((subject) => [subject.clientId, subject]));
    const before = await this.standing(occasions.map(({ clientId }) => clientId));
    const moves = new Map<string, Moves>();
    const conclusions = occasions.map(({ clientId, at, rearranged = false, causeAt }): Conclusion => {
      const { belongs, due } = read(byId.get(clientId) ?? null, active, at);
      for (const segmentId of segmentIds) {
        const wasIn = before.get(clientId)?.has(segmentId) ?? false;
        if (wasIn === belongs.has(segmentId)) continue;
        const history = causeAt(at).history ?? false;
        const key = `${segmentId}/${history}/${rearranged}`;
        const move = moves.get(key) ?? { segmentId, history, rearranged, entered: [], left: [] };
        moves.set(key, move);
        (wasIn ? move.left : move.entered).push(clientId);
      }
      return { said: null, due };
    });
    await this.tell([...moves.values()].flatMap(pieces), now);
    return conclusions;
  }

  /** The rules on the day of an instant; articles stand elsewhere on another. */
  private async rulesOn(now: string): Promise<Rules> {
    const day = now.slice(0, 10);
    if (this.rules?.day === day) return this.rules;
    const state = fold(segmentsDecider, segmentsDecider.initial, await this.events.read(SEGMENTS_STREAM));
    const segmentIds = Object.keys(state).filter((segmentId) => state[segmentId].status !== 'draft');
    if (segmentIds.length === 0) return (this.rules = { day, segmentIds, active: [] });
    const vocabulary = segmentVocabulary(await segmentFacts(this.events, this.documents, now));
    const segments = rulesOf(state);
    const active = segmentIds
      .filter((segmentId) => state[segmentId].status === 'active')
      .map((segmentId): Kept => {
        const [rule, about] = [state[segmentId].rule, { segments, name: segmentId }];
        return { segmentId, holds: compileLasting(rule, vocabulary, about), changes: compileNextChange(rule, vocabulary, about) };
      });
    return (this.rules = { day, segmentIds, active });
  }

  private async standing(clientIds: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const stored = await this.documents.getMany<ClientSegments>(clientSegmentsProjection.name, clientIds);
    return new Map(stored.map(({ key, document }) => [key, new Set(Object.keys(document?.segments ?? {}))]));
  }

  /** Tells who moved, and sees to it that what is read next knows it. */
  private async tell(moves: readonly Moves[], now: string): Promise<void> {
    if (moves.length === 0) return;
    const outcomes = await mustExecute(
      this.door,
      moves.map(({ segmentId, history, rearranged, entered, left }) => {
        const id = uuidv5(NAMESPACE, ACTOR, segmentId, now, ...entered, '', ...left);
        const cause = { id, correlationId: id, now, actor: ACTOR, key: id, ...(history && { history: true as const }) };
        return { message: { type: 'ChangeSegmentMembers', data: { segmentId, entered, left, ...(rearranged && { rearranged }) } }, cause };
      }),
    );
    const written = new Map<string, { revision: number; events: number }>();
    for (const { stream, revision, events } of outcomes)
      written.set(stream, { revision, events: (written.get(stream)?.events ?? 0) + events.length });
    for (const [stream, { revision, events }] of written) await this.know(await this.events.read(stream, revision - events + 1, events));
  }

  private async know(events: readonly RecordedEvent[]): Promise<void> {
    for (const projection of PROJECTIONS) {
      const folding = new Folding(projection, this.documents);
      await folding.add(events);
      await folding.flush();
    }
  }

  /** Knows what was told before this process began, also where a read model has not come to it. */
  private async catchUp(): Promise<void> {
    const stored = await this.documents.getMany<Checkpoint>(
      CHECKPOINTS,
      PROJECTIONS.map(({ name }) => name),
    );
    const positions = PROJECTIONS.map(({ name }) => stored.find(({ key }) => key === name)?.document?.position ?? 0);
    const stop = new AbortController();
    const { signal } = stop;
    for await (const { events, caughtUp } of this.events.subscribe({
      after: Math.min(...positions),
      types: ['SegmentMembersChanged'],
      signal,
    })) {
      await this.know(events);
      if (caughtUp) stop.abort();
    }
  }
}

/** To which segments somebody belongs, and when time alone may change it. */
const read = (
  subject: SegmentSubject | null,
  active: readonly Kept[],
  at: string,
): { readonly belongs: ReadonlySet<string>; readonly due: string | null } => {
  const belongs = new Set<string>();
  if (!subject || profilingBar(subject.profile)) return { belongs, due: null };
  let due: string | null = null;
  for (const { segmentId, holds, changes } of active) {
    if (holds(subject, at)) belongs.add(segmentId);
    const next = changes(subject, at);
    if (next !== null && (due === null || next < due)) due = next;
  }
  return { belongs, due };
};
