import { canonicalJson, Clock, DocumentStore, EventStore, NAMESPACE, sha256, uuidv5 } from '@boucle/eventsourcing';
import {
  articlesProjection,
  dayRatesProjection,
  historyProjection,
  identityProjection,
  lifeCyclePolicy,
  profileProjection,
  Subjects,
} from '@boucle/clients';
import { RecordAnalysis, Report } from '@boucle/reports';
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
].map(({ name }) => name);

/** What the log remembers of a report: its question and the hash of its answer; the same question is the same analysis. */
const analysisOf = (report: Report): RecordAnalysis => {
  const { name, question, counted, leftOut } = report;
  const analysisId = uuidv5(NAMESPACE, 'analysis', canonicalJson({ name, question }));
  return Object.assign(new RecordAnalysis(), { analysisId, name, question, counted, leftOut, result: sha256(canonicalJson(report)) });
};

/** Makes a report of what is known now. */
export const makeReport = async (
  { events, documents, clock, execute }: ReportSources,
  name: string,
  parameters: Readonly<Record<string, string>>,
): Promise<Report> => {
  const maker = reportNamed(name, parameters);
  const asOf = { position: await events.head(), date: null, sense: 'known', at: clock.now() } as const;
  const policy = await lifeCyclePolicy(events);
  const report = await maker.make({ people: new Subjects(documents).all(), asOf, sources: { events, documents }, policy, parameters });
  if (maker.isRecorded) await execute(analysisOf(report));
  return report;
};
