import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, CommandRunner, Option } from 'nest-commander';
import { Analysis } from '@boucle/campaigns';
import { fraction, oneOf, seedRange, wholeNumber } from '../arguments.js';
import { progressLine } from '../progress.js';
import { UsageError } from '../usage-error.js';
import { DemoOptions, marketOf, planOn } from './options.js';
import { demoReport, RunReport } from './report.js';
import { runCampaign } from './run.js';
import { comparison, runLines, tableHead, waveLines } from './table.js';

const ANSWERS = ['resample', 'replay'] as const;
const POSTERIORS = ['two-way', 'independent'] as const;

type Given = Partial<Omit<DemoOptions, 'seeds'>> & { seed?: readonly number[] };

const makeFolder = (dir: string): void => {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (error) {
    throw new UsageError(`--dir: ${dir} cannot be made (${(error as NodeJS.ErrnoException).code}). Name a folder that may be written to.`);
  }
};

@Command({ name: 'demo', description: 'Watch a campaign learn, wave after wave, from a synthetic market or from a recorded trial' })
export class DemoCommand extends CommandRunner {
  async run([stray]: string[], given: Given): Promise<void> {
    if (stray !== undefined)
      throw new UsageError(`"${stray}" stands alone: name a trial with --trial FILE; boucle demo --help lists the options`);
    const options: DemoOptions = {
      ...given,
      answers: given.answers ?? 'resample',
      contactAll: given.contactAll ?? false,
      waves: given.waves ?? 10,
      waveSize: given.waveSize ?? 2000,
      seeds: given.seed ?? [1],
      posterior: given.posterior ?? 'two-way',
      json: given.json ?? false,
    };
    const say = (text: string): void => {
      if (!options.json) process.stdout.write(`${text}\n`);
    };
    const progress = progressLine();
    const market = await marketOf(options, process.env.BOUCLE_DATA_DIR || 'data', progress.show);
    const folder = options.dir === undefined ? mkdtempSync(join(tmpdir(), 'boucle-')) : resolve(options.dir);
    const runs: RunReport[] = [];
    for (const seed of options.seeds) {
      const ofSeed = market(seed);
      const plan = planOn(ofSeed, options);
      const dir = join(folder, `seed-${seed}`);
      makeFolder(dir);
      progress.clear();
      say(`${ofSeed.name}: ${ofSeed.clients.length} clients, ${plan.offers.length} arms, seed ${seed}\n${tableHead()}`);
      const wave = (number: number, analysis: Analysis): void => {
        progress.clear();
        say(waveLines(number, analysis));
      };
      const run = await runCampaign(
        { market: ofSeed, plan, seed, dir },
        { progress: (what) => progress.show(`seed ${seed}: ${what}`), wave },
      );
      progress.clear();
      say(`${runLines(run)}\n`);
      runs.push(run);
    }
    const report = demoReport(market(options.seeds[0]), options.trial === undefined ? 'synthetic' : options.answers, runs);
    if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    else say(comparison(report));
  }

  @Option({ flags: '--trial <file>', description: 'a recorded trial, described in a JSON file' })
  trial(value: string): string {
    return value;
  }

  @Option({ flags: '--answers <how>', description: 'how a recorded trial answers: resample (default) or replay' })
  answers(value: string): string {
    return oneOf('--answers', ANSWERS, value);
  }

  @Option({ flags: '--contact-all', description: 'do not count "not contacted" among the arms' })
  contactAll(): boolean {
    return true;
  }

  @Option({ flags: '--hold-out <share>', description: 'share of clients kept out for good, to compare with' })
  holdOut(value: string): number {
    return fraction('--hold-out', value, 0.9);
  }

  @Option({ flags: '--waves <number>', description: 'how many waves (10)' })
  waves(value: string): number {
    return wholeNumber('--waves', value, 1000);
  }

  @Option({ flags: '--wave-size <clients>', description: 'clients drawn into each wave (2000)' })
  waveSize(value: string): number {
    return wholeNumber('--wave-size', value, 10_000_000);
  }

  @Option({ flags: '--seed <number>', description: 'source of all random draws (1), or a range such as 1..30' })
  seed(value: string): number[] {
    return seedRange('--seed', value);
  }

  @Option({ flags: '--floor <probability>', description: 'least probability of each arm (min(.02, .1 / arms))' })
  floor(value: string): number {
    return fraction('--floor', value, 1);
  }

  @Option({ flags: '--cells <columns>', description: 'columns whose values make the cells, separated by commas' })
  cells(value: string): string[] {
    return value.split(',').map((name) => name.trim());
  }

  @Option({ flags: '--posterior <kind>', description: 'two-way (default) or independent' })
  posterior(value: string): string {
    return oneOf('--posterior', POSTERIORS, value);
  }

  @Option({ flags: '--dir <folder>', description: 'keep the logs there, a folder per seed, and go on where they stopped' })
  dir(value: string): string {
    return value;
  }

  @Option({ flags: '--json', description: 'print one JSON document and nothing else on standard output' })
  json(): boolean {
    return true;
  }
}
