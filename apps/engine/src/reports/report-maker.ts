import { ScoringRun, Subject, VersionedLifeCyclePolicy } from '@boucle/clients';
import { DocumentStore, EventStore } from '@boucle/eventsourcing';
import { AsOf, Report } from '@boucle/reports';

/** Where reports look up what people alone do not tell, as it was known then: rates, articles, their tree, scores. */
export interface Sources {
  readonly events: Pick<EventStore, 'read'>;
  readonly documents: Pick<DocumentStore, 'getMany' | 'scan'>;
}

/** What a report is made of. */
export interface Asked {
  /** Everybody in order of id, some hundreds at a time; may be gone through once. */
  readonly people: AsyncIterable<readonly Subject[]>;
  readonly asOf: AsOf;
  readonly sources: Sources;
  /** The thresholds of the life-cycle classes, as they were known then. */
  readonly policy: VersionedLifeCyclePolicy;
  /** The scoring run that scores are read of; null: there is none. */
  readonly scoring: () => Promise<ScoringRun | null>;
  /** Those of the report that were given, by name. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A report that can be asked for by its name. */
export interface ReportMaker {
  readonly name: string;
  readonly title: string;
  /** What may be said besides the day, and what it means. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What of ours it goes by, besides what happened: it says which version. */
  readonly goesBy?: readonly ('thresholds' | 'scores')[];
  /** Its question and the hash of its answer are kept in the log. */
  readonly isRecorded?: boolean;
  make(asked: Asked): Promise<Report>;
}
