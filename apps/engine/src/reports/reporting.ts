import { canonicalJson, Clock, DocumentStore, EventStore, NAMESPACE, sha256, uuidv5 } from '@boucle/eventsourcing';
import {
  articlesProjection,
  classChangesProjection,
  dayRatesProjection,
  historyProjection,
  identityProjection,
  lifeCyclePolicy,
  Moment,
  MomentAsked,
  momentOf,
  PastDocuments,
  profileProjection,
  Subjects,
} from '@boucle/clients';
import { KeepAnalysis, Report } from '@boucle/reports';
import { reportNamed } from './registry.js';

/** What reports are read from, and how those are kept that the log remembers. */
export interface ReportSources {
  readonly events: EventStore;
  readonly documents: DocumentStore;
  readonly clock: Clock;
  readonly execute: (command: object) => Promise<unknown>;
}

/** The read models that reports are made of. */
export const REPORTED_FROM: readonly string[] = [
  profileProjection,
  identityProjection,
  historyProjection,
  dayRatesProjection,
  articlesProjection,
  classChangesProjection,
].map(({ name }) => name);

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

/** People as of a moment: as they are stored, or folded anew from what had happened and was known. */
const peopleAt = ({ events, documents }: ReportSources, { asOf, known }: MomentAsked, { position, sense, at }: Moment): Subjects => {
  if (asOf === undefined && known === undefined) return new Subjects(documents);
  return new Subjects(new PastDocuments(events, documents, { position, until: sense === 'true' ? at : null }));
};

/** Makes a report; of what is known now, if the wish says nothing else. */
export const makeReport = async (sources: ReportSources, name: string, wish: ReportWish): Promise<Report> => {
  const { events, documents, clock, execute } = sources;
  const { parameters } = wish;
  const maker = reportNamed(name, parameters);
  const asOf = await momentOf(events, wish, clock.now());
  const policy = await lifeCyclePolicy(events);
  const people = peopleAt(sources, wish, asOf).all();
  const report = await maker.make({ people, asOf, sources: { events, documents }, policy, parameters });
  if (maker.isRecorded) await execute(analysisOf(report));
  return report;
};
