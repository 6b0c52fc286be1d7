import { Injectable } from '@nestjs/common';
import { Checkpoints, Clock, DocumentStore, DomainError, EventStore, fold, Page } from '@boucle/eventsourcing';
import {
  ActivateSegment,
  answersAt,
  ASKED_MODELS,
  ClientSegments,
  clientSegmentsProjection,
  countMembers,
  Counting,
  DefineSegment,
  estimateMembers,
  membersOf,
  NO_FACTS,
  ProfilingBar,
  profilingBar,
  rulesOf,
  sampledAnswers,
  SegmentCount,
  SegmentEstimate,
  segmentFacts,
  SegmentMember,
  segmentMembersProjection,
  segmentsByName,
  SegmentReading,
  SEGMENTS_STREAM,
  segmentsDecider,
  segmentsProjection,
  SegmentsState,
  SegmentSubject,
  SegmentSubjects,
  segmentVocabulary,
  Subjects,
  untilSettled,
  verdict,
} from '@boucle/clients';
import {
  checkRule,
  explainRule,
  Explanation,
  fieldNamed,
  FieldType,
  namesOf,
  parseRule,
  printRule,
  Rule,
  Segments,
  Vocabulary,
} from '@boucle/segments';

/** A rule as somebody writes it: as text, or as JSON. */
export interface WrittenRule {
  readonly text?: string;
  readonly rule?: object;
}

/** How many a rule finds, by what is known up to a position. */
export interface RuleCount extends SegmentCount {
  readonly asOf: number;
  readonly text: string;
  readonly at: string;
}

/** How many a rule probably finds. */
export interface RuleEstimate extends SegmentEstimate {
  readonly asOf: number;
  readonly text: string;
  readonly at: string;
}

/** A segment with its rule as text. */
export type SegmentLine = SegmentReading & { readonly text: string };

/** Why somebody is in a segment or not. */
export interface SegmentExplanation extends Explanation {
  readonly segmentId: string;
  readonly clientId: string;
  readonly at: string;
  /** Whether he is kept in it; null: nobody is, it is not active. */
  readonly kept: boolean | null;
  readonly leftOut: ProfilingBar | null;
}

/** Something that rules may ask. */
export interface FieldLine {
  readonly name: string;
  readonly label: string;
  readonly type: FieldType | 'events';
  readonly codes: readonly string[] | null;
  /** Segments whose rules ask it. */
  readonly usedBy: readonly string[];
}

interface Asked {
  readonly state: SegmentsState;
  readonly segments: Segments;
  readonly vocabulary: Vocabulary<SegmentSubject>;
  readonly at: string;
}

/** What events are called, whatever is known besides. */
const WORDS = segmentVocabulary(NO_FACTS);

/** Takes rules down, and answers what they find. */
@Injectable()
export class SegmentDesk {
  constructor(
    private readonly events: EventStore,
    private readonly documents: DocumentStore,
    private readonly checkpoints: Checkpoints,
    private readonly clock: Clock,
  ) {}

  /** The rule, checked; throws `RuleError` with the place and the remedy. */
  async take({ text, rule }: WrittenRule, name?: string): Promise<Rule> {
    const { vocabulary, segments } = await this.asked();
    const about = { vocabulary, segments, name };
    if (text === undefined) return checkRule(rule, about);
    const parsed = parseRule(text, vocabulary);
    return checkRule(parsed.rule, about, parsed.placeOf);
  }

  /** Counts whom a checked rule finds, everybody as he is known at the position that is named. */
  count(rule: Rule, name = '', counting?: Counting): Promise<RuleCount> {
    return untilSettled(async () => {
      const asOf = await this.reached();
      const { vocabulary, segments, at } = await this.asked();
      const answers = answersAt(this.events, this.documents, asOf, verdict({ rule, vocabulary, segments, at, name }));
      return { ...(await countMembers(answers, { counting })), asOf, at, text: printRule(rule, WORDS) };
    });
  }

  /** Estimates how many a checked rule finds, from those who stand for all the others. */
  async estimate(rule: Rule, name = ''): Promise<RuleEstimate> {
    const asOf = await this.reached();
    const { vocabulary, segments, at } = await this.asked();
    const answers = sampledAnswers(this.documents, verdict({ rule, vocabulary, segments, at, name }));
    return { ...(await estimateMembers(answers)), asOf, at, text: printRule(rule, WORDS) };
  }

  /** The command that gives a segment this rule; one that is active is counted by it first. */
  async definition(segmentId: string, { name, ...written }: WrittenRule & { readonly name: string }): Promise<DefineSegment> {
    const definition = { segmentId, name, rule: await this.take(written, segmentId) };
    const known = await this.segment(segmentId).catch(() => null);
    if (known?.status === 'active') return this.counted(definition, known.version);
    return Object.assign(new DefineSegment(), definition);
  }

  /** The command from which on a segment is kept, with how many belong to it. */
  async activation(segmentId: string): Promise<ActivateSegment> {
    const { name, rule, version } = await this.segment(segmentId);
    return this.counted({ segmentId, name, rule }, version);
  }

  /** A rule as text. */
  print(rule: Rule): string {
    return printRule(rule, WORDS);
  }

  /** A segment as the log has it. */
  async segment(segmentId: string) {
    const state = await this.state();
    if (!Object.hasOwn(state, segmentId)) throw unknown(segmentId);
    return state[segmentId];
  }

  async list(page: Page): Promise<readonly SegmentLine[]> {
    const stored = await this.documents.scan<SegmentReading>(segmentsProjection.name, page);
    return stored.flatMap(({ document }) => (document ? [{ ...document, text: printRule(document.rule, WORDS) }] : []));
  }

  async reading(segmentId: string): Promise<SegmentLine> {
    const document = await this.documents.get<SegmentReading>(segmentsProjection.name, segmentId);
    if (!document) throw unknown(segmentId);
    return { ...document, text: printRule(document.rule, WORDS) };
  }

  /** Who is kept in a segment, in order of id. */
  async members(segmentId: string, behind: string | undefined, limit: number): Promise<readonly SegmentMember[]> {
    await this.segment(segmentId);
    const prefix = membersOf(segmentId);
    const found: SegmentMember[] = [];
    for (let after = behind === undefined ? undefined : `${prefix}${behind}`; found.length < limit;) {
      const page = await this.documents.scan<SegmentMember>(segmentMembersProjection.name, { prefix, after, limit });
      found.push(...page.flatMap(({ document }) => document ?? []));
      if (page.length < limit) break;
      after = page[page.length - 1].key;
    }
    return found.slice(0, limit);
  }

  async explain(segmentId: string, clientId: string): Promise<SegmentExplanation> {
    const { state, segments, vocabulary, at } = await this.asked();
    if (!Object.hasOwn(state, segmentId)) throw unknown(segmentId);
    const { rule, status } = state[segmentId];
    const subject = (await new Subjects(this.documents).behind([clientId])).get(clientId);
    if (!subject) throw new DomainError('unknown-client', `There is no client ${clientId}`, 'clientId');
    const [whole] = await new SegmentSubjects(this.documents).of([subject]);
    const kept = await this.documents.get<ClientSegments>(clientSegmentsProjection.name, subject.clientId);
    const reason = profilingBar(whole.profile);
    const explanation: Explanation = reason
      ? { member: false, says: `out, because he is in no segment: ${reason}`, because: [] }
      : explainRule(rule, whole, vocabulary, { at, segments, name: segmentId });
    const isKept = status === 'active' ? Object.hasOwn(kept?.segments ?? {}, segmentId) : null;
    return { segmentId, clientId: subject.clientId, at, kept: isKept, leftOut: reason, ...explanation };
  }

  /** Everything that rules may ask, and which segments ask it; of what there may be any number, an example. */
  async fields(): Promise<readonly FieldLine[]> {
    const { state, vocabulary } = await this.asked();
    const users = segmentsByName(state);
    const usedBy = (name: string): readonly string[] => users.get(name) ?? [];
    return [
      ...namesOf(vocabulary).map((name) => {
        const { label, type, codes = null } = fieldNamed(vocabulary, name)!;
        return { name, label, type, codes, usedBy: usedBy(name) };
      }),
      ...vocabulary.events.map(({ name, label, fields, families = [] }) => {
        const codes = [...fields.map((field) => field.name), ...families.map(({ example }) => example)];
        return { name, label, type: 'events' as const, codes, usedBy: usedBy(name) };
      }),
    ];
  }

  private async counted(definition: Pick<DefineSegment, 'segmentId' | 'name' | 'rule'>, version: number): Promise<ActivateSegment> {
    const { asOf, count, hash } = await this.count(definition.rule, definition.segmentId);
    return Object.assign(new ActivateSegment(), { ...definition, version, asOf, count, hash });
  }

  /** How far everything has come that rules ask. */
  async reached(): Promise<number> {
    await this.checkpoints.look(ASKED_MODELS);
    return Math.min(...ASKED_MODELS.map((model) => this.checkpoints.position(model)));
  }

  private async state(): Promise<SegmentsState> {
    return fold(segmentsDecider, segmentsDecider.initial, await this.events.read(SEGMENTS_STREAM));
  }

  private async asked(): Promise<Asked> {
    const at = this.clock.now();
    const state = await this.state();
    const vocabulary = segmentVocabulary(await segmentFacts(this.events, this.documents, at));
    return { state, segments: rulesOf(state), vocabulary, at };
  }
}

const unknown = (segmentId: string): DomainError =>
  new DomainError('unknown-segment', `There is no segment ${segmentId}: define it first`, 'segmentId');
