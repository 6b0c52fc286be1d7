import { Message } from '@boucle/eventsourcing';

/** What kinds of areas statistics are about. */
export const AREA_KINDS = ['commune', 'postal-area'] as const;
export type AreaKind = (typeof AREA_KINDS)[number];

/** A figure of an area. */
export interface AreaFigure {
  /** ISO 3166 alpha-2. */
  readonly country: string;
  readonly kind: AreaKind;
  /** The number of the commune, or the postal code. */
  readonly code: string;
  /** A code: what is measured. */
  readonly measure: string;
  readonly value: number;
}

/** Whose figures they are, a code, and of which year. */
export interface FiguresOf {
  readonly source: string;
  readonly year: number;
}

export type AreaStatisticsEvent =
  /** Some figures came in; they count once all of them are installed. */
  | Message<'AreaFiguresEntered', { edition: string; part: number; figures: readonly AreaFigure[] }>
  /** From now on these figures count, instead of those of the same source and year that counted before. */
  | Message<'AreaStatisticsInstalled', FiguresOf & { edition: string; figures: number }>
  /** The figures of a source and a year count no more. */
  | Message<'AreaStatisticsRemoved', FiguresOf & { edition: string }>;
