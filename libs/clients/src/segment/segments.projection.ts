import { Projection } from '@boucle/eventsourcing';
import { Rule } from '@boucle/segments';
import { SegmentEvent, SegmentFigures, SegmentMembersEvent } from './segment.events.js';

type Moved = Extract<SegmentMembersEvent, { type: 'SegmentMembersChanged' }>;

/** A segment with how many belong to it now. */
export interface SegmentReading {
  readonly segmentId: string;
  readonly name: string;
  readonly rule: Rule;
  readonly version: number;
  readonly status: 'draft' | 'active' | 'retired';
  /** As it was counted when this rule was activated; null: it never was. */
  readonly activated: (SegmentFigures & { readonly at: string }) | null;
  readonly members: number;
  /** When somebody came in or left last; null: never. */
  readonly changedAt: string | null;
}

/** One document per segment. */
export const segmentsProjection: Projection<SegmentReading, SegmentEvent | Moved> = {
  name: 'segments',
  key: ({ data }) => data.segmentId,
  on: {
    SegmentDefined: (known, { data: { segmentId, name, rule, version } }) => ({
      ...{ segmentId, name, rule, version, status: 'draft' },
      ...{ activated: known?.activated ?? null, members: known?.members ?? 0, changedAt: known?.changedAt ?? null },
    }),
    SegmentActivated: (known, { data: { segmentId, name, rule, version, asOf, count, hash }, metadata }) => ({
      ...{ segmentId, name, rule, version, status: 'active' },
      ...{ activated: { asOf, count, hash, at: metadata.occurredAt }, members: known?.members ?? 0, changedAt: known?.changedAt ?? null },
    }),
    SegmentRetired: (known) => known && { ...known, status: 'retired' },
    SegmentMembersChanged: (known, { data: { entered, left }, metadata }) =>
      known && { ...known, members: known.members + entered.length - left.length, changedAt: metadata.occurredAt },
  },
};

/** Somebody in a segment. */
export interface SegmentMember {
  readonly segmentId: string;
  readonly clientId: string;
  /** ISO instant. */
  readonly since: string;
}

const memberKey = (segmentId: string, clientId: string): string => `${segmentId}/${clientId}`;

/** What the keys of a segment's members begin with. */
export const membersOf = (segmentId: string): string => memberKey(segmentId, '');

/** One document per segment and member, so that a segment is read in order of id. */
export const segmentMembersProjection: Projection<SegmentMember, Moved> = {
  name: 'segment-members',
  key: ({ data: { segmentId, entered, left } }) => [...left, ...entered].map((clientId) => memberKey(segmentId, clientId)),
  on: {
    SegmentMembersChanged: (_, { data: { segmentId, entered }, metadata }, key) => {
      const clientId = key.slice(segmentId.length + 1);
      return entered.includes(clientId) ? { segmentId, clientId, since: metadata.occurredAt } : null;
    },
  },
};

/** The segments that somebody is in, and since when. */
export interface ClientSegments {
  readonly clientId: string;
  readonly segments: Readonly<Record<string, string>>;
}

/** One document per client who is in any segment. */
export const clientSegmentsProjection: Projection<ClientSegments, Moved> = {
  name: 'client-segments',
  key: ({ data: { entered, left } }) => [...left, ...entered],
  on: {
    SegmentMembersChanged: (known, { data: { segmentId, entered }, metadata }, clientId) => {
      const { [segmentId]: _, ...others } = known?.segments ?? {};
      const segments = entered.includes(clientId) ? { ...others, [segmentId]: metadata.occurredAt } : others;
      return Object.keys(segments).length > 0 ? { clientId, segments } : null;
    },
  },
};
