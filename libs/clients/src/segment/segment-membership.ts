import { DocumentStore, lineHash } from '@boucle/eventsourcing';
import { Asking, compileRule, Rule, Vocabulary } from '@boucle/segments';
import { ProfilingBar, profilingBar } from '../client/profiling-bar.js';
import { Subject, Subjects } from '../history/subject.js';
import { SegmentSubject, SegmentSubjects } from './segment-subject.js';

/** A rule and what it is asked with. */
export interface SegmentQuestion extends Asking {
  readonly rule: Rule;
  readonly vocabulary: Vocabulary<SegmentSubject>;
}

/** Tells who belongs to a segment: nobody of whom nothing may be concluded. */
export const membership = ({ rule, vocabulary, at, segments, name }: SegmentQuestion): ((subject: SegmentSubject) => boolean) => {
  const member = compileRule(rule, vocabulary, { at, segments, name });
  return (subject) => profilingBar(subject.profile) === null && member(subject);
};

/** Who was asked, and how many belong to the segment. */
export interface SegmentCount {
  readonly people: number;
  readonly count: number;
  /** SHA-256 over the ids of the members, a line each, in order. */
  readonly hash: string;
  /** Who belongs to no segment, by reason. */
  readonly leftOut: Readonly<Record<ProfilingBar, number>>;
  /** The first members by id. */
  readonly sample: readonly string[];
}

const SAMPLE = 20;

/** Counts who belongs to a segment among people, who come in order of id. */
export const countMembers = async (
  people: AsyncIterable<readonly SegmentSubject[]>,
  question: SegmentQuestion,
  sample = SAMPLE,
): Promise<SegmentCount> => {
  const isMember = membership(question);
  const hash = lineHash();
  const out = { restricted: 0, 'objects-to-profiling': 0 };
  const first: string[] = [];
  let [all, count] = [0, 0];
  for await (const page of people)
    for (const subject of page) {
      all++;
      const reason = profilingBar(subject.profile);
      if (reason) out[reason]++;
      else if (isMember(subject)) {
        count++;
        hash.add(subject.clientId);
        if (first.length < sample) first.push(subject.clientId);
      }
    }
  return { people: all, count, hash: hash.digest(), leftOut: out, sample: first };
};

/** People as segments see them, a page at a time. */
export async function* segmentPeople(
  documents: DocumentStore,
  pages: AsyncIterable<readonly Subject[]> = new Subjects(documents).all(),
): AsyncGenerator<readonly SegmentSubject[]> {
  const reader = new SegmentSubjects(documents);
  for await (const page of pages) yield await reader.of(page);
}
