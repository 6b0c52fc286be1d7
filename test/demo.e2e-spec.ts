import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Ajv from 'ajv';
import Database from 'better-sqlite3';
import { openFolder } from '@boucle/adapters';
import { Decision, WaveEvent } from '@boucle/campaigns';
import { ClientEvent } from '@boucle/clients';
import { RecordedEvent } from '@boucle/eventsourcing';
import { DemoReport } from '../apps/cli/src/demo/report.js';
import { boucle, Ended, jsonOf } from './support/command-line.js';
import { eventsIn } from './support/engine-folder.js';
import { newFolder } from './support/folders.js';
import { faultsIn } from './support/ledger-audit.js';
import { SmallTrial, writeTrial } from './support/small-trial.js';

const trials = join(__dirname, 'trials');

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
const fitsSchema = ajv.compile(JSON.parse(readFileSync(join(trials, 'report.schema.json'), 'utf8')));

/** The report of a run that ended well, checked for its shape. */
const reportOf = (ended: Ended): DemoReport => {
  const report = jsonOf<DemoReport>(ended);
  expect(fitsSchema(report) || fitsSchema.errors).toBe(true);
  return report;
};

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** What must hold in every report. */
const expectConsistent = ({ runs, mean }: DemoReport): void => {
  for (const { decided, skipped, responses, rate, waves, ledger } of runs) {
    expect(total(waves.map((wave) => wave.decided))).toBe(decided);
    expect(total(waves.map((wave) => wave.responses))).toBe(responses);
    expect(decided + skipped).toBe(ledger.decisions);
    expect(rate).toBe(responses / decided);
    for (const wave of waves) {
      expect(wave.low).toBeLessThanOrEqual(wave.rate);
      expect(wave.high).toBeGreaterThanOrEqual(wave.rate);
      expect(total(Object.values(wave.allocation))).toBeCloseTo(1, 5);
    }
  }
  expect(mean.rate).toBeCloseTo(total(runs.map(({ rate }) => rate)) / runs.length, 12);
};

/** The self-normalised estimate of the rate of an arm, worked out anew from decisions and responses. */
const snipsOf = (log: RecordedEvent<WaveEvent | ClientEvent>[], arm: string): number => {
  const responders = new Set(
    log.flatMap((event) =>
      event.type === 'ResponseRecorded' && event.data.credit ? [`${event.data.credit.wave}/${event.data.clientId}`] : [],
    ),
  );
  let [weights, rewards] = [0, 0];
  for (const event of log) {
    if (event.type !== 'DecisionsTaken') continue;
    for (const decision of event.data.decisions) {
      if (!('arm' in decision) || decision.arm !== arm) continue;
      const weight = 1_000_000 / decision.propensities[arm];
      weights += weight;
      if (responders.has(`${event.data.wave}/${decision.clientId}`)) rewards += weight;
    }
  }
  return rewards / weights;
};

const sentence = /^((reading|seed) [^\n]+\n)*boucle: [^\n]+\n$/;

/** Refused in one plain sentence or two, and nothing else. */
const expectRefused = ({ code, stdout, stderr }: Ended, ...words: string[]): void => {
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(sentence);
  for (const word of words) expect(stderr).toContain(word);
};

const three = { letter: [0.4, 0.3], call: [0.3, 0.2], nothing: [0.3, 0.1] } as const;
const twenty: SmallTrial['arms'] = Object.fromEntries(
  Array.from({ length: 20 }, (_, i) => [String(i + 1), [0.05, 0.1 + i / 100] as const]),
);
const strange = Object.fromEntries<readonly [number, number]>([
  ['constructor', [0.2, 0.3]],
  ['10', [0.2, 0.2]],
  ['2', [0.2, 0.1]],
  ['Überraschung 🎁', [0.2, 0.3]],
  ['__proto__', [0.1, 0.1]],
  ['toString', [0.1, 0.1]],
]);
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

interface Odd {
  readonly trial: SmallTrial;
  readonly args?: readonly string[];
  readonly arms: readonly string[];
}

const odd: Readonly<Record<string, Odd>> = {
  'of two arms, nobody left alone': {
    trial: { rows: 900, arms: { 'A "quoted", name': [0.7, 0.2], B: [0.3, 0.1] }, field: quoted },
    arms: ['A "quoted", name', 'B'],
  },
  'of twenty arms called by numbers': {
    trial: { rows: 1200, arms: twenty, notContacted: '10', file: { probabilities: 0.05 } },
    arms: Object.keys(twenty).sort(),
  },
  'with semicolons, quotes and missing values': {
    trial: {
      rows: 900,
      arms: three,
      notContacted: 'nothing',
      delimiter: ';',
      field: (text, column, row) =>
        column === 'Town' && row % 7 === 0 ? '' : column === 'Town' ? quoted(`${text}; CH\n"${row % 3}"`) : text,
      file: { cells: ['Town', 'Age band'] },
    },
    arms: ['call', 'letter', 'nothing'],
  },
  'with a column of unequal probabilities': {
    trial: {
      rows: 900,
      arms: three,
      notContacted: 'nothing',
      file: { probabilities: { column: 'Drawn with' }, id: undefined, value: undefined },
    },
    arms: ['call', 'letter', 'nothing'],
  },
  'with names that every object knows, numbers and other scripts': {
    trial: {
      rows: 900,
      arms: strange,
      notContacted: '2',
    },
    args: ['--hold-out', '0.1'],
    arms: ['10', '2', '__proto__', 'constructor', 'toString', 'Überraschung 🎁'],
  },
  'with everybody contacted and a hold-out': {
    trial: { rows: 900, arms: three, notContacted: 'nothing' },
    args: ['--contact-all', '--hold-out', '0.2'],
    arms: ['call', 'letter'],
  },
  'replayed strictly': {
    trial: { rows: 900, arms: three, notContacted: 'nothing' },
    args: ['--answers', 'replay'],
    arms: ['call', 'letter', 'nothing'],
  },
  'with terms, one cell and independent cells': {
    trial: {
      rows: 900,
      arms: three,
      notContacted: 'nothing',
      file: {
        cells: [],
        offers: { letter: { cost: 0.95, margin: 12.5, channel: 'post' } },
        probabilities: { letter: 0.4, call: 0.3, nothing: 0.3 },
      },
    },
    args: ['--posterior', 'independent', '--floor', '0.1'],
    arms: ['call', 'letter', 'nothing'],
  },
};

describe('A demo on a trial it has never seen', () => {
  it.each(Object.entries(odd))('%s', async (_, { trial, args = [], arms }) => {
    const folder = newFolder();
    const ended = await boucle(
      'demo',
      '--trial',
      writeTrial(trial),
      '--waves',
      '3',
      '--wave-size',
      '250',
      '--json',
      '--dir',
      folder,
      ...args,
    );
    const report = reportOf(ended);
    expectConsistent(report);
    const [run] = report.runs;
    expect(run.ledger.decisions).toBe(750);
    expect(run.skipped > 0).toBe(args.includes('replay'));
    expect(run.waves.some(({ heldOut }) => heldOut > 0)).toBe(args.includes('--hold-out'));
    for (const names of [run.offPolicy, ...run.waves.map(({ allocation }) => allocation)]) expect(Object.keys(names).sort()).toEqual(arms);
    expect(faultsIn(dirname(run.log.path), run)).toEqual([]);
    expect(ended.stderr).toContain('registering clients');
  });

  it('shows the waves, the verdict and how to look into the log', async () => {
    const { code, stdout } = await boucle(
      'demo',
      '--trial',
      writeTrial(odd['replayed strictly'].trial),
      '--waves',
      '2',
      '--wave-size',
      '100',
      '--dir',
      newFolder(),
      '--seed',
      '4..5',
    );
    expect(code).toBe(0);
    for (const words of [
      'A small test: 900 clients, 3 arms, seed 4',
      'seed 5',
      'Verdict: ',
      'mean of 2 seeds',
      'uniform assignment',
      'sqlite3 ',
    ])
      expect(stdout).toContain(words);
  });

  it('runs on a market of its own where no trial is named', async () => {
    const report = reportOf(await boucle('demo', '--waves', '2', '--wave-size', '300', '--json', '--dir', newFolder()));
    expect(report.answers).toBe('synthetic');
    expectConsistent(report);
    expect(faultsIn(dirname(report.runs[0].log.path), report.runs[0])).toEqual([]);
  });
});

describe('A demo is refused in a plain sentence', () => {
  const small = (file: object = {}, field?: SmallTrial['field']): string =>
    writeTrial({ rows: 200, arms: three, notContacted: 'nothing', file, field });
  const emptied = (): string => {
    const path = small();
    writeFileSync(join(dirname(path), 'rows.csv'), '');
    return path;
  };
  const malformed = (): string => {
    const path = small();
    writeFileSync(path, '{"name": }');
    return path;
  };

  it.each<[string, () => string[], string[]]>([
    [
      'a missing column',
      () => ['--trial', small({ response: { column: 'Came bck', positive: ['yes'] } })],
      ['"Came bck"', 'Did you mean "Came back"?'],
    ],
    [
      'an unknown offer',
      () => ['--trial', small({}, (text, column, row) => (column === 'Variant' && row === 17 ? 'leter' : text))],
      ['"Variant"', 'row 17', '"leter"', 'Did you mean "letter"?'],
    ],
    [
      'a row without its offer',
      () => ['--trial', small({}, (text, column, row) => (column === 'Variant' && row === 18 ? '' : text))],
      ['"Variant"', 'row 18', 'Name the offer'],
    ],
    [
      'probabilities that do not sum to 1',
      () => ['--trial', small({ probabilities: { letter: 0.4, call: 0.3, nothing: 0.4 } })],
      ['"probabilities" sum to 1.1000', 'every arm'],
    ],
    [
      'one probability that is not everyone’s',
      () => ['--trial', small({ probabilities: 0.4 })],
      ['"Variant"', 'sums to 1.2000', '0.333333'],
    ],
    [
      'a probability that is none',
      () => [
        '--trial',
        small({ probabilities: { column: 'Drawn with' } }, (text, column, row) => (column === 'Drawn with' && row === 5 ? '30%' : text)),
      ],
      ['"Drawn with"', 'row 5', '"30%"', '0.25'],
    ],
    [
      'an amount that is none',
      () => ['--trial', small({}, (text, column, row) => (column === 'Revenue' && row === 9 ? 'CHF 12' : text))],
      ['"Revenue"', 'row 9', '"CHF 12"', 'plain number'],
    ],
    ['an empty file', () => ['--trial', emptied()], ['rows.csv is empty', 'header']],
    ['a trial file that is no JSON', () => ['--trial', malformed()], ['trial.json', 'line 1, column 10']],
    ['no trial file', () => ['--trial', '/nowhere/trial.json'], ['/nowhere/trial.json', 'Name an existing']],
    ['no rows to be found', () => ['--trial', small({ file: 'other.csv' })], ['other.csv', 'BOUCLE_DATA_DIR']],
    ['a floor too high', () => ['--trial', small(), '--floor', '0.34'], ['--floor 0.34', '3 arms', 'Use at most 0.1666.']],
    [
      'a hold-out nobody can answer for',
      () => ['--trial', small({ offer: { column: 'Variant' } }), '--hold-out', '0.1'],
      ['hold-out', 'offer.notContacted'],
    ],
    ['cells of an unknown column', () => ['--trial', small(), '--cells', 'Twon'], ['"Twon"', 'Did you mean "Town"?']],
    [
      'more cells than can be learnt',
      () => ['--trial', writeTrial({ rows: 1200, arms: three, file: { attributes: ['No.'], cells: ['No.'] } })],
      ['1200 combinations', '--cells'],
    ],
    ['no number of waves', () => ['--waves', 'ten'], ['--waves must be a whole number', '"ten"']],
    ['strict replay of nothing', () => ['--answers', 'replay'], ['--answers replay', '--trial']],
    ['a word too many', () => ['hillstrom'], ['"hillstrom"', '--trial']],
    ['a folder that cannot be', () => ['--dir', join(small(), 'inside')], ['--dir', 'ENOTDIR']],
  ])('for %s', async (_, args, words) => {
    expectRefused(await boucle('demo', '--json', '--wave-size', '50', '--waves', '1', '--dir', newFolder(), ...args()), ...words);
  });

  it.each([
    [['demo', '--nope'], "unknown option '--nope'"],
    [['dmeo'], "unknown command 'dmeo'"],
    [['verify'], "required option '--dir <folder>'"],
  ])('for %j', async (args, words) => {
    const { code, stdout, stderr } = await boucle(...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

describe('The folder of a demo', () => {
  let trial: string;
  let folder: string;
  let dir: string;
  let report: DemoReport;
  const args = (...others: string[]): string[] => [
    'demo',
    '--trial',
    trial,
    '--waves',
    '3',
    '--wave-size',
    '250',
    '--hold-out',
    '0.1',
    '--json',
    '--dir',
    folder,
    ...others,
  ];

  beforeAll(async () => {
    trial = writeTrial({ rows: 900, arms: three, notContacted: 'nothing' });
    folder = newFolder();
    report = reportOf(await boucle(...args()));
    dir = join(folder, 'seed-1');
  });

  it('rebuilds byte by byte', async () => {
    const { code, stdout } = await boucle('replay', '--dir', folder);
    expect(code).toBe(0);
    const [head, ...models] = stdout.trim().split('\n');
    expect(head).toBe(`${dir}: the log ends at position ${report.runs[0].log.events}`);
    expect(models.map((line) => line.trim().replace(/\d+ documents/, 'all documents'))).toEqual(
      [
        ...['profiles', 'decisions', 'identities', 'suppressions', 'suppression-lists', 'histories'],
        ...['client-sample', 'field-changes'],
        ...['erasures', 'erasure-proposals'],
        ...['households', 'companies', 'points-of-sale', 'salespeople', 'portfolios', 'calendars'],
        ...['articles', 'article-mentions', 'day-rates', 'class-changes', 'anonymous-sales'],
        ...[
          'wave-results',
          'campaigns',
          'webhooks',
          'views',
          'exports',
          'imports',
          'rented-files',
          'external-files',
          'waiting-values',
          'scorings',
          'segments',
          'segment-members',
          'client-segments',
          'scores',
          'closed-loop',
        ],
      ].map((name) => `${name}: all documents, byte-identical`),
    );
  });

  it('proves its log, its ledger and the seal of each wave', async () => {
    const { code, stdout } = await boucle('verify', '--dir', dir);
    const [{ log, ledger, waves }] = report.runs;
    expect(code).toBe(0);
    for (const words of [
      `${log.events} events`,
      `sha256 ${log.sha256}`,
      `sha256 ${log.streamsSha256}`,
      `${ledger.decisions} decisions, sha256 ${ledger.sha256}`,
    ])
      expect(stdout).toContain(words);
    expect(stdout.match(/wave \d+: 250 decisions, Merkle root [0-9a-f]{64}, seal fits/g)).toHaveLength(waves.length);
  });

  it('of a run that is over changes nothing any more', async () => {
    const before = eventsIn(dir);
    expect(reportOf(await boucle(...args()))).toEqual({ ...report, fallbacks: expect.any(Number) });
    expect(eventsIn(dir)).toEqual(before);
  });

  it.each<[string, () => string[], string]>([
    ['other waves', () => ['--waves', '4'], '--waves 3, not 4'],
    ['another wave size', () => ['--wave-size', '200'], '--wave-size 250, not 200'],
    ['another hold-out', () => ['--hold-out', '0.2'], '--hold-out 0.1, not 0.2'],
    ['other cells', () => ['--cells', 'Town'], '--cells "Age band", not "Town"'],
    ['everybody contacted', () => ['--contact-all'], 'other offers'],
    ['other answers', () => ['--answers', 'replay'], 'other --answers'],
    ['other rows', () => ['--trial', writeTrial({ rows: 901, arms: three, notContacted: 'nothing' })], 'other rows'],
    [
      'another trial',
      () => ['--trial', writeTrial({ rows: 900, arms: three, file: { name: 'Another' }, notContacted: 'nothing' })],
      'another trial',
    ],
  ])('is not shared with a run of %s', async (_, others, words) => {
    const before = eventsIn(dir);
    expectRefused(await boucle(...args(...others())), dir, words, 'another folder with --dir');
    expect(eventsIn(dir)).toEqual(before);
  });

  it('is held by one engine at a time', async () => {
    const engine = openFolder(dir);
    try {
      for (const command of ['verify', 'replay']) expectRefused(await boucle(command, '--dir', dir), dir, 'in use by another engine');
      expectRefused(await boucle(...args()), dir, 'in use by another engine');
    } finally {
      engine.close();
    }
    expect((await boucle('verify', '--dir', dir)).code).toBe(0);
  });

  it('must be there to be verified or replayed', async () => {
    for (const command of ['verify', 'replay']) expectRefused(await boucle(command, '--dir', '/nowhere'), 'no log in /nowhere', '--dir');
  });

  it('gives away who changes a decision behind its back', async () => {
    const copy = newFolder();
    cpSync(folder, copy, { recursive: true });
    const db = new Database(join(copy, 'seed-1/events.sqlite'));
    db.exec('DROP TRIGGER log_is_append_only_update');
    const [position, body] = db
      .prepare("SELECT position, body FROM log WHERE type = 'DecisionsTaken' ORDER BY position DESC")
      .raw()
      .get() as [number, string];
    const event = JSON.parse(body) as { data: { decisions: Decision[] } };
    const decision = event.data.decisions.find((one) => 'arm' in one && one.arm === 'nothing') as { arm: string };
    decision.arm = 'call';
    db.prepare('UPDATE log SET body = ? WHERE position = ?').run(JSON.stringify(event), position);
    db.close();

    const verified = await boucle('verify', '--dir', copy);
    expect(verified.code).toBe(1);
    expect(verified.stdout.match(/seal fits/g)).toHaveLength(2);
    expect(verified.stdout).toMatch(/wave 3: 250 decisions, .* SEAL BROKEN/);
    const replayed = await boucle('replay', '--dir', copy);
    expect(replayed.code).toBe(1);
    expect(replayed.stdout).toMatch(/decisions: DIFFERS at /);
    expect((await boucle('verify', '--dir', folder)).code).toBe(0);
  });
});

const hillstrom = join(process.env.BOUCLE_DATA_DIR || './data', 'hillstrom/hillstrom.csv');
const MENS = 'Mens E-Mail';
const SEEDS = 2;
/** What the mean of two seeds may add to bounds that were set for thirty. */
const WIDER = (3 * 0.003) / Math.sqrt(SEEDS);
const FINE_CELLS = 'mens,womens,newbie,channel';

(existsSync(hillstrom) ? describe : describe.skip)(`The Hillstrom trial (skipped where ${hillstrom} does not exist)`, () => {
  const wanted = {
    coarse: [],
    fine: ['--cells', FINE_CELLS],
    independent: ['--cells', FINE_CELLS, '--posterior', 'independent'],
    replay: ['--answers', 'replay', '--wave-size', '6400'],
    holdOut: ['--hold-out', '0.1'],
  } as const;
  type Wanted = keyof typeof wanted;
  const reports = new Map<Wanted, DemoReport>();
  const of = (name: Wanted): DemoReport => reports.get(name)!;

  beforeAll(async () => {
    const waiting = Object.entries(wanted) as [Wanted, readonly string[]][];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [name, args] = next;
        const seeds = name === 'holdOut' ? '1' : `1..${SEEDS}`;
        const trial = join(trials, 'hillstrom.json');
        reports.set(name, reportOf(await boucle('demo', '--trial', trial, '--seed', seeds, '--json', '--dir', newFolder(), ...args)));
      }
    };
    await Promise.all([work(), work()]);
  }, 900_000);

  const expectWithin = (value: number, low: number, high: number): void => {
    expect(value).toBeGreaterThan(low - WIDER);
    expect(value).toBeLessThan(high + WIDER);
  };

  it('is learnt from within ten waves of 2,000', () => {
    const { runs, mean } = of('coarse');
    for (const { rate, ledger } of runs) {
      expect(rate).toBeGreaterThan(0.165);
      expect(ledger.decisions).toBe(20_000);
    }
    expectWithin(mean.rate, 0.175, 0.18);
  });

  it('is learnt from in 18 cells too, better than cell by cell', () => {
    expectWithin(of('fine').mean.rate, 0.173, 1);
    expectWithin(of('fine').mean.rate - of('independent').mean.rate, 0.002, 1);
  });

  it('is learnt from by strict replay', () => {
    const { runs, mean } = of('replay');
    for (const { decided, skipped } of runs) {
      expect(decided + skipped).toBe(64_000);
      expect(decided / 64_000).toBeCloseTo(1 / 3, 1);
    }
    expectWithin(mean.rate, 0.1745, 0.179);
  });

  it.each(Object.keys(wanted) as Wanted[])('never names a wrong winner (%s)', (name) => {
    expectConsistent(of(name));
    for (const { verdict } of of(name).runs) expect([null, MENS]).toContain(verdict.winner);
  });

  it('tells from the log alone what one offer for everybody would have brought', () => {
    const estimates = of('coarse').runs.map(({ offPolicy }) => offPolicy[MENS]);
    expectWithin(total(estimates.map((one) => ('snips' in one ? one.snips : NaN))) / SEEDS, 0.18276 - 0.003, 0.18276 + 0.003);
    const [{ log }] = of('coarse').runs;
    expect(snipsOf(eventsIn(dirname(log.path)), MENS)).toBeCloseTo((estimates[0] as { snips: number }).snips, 10);
  });

  it.each(Object.keys(wanted) as Wanted[])('keeps a ledger without fault (%s)', (name) => {
    const [run] = of(name).runs;
    expect(faultsIn(dirname(run.log.path), run)).toEqual([]);
  });

  it('measures its lift over a hold-out', () => {
    const { waves } = of('holdOut').runs[0];
    const heldOut = total(waves.map((wave) => wave.heldOut));
    expect(Math.abs(heldOut - 2000)).toBeLessThan(4 * Math.sqrt(20_000 * 0.09));
    for (const { lift, liftLow, liftHigh } of waves) {
      expect(liftLow).toBeLessThan(lift!);
      expect(liftHigh).toBeGreaterThan(lift!);
    }
    const widths = waves.map(({ liftLow, liftHigh }) => liftHigh! - liftLow!);
    expect(widths.at(-1)).toBeLessThan(0.04);
    expect(widths.at(-1)! / widths[0]).toBeLessThan(0.5);
    const { liftLow, liftHigh } = waves.at(-1)!;
    expect(liftLow).toBeGreaterThan(0);
    // the loop's share of the lift of Mens E-Mail over nothing, .0766
    expect(liftLow).toBeLessThan(0.0766);
    expect(liftHigh).toBeGreaterThan(0.05);
  });
});
