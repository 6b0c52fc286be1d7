import { canonicalJson, Decider, DomainError } from '@boucle/eventsourcing';
import { Rule, segmentsIn } from '@boucle/segments';
import { entry } from '../entries.js';
import { ActivateSegment, ChangeSegmentMembers, DefineSegment, RetireSegment, SettleSegment } from './segment.commands.js';
import { SegmentEvent, SegmentMembersEvent } from './segment.events.js';

/** A segment as it stands. */
export interface Segment {
  readonly name: string;
  readonly rule: Rule;
  /** One more with each rule. */
  readonly version: number;
  readonly status: 'draft' | 'active' | 'retired';
}

/** All segments by id. */
export type SegmentsState = Readonly<Record<string, Segment>>;

/** All rules are one stream: a rule that asks for another segment must see them all. */
export const SEGMENTS_STREAM = 'segments';

/** Where it is told who comes into a segment and leaves it. */
export const segmentStream = (segmentId: string): string => `segment-${segmentId}`;

const known = (segments: SegmentsState, segmentId: string): Segment => {
  const segment = entry(segments, segmentId);
  if (!segment) throw new DomainError('unknown-segment', `There is no segment ${segmentId}: define it first`, 'segmentId');
  return segment;
};

const isRetired = (segments: SegmentsState, segmentId: string): boolean => entry(segments, segmentId)?.status === 'retired';

/** The segments through which one asks for another, which is the last; null: it does not. */
const wayTo = (segments: SegmentsState, from: string, target: string, seen: Set<string>): readonly string[] | null => {
  if (from === target) return [from];
  if (seen.has(from)) return null;
  seen.add(from);
  for (const next of segmentsIn(entry(segments, from)?.rule ?? { is: 'random', percent: 1 })) {
    const way = wayTo(segments, next, target, seen);
    if (way) return [from, ...way];
  }
  return null;
};

const mustStandAlone = (segments: SegmentsState, segmentId: string, rule: Rule): void => {
  for (const asked of segmentsIn(rule)) {
    const circle = wayTo(segments, asked, segmentId, new Set());
    if (circle)
      throw new DomainError(
        'segment-circle',
        `${segmentId} would depend on itself (${[segmentId, ...circle].join(' → ')}): take this reference out, or the one that leads back`,
        'rule',
      );
    if (known(segments, asked).status === 'retired')
      throw new DomainError('segment-retired', `The segment ${asked} is retired: take the reference to it out of the rule`, 'rule');
  }
};

const same = (segment: Segment | undefined, { name, rule }: Pick<Segment, 'name' | 'rule'>): boolean =>
  segment !== undefined && segment.name === name && canonicalJson(segment.rule) === canonicalJson(rule);

const commands = { DefineSegment, ActivateSegment, RetireSegment };

/** The rules of all segments. */
export const segmentsDecider: Decider<SegmentsState, typeof commands, SegmentEvent> = {
  commands,
  stream: () => SEGMENTS_STREAM,
  initial: {},
  decide: {
    DefineSegment: (segments, { segmentId, name, rule }) => {
      const before = entry(segments, segmentId);
      if (before?.status !== 'retired' && same(before, { name, rule })) return [];
      if (before?.status === 'retired')
        throw new DomainError('segment-retired', `The segment ${segmentId} is retired: define it under another id`, 'segmentId');
      if (before?.status === 'active')
        throw new DomainError(
          'segment-active',
          `The segment ${segmentId} is active: count who belongs to it by the new rule first`,
          'segmentId',
        );
      mustStandAlone(segments, segmentId, rule);
      return [{ type: 'SegmentDefined', data: { segmentId, name, rule, version: (before?.version ?? 0) + 1 } }];
    },
    ActivateSegment: (segments, { segmentId, name, rule, version, asOf, count, hash }) => {
      const before = known(segments, segmentId);
      if (before.status === 'active' && same(before, { name, rule })) return [];
      if (isRetired(segments, segmentId))
        throw new DomainError('segment-retired', `The segment ${segmentId} is retired: define it under another id`, 'segmentId');
      if (version !== before.version)
        throw new DomainError(
          'segment-changed',
          `The segment ${segmentId} has changed since it was counted: activate it again`,
          'segmentId',
        );
      mustStandAlone(segments, segmentId, rule);
      const next = canonicalJson(rule) === canonicalJson(before.rule) ? version : version + 1;
      return [{ type: 'SegmentActivated', data: { segmentId, name, rule, version: next, asOf, count, hash } }];
    },
    RetireSegment: (segments, { segmentId }) => {
      if (known(segments, segmentId).status === 'retired') return [];
      const asking = Object.entries(segments).find(([, { status, rule }]) => status !== 'retired' && segmentsIn(rule).includes(segmentId));
      if (asking)
        throw new DomainError(
          'segment-asked-for',
          `The segment ${asking[0]} asks for ${segmentId}: change or retire that one first`,
          'segmentId',
        );
      return [{ type: 'SegmentRetired', data: { segmentId } }];
    },
  },
  evolve: {
    SegmentDefined: (segments, { segmentId, name, rule, version }) => ({
      ...segments,
      [segmentId]: { name, rule, version, status: 'draft' },
    }),
    SegmentActivated: (segments, { segmentId, name, rule, version }) => ({
      ...segments,
      [segmentId]: { name, rule, version, status: 'active' },
    }),
    SegmentRetired: (segments, { segmentId }) => ({ ...segments, [segmentId]: { ...segments[segmentId], status: 'retired' } }),
  },
};

/** The rules that other rules may ask for, by the id of their segment. */
export const rulesOf = (segments: SegmentsState): ReadonlyMap<string, Rule> =>
  new Map(Object.entries(segments).flatMap(([segmentId, { rule, status }]) => (status === 'retired' ? [] : [[segmentId, rule] as const])));

const memberCommands = { ChangeSegmentMembers, SettleSegment };

/** Who came into a segment and who left it; that nobody does so twice is seen to by who tells it. */
export const segmentMembersDecider: Decider<number, typeof memberCommands, SegmentMembersEvent> = {
  commands: memberCommands,
  stream: ({ segmentId }) => segmentStream(segmentId),
  /** The version by which everybody has been asked. */
  initial: 0,
  decide: {
    ChangeSegmentMembers: (_, { segmentId, entered, left, rearranged }) =>
      entered.length + left.length === 0
        ? []
        : [{ type: 'SegmentMembersChanged', data: { segmentId, entered, left, ...(rearranged && { rearranged }) } }],
    SettleSegment: (settled, { segmentId, version }) =>
      version <= settled ? [] : [{ type: 'SegmentSettled', data: { segmentId, version } }],
  },
  evolve: { SegmentMembersChanged: (settled) => settled, SegmentSettled: (_, { version }) => version },
};
