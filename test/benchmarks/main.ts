import 'reflect-metadata';
import { duplicatesBenchmark } from './duplicates.bench.js';
import { logBenchmark } from './log.bench.js';
import { importBenchmark } from './import.bench.js';
import { holds, progress, Result } from './measure.js';
import { scoringBenchmark } from './scoring.bench.js';
import { sealingBenchmark } from './sealing.bench.js';
import { searchBenchmark } from './search.bench.js';
import { segmentsBenchmark } from './segments.bench.js';
import { serversBenchmark } from './servers.bench.js';
import { trialsBenchmark } from './trials.bench.js';
import { waveBenchmark } from './wave.bench.js';

type Benchmarks = Readonly<Record<string, () => Promise<Result[]>>>;

const onNode: Benchmarks = {
  log: logBenchmark,
  wave: waveBenchmark,
  sealing: sealingBenchmark,
  search: searchBenchmark,
  duplicates: duplicatesBenchmark,
  import: importBenchmark,
  scoring: scoringBenchmark,
  segments: segmentsBenchmark,
  trials: trialsBenchmark,
};
/** With Java and Maven, and only when they are named. */
const onServers: Benchmarks = { servers: serversBenchmark };
const benchmarks: Benchmarks = { ...onNode, ...onServers };

const line = (one: Result): string => {
  const bar = one.bar === null ? '' : `  (${one.atMost ? 'at most' : 'at least'} ${one.bar}: ${holds(one) ? 'holds' : 'MISSED'})`;
  return `${one.value.toFixed(3).padStart(12)}  ${one.name}${bar}`;
};

const run = async (args: readonly string[]): Promise<void> => {
  const json = args.includes('--json');
  const named = args.filter((name) => !name.startsWith('--'));
  const stranger = named.find((name) => !(name in benchmarks));
  if (stranger !== undefined) throw new Error(`There is no benchmark ${stranger}; there are ${Object.keys(benchmarks).join(', ')}`);
  if (named.length === 0) progress(`left out unless named, as Java 17 and Maven are needed: ${Object.keys(onServers).join(', ')}`);
  const results: Result[] = [];
  for (const name of named.length > 0 ? named : Object.keys(onNode)) {
    const some = await benchmarks[name]();
    if (!json) some.forEach((one) => console.log(line(one)));
    results.push(...some);
  }
  if (json) console.log(JSON.stringify({ results }, null, 2));
  if (!results.every(holds)) process.exitCode = 1;
};

run(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
