import { lineHash } from '@boucle/eventsourcing';
import { Asking, compileRule, Rule, Vocabulary } from '@boucle/segments';
import { sizeBehind } from '@boucle/targeting';
import { SAMPLED_SHARE } from '../client/client-sample.projection.js';
import { ProfilingBar, profilingBar } from '../client/profiling-bar.js';
import { Answered, Answers, Ask } from './segment-people.js';
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

/** Counts answers as they come, in order of id. */
class Tally {
  private readonly hash = lineHash();
  private readonly leftOut = nobody();
  private readonly first: string[] = [];
  people = 0;
  count = 0;

  constructor(private readonly sample: number) {}

  add({ clientId, answer }: Answered<Verdict>): void {
    this.people++;
    if (typeof answer === 'string') this.leftOut[answer]++;
    if (answer !== true) return;
    this.count++;
    this.hash.add(clientId);
    if (this.first.length < this.sample) this.first.push(clientId);
  }

  counted(): SegmentCount {
    const { people, count, leftOut, first } = this;
    return { people, count, hash: this.hash.digest(), leftOut, sample: first };
  }
}

/** Counts who belongs to a segment. */
export const countMembers = async (
  answers: Answers<Verdict>,
  { sample = SAMPLE, counting }: { readonly sample?: number; readonly counting?: Counting } = {},
): Promise<SegmentCount> => {
  const tally = new Tally(sample);
  for await (const page of answers) {
    for (const one of page) tally.add(one);
    counting?.(tally.people, tally.count);
  }
  return tally.counted();
};

/** Some people, and the first of them by id. */
export interface SomeMembers {
  readonly count: number;
  readonly sample: readonly string[];
}

/** Who belongs to one of two segments, or to one at two times, and who to both. */
export interface SegmentDifference {
  readonly first: SegmentCount;
  readonly second: SegmentCount;
  readonly onlyFirst: SomeMembers;
  readonly both: SomeMembers;
  readonly onlySecond: SomeMembers;
}

/** Gives answers one by one. */
class OneByOne {
  private readonly pages: AsyncIterator<readonly Answered<Verdict>[]>;
  private page: readonly Answered<Verdict>[] = [];
  private place = 0;
  private ended = false;

  constructor(answers: Answers<Verdict>) {
    this.pages = answers[Symbol.asyncIterator]();
  }

  get next(): Answered<Verdict> | null {
    return this.page[this.place] ?? null;
  }

  /** Whether the next one is known, be it that there is none. */
  get ready(): boolean {
    return this.ended || this.place < this.page.length;
  }

  async read(): Promise<void> {
    const next = await this.pages.next();
    [this.page, this.place, this.ended] = [next.done ? [] : next.value, 0, next.done === true];
  }

  pass(): void {
    this.place++;
  }
}

/** Compares who belongs to two segments, or to one at two times. */
export const compareMembers = async (first: Answers<Verdict>, second: Answers<Verdict>, sample = SAMPLE): Promise<SegmentDifference> => {
  const [a, b] = [new OneByOne(first), new OneByOne(second)];
  const [ofFirst, ofSecond] = [new Tally(sample), new Tally(sample)];
  const [onlyFirst, both, onlySecond] = [new Tally(sample), new Tally(sample), new Tally(sample)];
  for (;;) {
    while (!a.ready) await a.read();
    while (!b.ready) await b.read();
    const [one, other] = [a.next, b.next];
    if (!one && !other) break;
    const mine = one && (!other || one.clientId <= other.clientId) ? one : null;
    const theirs = other && (!one || other.clientId <= one.clientId) ? other : null;
    if (mine) {
      ofFirst.add(mine);
      a.pass();
    }
    if (theirs) {
      ofSecond.add(theirs);
      b.pass();
    }
    const [isIn, wasIn] = [mine?.answer === true, theirs?.answer === true];
    if (isIn || wasIn) (isIn && wasIn ? both : isIn ? onlyFirst : onlySecond).add((isIn ? mine : theirs)!);
  }
  const some = ({ count, sample: ids }: SegmentCount): SomeMembers => ({ count, sample: ids });
  return {
    first: ofFirst.counted(),
    second: ofSecond.counted(),
    onlyFirst: some(onlyFirst.counted()),
    both: some(both.counted()),
    onlySecond: some(onlySecond.counted()),
  };
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
