import { Profile } from '@boucle/clients';
import { AsOf, Report } from '@boucle/reports';

/** A person as reports count him: by all his files. */
export interface Subject {
  readonly clientId: string;
  readonly profile: Profile;
}

/** What a report is made of. */
export interface Asked {
  /** Everybody, some hundreds at a time; may be gone through once. */
  readonly people: AsyncIterable<readonly Subject[]>;
  readonly asOf: AsOf;
  /** Those of the report that were given, by name. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A report that can be asked for by its name. */
export interface ReportMaker {
  readonly name: string;
  readonly title: string;
  /** What may be said besides the day, and what it means. */
  readonly parameters: Readonly<Record<string, string>>;
  make(asked: Asked): Promise<Report>;
}
