import { lineHash } from '@boucle/eventsourcing';
import { Asking, compileRule, Rule, Vocabulary } from '@boucle/segments';
import { sizeBehind } from '@boucle/targeting';
import { SAMPLED_SHARE } from '../client/client-sample.projection.js';
import { ProfilingBar, profilingBar } from '../client/profiling-bar.js';
import { Answers, Ask } from './segment-people.js';
import { SegmentSubject } from './segment-subject.js';

/** A rule and what it is asked with. */
export interface SegmentQuestion extends Asking {
  readonly rule: Rule;
  readonly vocabulary: Vocabulary<SegmentSubject>;
}

/** Whether somebody belongs to a segment, or why nothing may be concluded of him. */
export type Verdict = boolean | ProfilingBar;

/** Tells who belongs to a segment. */
export const verdict = ({ rule, vocabulary, at, segments, name }: SegmentQuestion): Ask<Verdict> => {
  const isMember = compileRule(rule, vocabulary, { at, segments, name });
  return (person) => profilingBar(person.profile) ?? isMember(person);
};

type LeftOut = Record<ProfilingBar, number>;

const nobody = (): LeftOut => ({ restricted: 0, 'objects-to-profiling': 0 });

/** How many belong to a segment, of how many who were asked. */
export interface SegmentCount {
  readonly people: number;
  readonly count: number;
  /** SHA-256 over the ids of the members, a line each, in order. */
  readonly hash: string;
  /** Who belongs to no segment, by reason. */
  readonly leftOut: Readonly<LeftOut>;
  /** The first members by id. */
  readonly sample: readonly string[];
}

const SAMPLE = 20;

/** Told while people are counted: how many have been asked, and how many of them belong to the segment. */
export type Counting = (people: number, count: number) => void;

/** Counts who belongs to a segment. */
export const countMembers = async (
  answers: Answers<Verdict>,
  { sample = SAMPLE, counting }: { readonly sample?: number; readonly counting?: Counting } = {},
): Promise<SegmentCount> => {
  const hash = lineHash();
  const leftOut = nobody();
  const first: string[] = [];
  let [people, count] = [0, 0];
  for await (const page of answers) {
    for (const { clientId, answer } of page) {
      people++;
      if (typeof answer === 'string') leftOut[answer]++;
      if (answer !== true) continue;
      count++;
      hash.add(clientId);
      if (first.length < sample) first.push(clientId);
    }
    counting?.(people, count);
  }
  return { people, count, hash: hash.digest(), leftOut, sample: first };
};

/** How many probably belong to a segment, by those who stand for all the others. */
export interface SegmentEstimate {
  readonly count: number;
  /** With 95% confidence at least so many. */
  readonly low: number;
  /** With 95% confidence at most so many. */
  readonly high: number;
  /** So many stand for all the others. */
  readonly asked: number;
  /** Of them so many belong to the segment. */
  readonly found: number;
  /** Who stands for others, of all. */
  readonly share: number;
}

/** Estimates how many belong to a segment from the answers of the sample. */
export const estimateMembers = async (answers: Answers<Verdict>): Promise<SegmentEstimate> => {
  let [asked, found] = [0, 0];
  for await (const page of answers) {
    asked += page.length;
    for (const { answer } of page) if (answer === true) found++;
  }
  const { low, high } = sizeBehind(found, SAMPLED_SHARE);
  return { count: Math.round(found / SAMPLED_SHARE), low: Math.ceil(low), high: Math.floor(high), asked, found, share: SAMPLED_SHARE };
};
