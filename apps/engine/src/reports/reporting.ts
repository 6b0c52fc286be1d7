import { canonicalJson, Clock, DocumentStore, EventStore, NAMESPACE, sha256, uuidv5 } from '@boucle/eventsourcing';
import {
  articlesProjection,
  classChangesProjection,
  companiesProjection,
  dayRatesProjection,
  historyProjection,
  householdsProjection,
  identityProjection,
  lifeCyclePolicy,
  logUntil,
  Moment,
  MomentAsked,
  momentOf,
  PastDocuments,
  pointsOfSaleProjection,
  profileProjection,
  scoresProjection,
  ScoringRun,
  scoringRunAt,
  Subjects,
} from '@boucle/clients';
import { KeepAnalysis, Report } from '@boucle/reports';
import { reportNamed } from './registry.js';
import { Asked, ReportMaker, Sources } from './report-maker.js';

/** What reports are read from, and how those are kept that the log remembers. */
export interface ReportSources {
  readonly events: EventStore;
  readonly documents: DocumentStore;
  readonly clock: Clock;
  readonly execute: (command: object) => Promise<unknown>;
}

/** The read models that reports are made of. */
export const REPORTED_FROM = [
  profileProjection,
  identityProjection,
  historyProjection,
  dayRatesProjection,
  articlesProjection,
  classChangesProjection,
  scoresProjection,
  householdsProjection,
  companiesProjection,
  pointsOfSaleProjection,
].map(({ name }) => ({ name }));

/** What the log remembers of a report: its question and the hash of its answer; the same question is the same analysis. */
const analysisOf = (report: Report): KeepAnalysis => {
  const { name, question, counted, leftOut } = report;
  const analysisId = uuidv5(NAMESPACE, 'analysis', canonicalJson({ name, question }));
  return Object.assign(new KeepAnalysis(), { analysisId, name, question, counted, leftOut, result: sha256(canonicalJson(report)) });
};

/** What somebody wants to be told. */
export interface ReportWish extends MomentAsked {
  readonly parameters: Readonly<Record<string, string>>;
}

/** Whether what is stored answers it. */
export const isNow = ({ asOf, known }: MomentAsked): boolean => asOf === undefined && known === undefined;

/** What there was at a moment: as it is stored, or folded anew from what had happened and was known. */
export const sourcesAt = (
  { events, documents }: Pick<ReportSources, 'events' | 'documents'>,
  wish: MomentAsked,
  { position, sense, at }: Moment,
  scoring: Asked['scoring'],
): Sources => {
  if (isNow(wish)) return { events, documents };
  const horizon = { position, until: sense === 'true' ? at : null, scoring };
  return { events: logUntil(events, position), documents: new PastDocuments(events, documents, horizon) };
};

/** Which version of what is ours a report goes by, and why that one. */
const BY: Readonly<Record<NonNullable<ReportMaker['goesBy']>[number], (asked: Asked) => Promise<string>>> = {
  thresholds: ({ policy, asOf }) => {
    const { version, ...thresholds } = policy;
    const named = Object.entries(thresholds).map(([name, value]) => `${name} ${value}`);
    return Promise.resolve(
      `thresholds version ${version}, ${asOf.date === null ? 'as they stood then' : 'as we set them since'} (${named.join(', ')})`,
    );
  },
  scores: async ({ scoring, asOf }) => {
    const run = await scoring();
    const [which, none] =
      asOf.date === null ? ['the last one done then', 'done then'] : ['the last one of that day or before', 'of that day or before'];
    return run ? `scores of ${run.scoringId}, run ${run.run}, ${which}` : `no scores: there is no scoring run ${none}`;
  },
};

/** Makes a report; of what is known now, if the wish says nothing else. */
export const makeReport = async (sources: ReportSources, name: string, wish: ReportWish): Promise<Report> => {
  const { events, clock, execute } = sources;
  const { parameters } = wish;
  const maker = reportNamed(name, parameters);
  const asOf = await momentOf(events, wish, clock.now());
  let found: Promise<ScoringRun | null> | undefined;
  const scoring = (): Promise<ScoringRun | null> => (found ??= scoringRunAt(events, asOf));
  const then = sourcesAt(sources, wish, asOf, scoring);
  const policy = await lifeCyclePolicy(then.events);
  const people = new Subjects(then.documents).all();
  const asked: Asked = { people, asOf, sources: then, policy, scoring, parameters };
  const made = await maker.make(asked);
  const by = await Promise.all((maker.goesBy ?? []).map((one) => BY[one](asked)));
  const head = await events.head();
  if (isNow(wish) && head > asOf.position) by.push(`up to position ${head} came in while it was counted`);
  const report = { ...made, question: { ...made.question, by: [...(made.question.by ?? []), ...by] } };
  if (maker.isRecorded) await execute(analysisOf(report));
  return report;
};
