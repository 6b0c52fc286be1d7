import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { DemoReport } from '../../apps/cli/src/demo/report.js';
import { inFolder, progress, Result, result } from './measure.js';

const SEEDS = 30;
const MENS = 'Mens E-Mail';
/** Visits per client with each arm for everybody, from the whole file. */
const RATES: Readonly<Record<string, number>> = { [MENS]: 0.182757, 'Womens E-Mail': 0.1514, 'No E-Mail': 0.106167 };
const COARSE = ['--cells', 'mens,womens'];
const FINE = ['--cells', 'mens,womens,newbie,channel'];

const repository = join(__dirname, '../../..');

const demo = (args: readonly string[]): Promise<DemoReport> =>
  inFolder(
    (folder) =>
      new Promise((resolve, reject) => {
        const program = [join(repository, 'dist/apps/cli/src/main.js'), 'demo', '--trial', join(repository, 'test/trials/hillstrom.json')];
        const child = spawn(process.execPath, [...program, '--json', '--dir', folder, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
        const output: Buffer[] = [];
        child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
        child.on('error', reject);
        child.on('exit', (code) => {
          if (code !== 0) return reject(new Error(`the demo ended with ${code}`));
          resolve(JSON.parse(Buffer.concat(output).toString()) as DemoReport);
        });
      }),
  );

/** All seeds, two at a time: one for each core. */
const trial = async (name: string, args: readonly string[]): Promise<DemoReport['runs']> => {
  const started = Date.now();
  const half = SEEDS / 2;
  const halves = await Promise.all([demo([...args, '--seed', `1..${half}`]), demo([...args, '--seed', `${half + 1}..${SEEDS}`])]);
  progress(`${name}: ${SEEDS} seeds in ${Math.round((Date.now() - started) / 1000)} s`);
  return halves.flatMap(({ runs }) => runs);
};

type Runs = DemoReport['runs'];

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const meanRate = (runs: Runs): number => mean(runs.map(({ rate }) => rate));
const named = (runs: Runs, right: boolean): number =>
  runs.filter(({ verdict }) => verdict.winner !== null && (verdict.winner === MENS) === right).length;

/** The mean estimate of "Mens to everybody" from the ledgers. */
const estimate = (runs: Runs): number =>
  mean(runs.flatMap(({ offPolicy }) => (MENS in offPolicy && 'snips' in offPolicy[MENS] ? [offPolicy[MENS].snips] : [])));

/** What the campaign did, on average over its waves: the lift that its decisions truly had, by the rates of the whole file. */
const trueLift = (shares: Readonly<Record<string, number>>, rates: Readonly<Record<string, number>>): number =>
  Object.entries(shares).reduce((sum, [arm, share]) => sum + share * rates[arm], 0);

/** How many of the last lift intervals hold the lift that the decisions truly had. */
const covered = (runs: Runs): number =>
  runs.filter(({ waves }) => {
    const first = Object.fromEntries(Object.keys(RATES).map((arm) => [arm, 1 / 3]));
    const allocations = [first, ...waves.slice(0, -1).map(({ allocation }) => allocation)];
    const weights = waves.map(({ decided, heldOut }) => decided - heldOut);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const treated = allocations.reduce((sum, shares, i) => sum + (weights[i] / total) * trueLift(shares, RATES), 0);
    const truth = treated - RATES['No E-Mail'];
    const { liftLow, liftHigh } = waves[waves.length - 1];
    return liftLow !== null && liftHigh !== null && liftLow <= truth && truth <= liftHigh;
  }).length;

/** The loop on the recorded reactions of the Hillstrom trial, thirty seeds each. */
export const trialsBenchmark = async (): Promise<Result[]> => {
  const coarse = await trial('3 cells', COARSE);
  const fine = await trial('18 cells', FINE);
  const independent = await trial('18 cells, independent posterior', [...FINE, '--posterior', 'independent']);
  const replayed = await trial('strict replay', [...COARSE, '--answers', 'replay', '--wave-size', '6400']);
  const heldOut = await trial('hold-out of 10%', [...COARSE, '--hold-out', '0.1']);
  return [
    result('3 cells: mean visits per client decided', meanRate(coarse), 0.175),
    result('3 cells: the same, not above', meanRate(coarse), 0.18, true),
    result('3 cells: the worst seed', Math.min(...coarse.map(({ rate }) => rate)), 0.165),
    result('3 cells: wrong winners', named(coarse, false), 0, true),
    result('3 cells: Mens named the winner', named(coarse, true), 18),
    result('3 cells: distance of the mean estimate of Mens to all from the truth', Math.abs(estimate(coarse) - RATES[MENS]), 0.003, true),
    result('18 cells: mean visits per client decided', meanRate(fine), 0.173),
    result('18 cells: better than independent cells by', meanRate(fine) - meanRate(independent), 0.002),
    result('18 cells: wrong winners', named(fine, false), 0, true),
    result('18 cells: Mens named the winner', named(fine, true), 22),
    result('strict replay: mean visits per client decided', meanRate(replayed), 0.1745),
    result('strict replay: the same, not above', meanRate(replayed), 0.179, true),
    result('hold-out of 10%: lift intervals that hold the truth, of 30', covered(heldOut), 25),
  ];
};
