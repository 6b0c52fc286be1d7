import { AreaFigure } from './area-statistics.events.js';

/** Brings some figures. Comes from their installation only. */
export class EnterAreaFigures {
  /** The hash of the figures, their source and their year. */
  readonly edition: string;
  /** From 0. */
  readonly part: number;
  readonly figures: readonly AreaFigure[];
}

/** Lets figures count. */
export class InstallAreaStatistics {
  readonly edition: string;
  /** Whose figures they are, a code. */
  readonly source: string;
  readonly year: number;
}

/** Lets the figures of a source and a year count no more. */
export class RemoveAreaStatistics {
  readonly source: string;
  readonly year: number;
}
