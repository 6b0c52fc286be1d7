import { WithheldReason } from './client.events.js';
import { Credit, Placement } from './placement.js';

/** A decision of a wave whose reactions are awaited. */
export interface Window {
  readonly placement: Placement;
  /** ISO instants; the end is not included. */
  readonly from: string;
  readonly until: string;
  /** What became of the decision. */
  readonly outcome: 'mailed' | WithheldReason;
  /** Where the mailing went, if that is known here. */
  readonly pointId?: string;
  readonly answerUnknown: boolean;
  readonly responded: boolean;
  readonly purchased: boolean;
}

/** Whether the client got what was drawn for him. */
export const asDrawn = ({ outcome }: Window): boolean => outcome === 'mailed' || outcome === 'hold-out' || outcome === 'arm';

const covers = ({ from, until }: Window, at: string): boolean => from <= at && at < until;

/**
 * Which decision a reaction counts for: the latest one whose response window holds the instant, mailed or withheld alike.
 * Null if none does, or if the answer of that one is unknown: its client is counted nowhere.
 * @param kind tells first responses and first purchases apart
 */
export const creditFor = (windows: readonly Window[], at: string, kind: 'responded' | 'purchased'): Credit | null => {
  let latest: Window | null = null;
  for (const window of windows) if (covers(window, at) && (!latest || window.from >= latest.from)) latest = window;
  return latest && !latest.answerUnknown ? { ...latest.placement, first: !latest[kind], asDrawn: asDrawn(latest) } : null;
};

/** The windows once a reaction has been credited. */
export const credited = (windows: readonly Window[], credit: Credit | null, kind: 'responded' | 'purchased'): readonly Window[] =>
  credit === null ? windows : windows.map((window) => (sameDecision(window.placement, credit) ? { ...window, [kind]: true } : window));

export const sameDecision = (a: Placement, b: Placement): boolean => a.campaignId === b.campaignId && a.wave === b.wave;
