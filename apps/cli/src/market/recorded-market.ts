import { Lot, drawFrom, lotOf } from './draw.js';
import { cellOf } from '@boucle/campaigns';
import { lineHash } from '@boucle/eventsourcing';
import { Answer, Market, MarketError, Question, baselinesOf } from './market.js';
import { didYouMean, listed, quoted } from '@boucle/importing';
import type { RecordedTrial } from './trial.js';

/** Whether the trial can answer for clients who are held out: it must have left some of its own alone. */
export const canHoldOut = (trial: RecordedTrial): boolean => trial.notContacted !== null;

type AnswerOf = (question: Question, arm: number) => Answer;

const outcome = ({ rows }: RecordedTrial, row: number): Answer => ({ responded: rows[row].positive, amount: rows[row].amount || null });

/** An outcome recorded in the same cell and arm, rows weighted by 1/p; without any, one of the arm, which is counted. */
function resample(trial: RecordedTrial, cells: readonly string[]): { answer: AnswerOf; fallbacks: () => number } {
  const byArm: number[][] = trial.arms.map(() => []);
  const byCell = new Map<string, number[][]>();
  trial.rows.forEach(({ arm, attributes }, row) => {
    const cell = cellOf(attributes, cells);
    const rows = byCell.get(cell) ?? trial.arms.map(() => []);
    byCell.set(cell, rows);
    rows[arm].push(row);
    byArm[arm].push(row);
  });
  const lot = (rows: readonly number[]): Lot => lotOf(rows, (row) => 1 / trial.rows[row].probability);
  const arms = byArm.map(lot);
  const inCell = new Map([...byCell].map(([cell, rows]) => [cell, rows.map((some) => (some.length > 0 ? lot(some) : null))]));
  let fallbacks = 0;
  const answer: AnswerOf = (question, arm) => {
    const own = inCell.get(question.cell)?.[arm];
    if (!own) fallbacks += 1;
    return outcome(trial, drawFrom(own ?? arms[arm], question.uniform()));
  };
  return { answer, fallbacks: () => fallbacks };
}

/** The client's own outcome if the recorded arm is the same, kept with probability min p / p, so that each arm's kept rows are alike. */
function replay(trial: RecordedTrial): AnswerOf {
  const least = trial.rows.reduce((min, { probability }) => Math.min(min, probability), 1);
  return (question, arm) => {
    const row = trial.rows[question.client];
    return row.arm === arm && question.uniform() < least / row.probability ? outcome(trial, question.client) : 'unknown';
  };
}

/** Response rate of each arm over everybody in the file, rows weighted by 1/p. */
function ratesOf({ rows, arms }: RecordedTrial): number[] {
  const positive = arms.map(() => 0);
  const all = arms.map(() => 0);
  for (const row of rows) {
    all[row.arm] += 1 / row.probability;
    if (row.positive) positive[row.arm] += 1 / row.probability;
  }
  return all.map((weight, arm) => positive[arm] / weight);
}

function originOf({ rows }: RecordedTrial, answers: string): string {
  const lines = lineHash();
  lines.add(answers);
  for (const row of rows) lines.add(JSON.stringify(row));
  return lines.digest();
}

function checkCells(trial: RecordedTrial, cells: readonly string[]): void {
  const stranger = cells.find((column) => !trial.attributes.includes(column));
  if (stranger === undefined) return;
  const hint = didYouMean(stranger, trial.attributes) || ` The attributes are ${listed(trial.attributes)}.`;
  throw new MarketError(`Cells cannot be made of ${quoted(stranger)}, which is no attribute of ${quoted(trial.name)}.${hint}`);
}

/**
 * A market that answers from a recorded trial: by outcomes drawn from the same cell and arm, or by replaying each client's own.
 * With `contactAll`, not contacted is no arm of the run, but still answers for clients held out.
 */
export function recordedMarket(
  trial: RecordedTrial,
  { answers, cells, contactAll }: { answers: 'resample' | 'replay'; cells: readonly string[]; contactAll: boolean },
): Market {
  checkCells(trial, cells);
  const places = new Map(trial.arms.map(({ name }, place) => [name, place]));
  const ofRun = trial.arms.filter(({ channel }) => !contactAll || channel !== null);
  const rates = ratesOf(trial);
  const { answer, fallbacks } = answers === 'resample' ? resample(trial, cells) : { answer: replay(trial), fallbacks: undefined };
  const armOf = (name: string | null): number => {
    const place = name === null ? trial.notContacted : places.get(name);
    if (place !== null && place !== undefined) return place;
    if (name !== null)
      throw new MarketError(`${quoted(trial.name)} has no arm ${quoted(name)}. Its arms are ${listed([...places.keys()])}.`);
    throw new MarketError(`${quoted(trial.name)} left nobody alone, so it cannot answer for a hold-out. Run it without one.`);
  };
  return {
    name: trial.name,
    origin: originOf(trial, answers),
    start: trial.start,
    arms: ofRun,
    attributes: trial.attributes,
    cells,
    clients: trial.rows.map(({ foreignId, attributes }) => ({ foreignId, attributes })),
    answer: (question) => answer(question, armOf(question.arm)),
    baselines: baselinesOf(
      ofRun,
      ofRun.map(({ name }) => rates[places.get(name)!]),
    ),
    ...(fallbacks && { fallbacks }),
  };
}
