import { Rule } from '@boucle/segments';
import { Message } from '@boucle/eventsourcing';

/** Who belongs to a segment when it is activated or changed. */
export interface SegmentFigures {
  /** The position of the log up to which people were known when they were counted. */
  readonly asOf: number;
  readonly count: number;
  /** SHA-256 over the ids of the members, a line each, in order. */
  readonly hash: string;
}

export type SegmentEvent =
  /** A rule has a name, or another rule; nobody is kept in the segment yet. */
  | Message<'SegmentDefined', { segmentId: string; name: string; rule: Rule; version: number }>
  /** Who belongs to the segment is kept up to date from now on, by this rule. */
  | Message<'SegmentActivated', SegmentFigures & { segmentId: string; name: string; rule: Rule; version: number }>
  /** Nobody is kept in the segment any more. */
  | Message<'SegmentRetired', { segmentId: string }>;

export type SegmentMembersEvent =
  /** People came into a segment or left it, by what happened or by passing time; at most 500 of each. */
  | Message<
      'SegmentMembersChanged',
      {
        segmentId: string;
        entered: readonly string[];
        left: readonly string[];
        /** They did not move: files were joined or parted, or the line was moved that they are measured by. */
        rearranged?: true;
      }
    >
  /** Everybody has been asked by this version of the rule, and who came and left by it has been told. */
  | Message<'SegmentSettled', { segmentId: string; version: number }>;
