import { Relay } from '@boucle/eventsourcing';
import { Contract, segmentsTopic, tell } from '@boucle/contracts';
import { SegmentEvent, SegmentMembersEvent } from './segment.events.js';

const { messages } = segmentsTopic;

/** How each event of segments is told to other services. */
export const segmentRelay: Relay<SegmentEvent | SegmentMembersEvent, Contract> = {
  // nobody is kept in it yet
  SegmentDefined: null,
  SegmentActivated: tell(messages.SegmentActivated, ({ data: { segmentId, version, count, hash } }) => ({
    segmentId,
    version,
    count,
    hash,
  })),
  SegmentRetired: tell(messages.SegmentRetired, ({ data: { segmentId } }) => ({ segmentId })),
  // for whoever reads the log up to a position
  SegmentSettled: null,
  SegmentMembersChanged: tell(messages.SegmentMembersChanged, ({ data: { segmentId, entered, left, rearranged = false } }) => ({
    segmentId,
    entered,
    left,
    rearranged,
  })),
};
