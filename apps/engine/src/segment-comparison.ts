import { Injectable } from '@nestjs/common';
import { Clock, DocumentStore, DomainError, EventStore, fold } from '@boucle/eventsourcing';
import {
  answersAt,
  Answers,
  answersThen,
  compareMembers,
  Counting,
  countMembers,
  lifeCyclePolicy,
  Moment,
  MomentAsked,
  momentOf,
  rulesOf,
  scoringRunAt,
  SegmentCount,
  SegmentDifference,
  segmentFacts,
  SEGMENTS_STREAM,
  segmentsDecider,
  segmentVocabulary,
  untilSettled,
  Verdict,
  verdict,
} from '@boucle/clients';
import { printRule, Rule } from '@boucle/segments';
import { isNow, sourcesAt } from './reports/reporting.js';
import { SegmentDesk, WrittenRule } from './segment-desk.js';

/** A rule, or the segment whose rule it is, and as of when it is asked. */
export interface RuleWish extends WrittenRule, MomentAsked {
  readonly segmentId?: string;
}

/** What was asked, by which it can be asked again. */
export interface RuleAsked {
  /** null: the rule has no name. */
  readonly segmentId: string | null;
  readonly version: number | null;
  readonly text: string;
  /** The version of the thresholds of the life-cycle. */
  readonly thresholds: number;
  /** The position of the log up to which people were known. */
  readonly asOf: number;
  /** The day of which it tells what was so; null: it tells what was known at the position. */
  readonly date: string | null;
  readonly sense: 'known' | 'true';
  /** ISO instant up to which things count. */
  readonly at: string;
}

/** How many a rule finds, and what was asked. */
export type CountedRule = RuleAsked & SegmentCount;

/** Who is found by one of two rules, or by one at two times. */
export interface ComparedRules extends Omit<SegmentDifference, 'first' | 'second'> {
  readonly first: CountedRule;
  readonly second: CountedRule;
}

interface Named {
  readonly rule: Rule;
  readonly segmentId: string | null;
  readonly version: number | null;
}

/** Counts and compares whom rules find, now and as of earlier. */
@Injectable()
export class SegmentComparison {
  constructor(
    private readonly events: EventStore,
    private readonly documents: DocumentStore,
    private readonly desk: SegmentDesk,
    private readonly clock: Clock,
  ) {}

  async count(wish: RuleWish, counting?: Counting): Promise<CountedRule> {
    const named = await this.named(wish);
    return untilSettled(async () => {
      const { asked, answers } = await this.ask(named, wish, await this.now());
      return { ...asked, ...(await countMembers(answers, { counting })) };
    });
  }

  async compare(one: RuleWish, other: RuleWish): Promise<ComparedRules> {
    const [ofFirst, ofSecond] = [await this.named(one), await this.named(other)];
    return untilSettled(async () => {
      const now = await this.now();
      const [first, second] = [await this.ask(ofFirst, one, now), await this.ask(ofSecond, other, now)];
      const difference = await compareMembers(first.answers, second.answers);
      return { ...difference, first: { ...first.asked, ...difference.first }, second: { ...second.asked, ...difference.second } };
    });
  }

  private async now(): Promise<Moment> {
    return { position: await this.desk.reached(), date: null, sense: 'known', at: this.clock.now() };
  }

  private async named({ segmentId, text, rule }: RuleWish): Promise<Named> {
    if (segmentId === undefined) return { rule: await this.desk.take({ text, rule }), segmentId: null, version: null };
    if (text !== undefined || rule !== undefined)
      throw new DomainError('two-rules', 'Give a rule, or the segment whose rule it is: leave one of them out', 'segmentId');
    const known = await this.desk.segment(segmentId);
    return { rule: known.rule, segmentId, version: known.version };
  }

  /** Asks a rule as of now, or as of earlier; segments mean what they mean now, all else what it meant then. */
  private async ask(named: Named, wish: MomentAsked, now: Moment): Promise<{ asked: RuleAsked; answers: Answers<Verdict> }> {
    const { events, documents } = this;
    const { rule, segmentId } = named;
    const { position, ...moment } = isNow(wish) ? now : await momentOf(events, wish, now.at);
    const then = sourcesAt({ events, documents }, wish, { position, ...moment }, () => scoringRunAt(events, { position, ...moment }));
    const vocabulary = segmentVocabulary(await segmentFacts(then.events, then.documents, moment.at));
    const segments = rulesOf(fold(segmentsDecider, segmentsDecider.initial, await events.read(SEGMENTS_STREAM)));
    const ask = verdict({ rule, vocabulary, segments, at: moment.at, name: segmentId ?? '' });
    const answers = isNow(wish) ? answersAt(events, documents, position, ask) : answersThen(then.documents, ask);
    const { version: thresholds } = await lifeCyclePolicy(then.events);
    return {
      asked: { segmentId, version: named.version, text: printRule(rule, vocabulary), thresholds, asOf: position, ...moment },
      answers,
    };
  }
}
