import { DomainError, EventStore, fold, lineHash, RecordedEvent } from '@boucle/eventsourcing';
import { SEGMENTS_STREAM, segmentsDecider, segmentStream } from './segment.decider.js';
import { SegmentEvent, SegmentMembersEvent } from './segment.events.js';

/** By which rule a segment is kept, and who is in it: a line to prove it by. */
export interface SegmentProof {
  readonly segmentId: string;
  readonly version: number;
  readonly count: number;
  /** SHA-256 over the ids of the members, a line each, in order. */
  readonly hash: string;
}

const EVENTS_AT_ONCE = 100;

/** Who is in a segment as the log has told it up to a position; refused where that is not known by its latest rule. */
export const membersAt = async (
  events: EventStore,
  segmentId: string,
  position: number,
): Promise<{ readonly members: ReadonlySet<string>; readonly proof: SegmentProof }> => {
  const rules = (await events.read(SEGMENTS_STREAM)) as RecordedEvent<SegmentEvent>[];
  const segments = fold(
    segmentsDecider,
    segmentsDecider.initial,
    rules.filter((event) => event.position <= position),
  );
  if (!Object.hasOwn(segments, segmentId))
    throw new DomainError('unknown-segment', `There is no segment ${segmentId}: PUT /segments/${segmentId} makes one`, 'segment');
  const { status, version } = segments[segmentId];
  if (status !== 'active')
    throw new DomainError(
      'segment-not-active',
      `The segment ${segmentId} is ${status === 'draft' ? 'not active: activate it' : 'retired: name another one'}`,
      'segment',
    );
  const members = new Set<string>();
  let settled = 0;
  read: for (let revision = 0; ; revision += EVENTS_AT_ONCE) {
    const page = (await events.read(segmentStream(segmentId), revision, EVENTS_AT_ONCE)) as RecordedEvent<SegmentMembersEvent>[];
    for (const event of page) {
      if (event.position > position) break read;
      if (event.type === 'SegmentSettled') settled = event.data.version;
      else {
        event.data.left.forEach((clientId) => members.delete(clientId));
        event.data.entered.forEach((clientId) => members.add(clientId));
      }
    }
    if (page.length < EVENTS_AT_ONCE) break;
  }
  if (settled !== version)
    throw new DomainError(
      'segment-unsettled',
      `Who is in the segment ${segmentId} by its rule is still being worked out: try again soon`,
      'segment',
    );
  const hash = lineHash();
  for (const clientId of [...members].sort()) hash.add(clientId);
  return { members, proof: { segmentId, version, count: members.size, hash: hash.digest() } };
};
