import { Question } from './report.js';

/** Keeps what was analysed. Comes from the doors that answer with it. */
export class KeepAnalysis {
  readonly analysisId: string;
  /** Of the report. */
  readonly name: string;
  readonly question: Question;
  readonly counted: number;
  readonly leftOut: Readonly<Record<string, number>>;
  /** SHA-256 of the report as canonical JSON. */
  readonly result: string;
}
