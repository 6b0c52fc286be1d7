import { Credit, Placement, WithheldReason } from './client.events.js';

/** A decision of a wave whose reactions are awaited. */
export interface Window {
  readonly placement: Placement;
  /** ISO instants; the end is not included. */
  readonly from: string;
  readonly until: string;
  /** What became of the decision. */
  readonly outcome: 'mailed' | WithheldReason;
  readonly answerUnknown: boolean;
  readonly responded: boolean;
  readonly purchased: boolean;
}

const AS_DRAWN: readonly Window['outcome'][] = ['mailed', 'hold-out', 'arm'];

const covers = ({ from, until }: Window, at: string): boolean => from <= at && at < until;

/**
 * Which decision a reaction counts for: the latest one whose response window holds the instant, mailed or withheld alike; null if none does.
 * @param kind tells first responses and first purchases apart
 */
export const creditFor = (windows: readonly Window[], at: string, kind: 'responded' | 'purchased'): Credit | null => {
  let latest: Window | null = null;
  for (const window of windows) if (covers(window, at) && (!latest || window.from >= latest.from)) latest = window;
  return latest && { ...latest.placement, first: !latest[kind], asDrawn: AS_DRAWN.includes(latest.outcome) };
};

/** The windows once a reaction has been credited. */
export const credited = (windows: readonly Window[], credit: Credit | null, kind: 'responded' | 'purchased'): readonly Window[] =>
  credit === null ? windows : windows.map((window) => (sameDecision(window.placement, credit) ? { ...window, [kind]: true } : window));

export const sameDecision = (a: Placement, b: Placement): boolean => a.campaignId === b.campaignId && a.wave === b.wave;
