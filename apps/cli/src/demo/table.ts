import { Analysis } from '@boucle/campaigns';
import { DemoReport, RunReport } from './report.js';

const percent = (value: number): string => `${(100 * value).toFixed(2)}%`;
const points = (value: number): string => `${value >= 0 ? '+' : ''}${(100 * value).toFixed(2)}`;
const money = (cents: number): string => (cents / 100).toFixed(2);

const COLUMNS = [
  ['wave', 4],
  ['decided', 8],
  ['contacted', 10],
  ['held out', 9],
  ['responses', 10],
  ['rate', 8],
  ['95% interval', 18],
  ['lift over hold-out', 24],
  ['cost', 10],
  ['margin', 11],
] as const;

const line = (cells: readonly string[]): string => cells.map((cell, i) => cell.padStart(COLUMNS[i][1])).join(' ');

export const tableHead = (): string => line(COLUMNS.map(([name]) => name));

/** A wave as two lines: its numbers, and the next allocation with its reason. */
export const waveLines = (
  wave: number,
  { decided, contacted, heldOut, responses, rate, low, high, lift, cost, margin, shares, reason }: Analysis,
): string => {
  const interval = `${percent(low)} - ${percent(high)}`;
  const lifted = lift ? `${points(lift.lift)} [${points(lift.low)}, ${points(lift.high)}]` : '-';
  const numbers = [wave, decided, contacted, heldOut, responses].map(String);
  const next = Object.entries(shares).map(([arm, share]) => `${arm} ${(100 * share).toFixed(1)}%`);
  return [
    line([...numbers, percent(rate), interval, lifted, money(cost), money(margin)]),
    `     next: ${next.join(', ')}`,
    `     why:  ${reason}`,
  ].join('\n');
};

const offPolicyLines = ({ offPolicy }: RunReport): string[] =>
  Object.entries(offPolicy).map(([arm, estimate]) =>
    'refused' in estimate
      ? `  ${arm}: no estimate (${estimate.refused})`
      : `  ${arm}: ${percent(estimate.snips)} [${percent(estimate.low)}, ${percent(estimate.high)}], worth ${Math.round(estimate.ess)} decisions`,
  );

/** How one run ended. */
export const runLines = (run: RunReport): string =>
  [
    `Seed ${run.seed}: ${run.responses} responses from ${run.decided} clients decided, ${percent(run.rate)}${run.skipped > 0 ? `; ${run.skipped} answers unknown` : ''}`,
    `Verdict: ${run.verdict.sentence}`,
    'One offer for everybody, estimated from the ledger alone:',
    ...offPolicyLines(run),
    `Ledger: ${run.ledger.decisions} decisions, sha256 ${run.ledger.sha256}`,
    `Log: ${run.log.path} (${run.log.events} events, sha256 ${run.log.sha256})`,
  ].join('\n');

/** How all runs compare. */
export const comparison = ({ mean, baselines, runs, fallbacks }: DemoReport): string =>
  [
    `Rate of the loop${runs.length > 1 ? ` (mean of ${runs.length} seeds)` : ''}: ${percent(mean.rate)}`,
    `  uniform assignment:             ${percent(baselines.uniform)}`,
    `  best fixed arm, with hindsight: ${percent(baselines.best.rate)} (${baselines.best.arm})`,
    ...(fallbacks > 0 ? [`  ${fallbacks} answers were drawn from the arm alone: its cell had no rows for it`] : []),
    '',
    'Look into a log:',
    `  sqlite3 ${runs[0].log.path} "select position, stream, type, time, data from events limit 20"`,
  ].join('\n');
