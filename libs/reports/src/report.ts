/** As of when a report tells. */
export interface AsOf {
  /** How far the log was read. */
  readonly position: number;
  /** The day that was asked for, null: a position. */
  readonly date: string | null;
  /** `known`: what we knew at the position; `true`: what was so on the day, with all that we have learnt up to the position. */
  readonly sense: 'known' | 'true';
  /** ISO instant up to which things count; ages and windows end here. */
  readonly at: string;
}

/** What was asked: whoever asks it again is told the same. */
export interface Question {
  /** The rule by which is counted, with its version. */
  readonly rule: string;
  readonly asOf: AsOf;
  /** What it goes by besides the rule: versions of what is ours, and bounds that nobody asks for. */
  readonly by?: readonly string[];
  /** Of what is drawn at random. */
  readonly seed?: number | string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
}

/** A figure and how far off it may be. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A share is a fraction of 1, money integer cents. */
export type Cell = string | number | Estimate | null;

/** What a column holds: money with its currency, rates and estimates with an interval (a rate is a fraction of 1). */
export type Kind =
  | { readonly kind: 'text' | 'count' | 'share' | 'rate' | 'date' }
  | { readonly kind: 'money'; readonly currency: string }
  | { readonly kind: 'number' | 'estimate'; readonly digits?: number };

export type Column = Kind & { readonly name: string; readonly label: string };

export interface Table {
  readonly name: string;
  readonly title: string;
  readonly columns: readonly Column[];
  /** Cells by the names of columns. */
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  /** What a reader should know before he concludes anything. */
  readonly note?: string;
}

/** A picture of a table: a bar, a point or a row of cells for each of its rows. */
export interface Chart {
  readonly kind: 'bar' | 'line' | 'heat' | 'scatter';
  readonly title: string;
  /** The name of the table. */
  readonly table: string;
  /** The column that names or places the rows. */
  readonly x: string;
  /** The columns that are drawn. */
  readonly y: readonly string[];
}

/** What a manager is told, as plain values. */
export interface Report {
  readonly name: string;
  readonly title: string;
  readonly question: Question;
  /** How many people it is about. */
  readonly counted: number;
  /** Who is not in it, how many for which reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** The answer in whole sentences. */
  readonly findings: readonly string[];
  readonly tables: readonly Table[];
  readonly charts: readonly Chart[];
}
