import { VerdictReading } from '@boucle/campaigns';
import { Market } from '../market/market.js';

export interface WaveReport {
  readonly wave: number;
  readonly decided: number;
  readonly contacted: number;
  readonly heldOut: number;
  readonly responses: number;
  /** Responses per client decided, with its 95% interval. */
  readonly rate: number;
  readonly low: number;
  readonly high: number;
  /** Cumulative over the hold-out, with its 95% interval; null without a hold-out. */
  readonly lift: number | null;
  readonly liftLow: number | null;
  readonly liftHigh: number | null;
  /** Cents. */
  readonly cost: number;
  readonly margin: number;
  /** Share of each arm in the next wave. */
  readonly allocation: Readonly<Record<string, number>>;
  readonly reason: string;
}

export type ArmEstimate =
  { readonly snips: number; readonly low: number; readonly high: number; readonly ess: number } | { readonly refused: string };

export interface RunReport {
  readonly seed: number;
  readonly decided: number;
  readonly skipped: number;
  readonly responses: number;
  readonly rate: number;
  readonly waves: readonly WaveReport[];
  readonly offPolicy: Readonly<Record<string, ArmEstimate>>;
  readonly verdict: VerdictReading;
  readonly ledger: { readonly decisions: number; readonly sha256: string };
  readonly log: { readonly path: string; readonly events: number; readonly sha256: string; readonly streamsSha256: string };
}

/** What `boucle demo --json` prints. */
export interface DemoReport {
  readonly trial: string;
  readonly answers: 'resample' | 'replay' | 'synthetic';
  readonly runs: readonly RunReport[];
  readonly mean: { readonly rate: number };
  readonly baselines: Market['baselines'];
  /** Answers drawn from the arm alone because its cell had no rows for it. */
  readonly fallbacks: number;
}

export const demoReport = (market: Market, answers: DemoReport['answers'], runs: readonly RunReport[]): DemoReport => ({
  trial: market.name,
  answers,
  runs,
  mean: { rate: runs.reduce((sum, { rate }) => sum + rate, 0) / runs.length },
  baselines: market.baselines,
  fallbacks: market.fallbacks?.() ?? 0,
});
