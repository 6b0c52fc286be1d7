import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual as equals } from 'node:util';
import { randomStream } from '@boucle/targeting';
import { DemoReport } from '../apps/cli/src/demo/report.js';
import { jsonOf, start } from './support/command-line.js';
import {
  copyOf,
  documentBytes,
  documentsIn,
  dropDocuments,
  eventsIn,
  Newest,
  newestIn,
  openLog,
  outboxIn,
} from './support/engine-folder.js';
import { newFolder } from './support/folders.js';
import { writeTrial } from './support/small-trial.js';

jest.setTimeout(300_000);

const CLIENTS = 2000;
const WAVES = 5;
const KILLS = 50;
const KILLS_PER_PHASE = 5;
const LONGEST_DELAY_MS = 50;
const POLL_MS = 1;

/** A whole number from `least` to `most`. */
type Draw = (least: number, most: number) => number;
const drawing = (...key: (string | number)[]): Draw => {
  const random = randomStream('kill-test', ...key);
  return (least, most) => least + Math.floor(random.uniform() * (most - least + 1));
};

let trial: string;
/** A wave of 400 is one chunk of the ledger; one of 600 is two, and the clients are used up in the fourth wave. */
type WaveSize = 400 | 600;

interface Place {
  readonly folder: string;
  readonly waveSize: WaveSize;
}

const place = (waveSize: WaveSize): Place => ({ folder: newFolder(), waveSize });
const engineOf = ({ folder }: Place): string => join(folder, 'seed-3');

const demo = ({ folder, waveSize }: Place) =>
  start(
    'demo',
    '--trial',
    trial,
    '--hold-out',
    '0.1',
    '--wave-size',
    `${waveSize}`,
    '--waves',
    `${WAVES}`,
    '--seed',
    '3',
    '--json',
    '--dir',
    folder,
  );

/** What a run has left, whatever happened on its way. */
const resultOf = (at: Place, { runs }: DemoReport) => {
  const [{ log, ...run }] = runs;
  const dir = engineOf(at);
  return { run, events: log.events, log: log.streamsSha256, documents: documentsIn(dir), outbox: outboxIn(dir) };
};

const finish = async (at: Place): Promise<DemoReport> => jsonOf(await demo(at).ended);

interface Kill {
  /** The newest event seen before. */
  readonly seen: Newest;
  /** Events that this start of the engine was seen to add. */
  readonly added: number;
}

/** Starts the engine and kills it some milliseconds after what is seen makes it due; null if it ended before that. */
const killOnce = async (at: Place, delay: number, due: (newest: Newest, first: Newest) => boolean): Promise<Kill | null> => {
  const { child, said, ended } = demo(at);
  // by then the engine itself has opened its files, so that it is the one to repair them
  if (!(await said('registering clients'))) throw new Error(`the engine did not start: ${(await ended).stderr}`);
  const log = openLog(engineOf(at));
  const first = log.newest();
  let newest = first;
  while (!due(newest, first) && child.exitCode === null) {
    await pause(POLL_MS);
    newest = log.newest();
  }
  log.close();
  await pause(delay);
  child.kill('SIGKILL');
  const { code, signal, stderr } = await ended;
  if (signal === null && code !== 0) throw new Error(`the engine gave up: ${stderr}`);
  return signal === 'SIGKILL' ? { seen: newest, added: newest.position - first.position } : null;
};

/** Events seen in the log before a kill that are not there any more. */
const lost = (at: Place, kills: readonly Kill[]): Newest[] => {
  const ids = new Map(eventsIn(engineOf(at)).map(({ position, metadata }) => [position, metadata.id]));
  return kills.map(({ seen }) => seen).filter(({ position, id }) => position > 0 && ids.get(position) !== id);
};

/** What the newest event tells of the phase that the engine is in. */
const PHASES = {
  registration: ['ClientRegistered'],
  targeting: ['WaveLaunched', 'DecisionsTaken'],
  dispatch: ['WaveTargeted', 'MailingDispatched', 'ContactWithheld'],
  'wave close': ['WaveClosed', 'ResponsesAnalysed'],
} as const;
type Phase = keyof typeof PHASES;

const LONGEST_DELAY_IN_PHASE_MS = 10;
/** Phases last milliseconds, so some kills come too late. */
const MOST_MISSES = 10;

/** Kills the engine until what is left shows that it was hit. */
const killUntil = async (kill: () => Promise<Kill | null>, hit: () => boolean): Promise<Kill[]> => {
  const kills: Kill[] = [];
  for (let attempt = 0; attempt < MOST_MISSES; attempt++) {
    const one = await kill();
    if (one) kills.push(one);
    if (one && hit()) return kills;
  }
  throw new Error(`${MOST_MISSES} kills came too late: ${JSON.stringify(kills)}`);
};

/** Kills the engine in a phase of a wave, or of a later one if it was too quick; `late`, if it can, once the phase has left something in the log. */
const killIn = (at: Place, phase: Phase, wave: number, late: boolean, draw: Draw): Promise<Kill[]> => {
  const types: readonly string[] = PHASES[phase];
  const least = phase === 'registration' ? draw(1, CLIENTS - 600) : 1;
  let attempts = 0;
  return killUntil(
    () => {
      const wanted = late && attempts++ === 0 && types.length > 1 ? types.slice(1) : types;
      const due = (newest: Newest): boolean => wanted.includes(newest.type) && newest.position >= least && (newest.wave ?? wave) >= wave;
      return killOnce(at, draw(0, wanted === types ? LONGEST_DELAY_IN_PHASE_MS : 2), due);
    },
    () => types.includes(newestIn(copyOf(engineOf(at))).type),
  );
};

/** Throws the read models away and kills the engine while it makes them anew. */
const killInRebuild = (at: Place, draw: Draw): Promise<Kill[]> => {
  const dir = engineOf(at);
  const before = copyOf(dir);
  return killUntil(
    () => {
      dropDocuments(dir);
      const enough = draw(10, 500) * 1024;
      return killOnce(at, draw(0, LONGEST_DELAY_IN_PHASE_MS), () => documentBytes(dir) >= enough);
    },
    () => {
      const left = copyOf(dir);
      const rebuilt = documentsIn(left);
      return (
        newestIn(left).position === newestIn(before).position && Object.keys(rebuilt).length > 0 && !equals(rebuilt, documentsIn(before))
      );
    },
  );
};

/** Work that goes on while tests wait for other things; whoever awaits it hears of its failure. */
const underWay = <T>(work: Promise<T>): Promise<T> => {
  work.catch(() => undefined);
  return work;
};

type Result = ReturnType<typeof resultOf>;

interface Disturbed {
  readonly at: Place;
  readonly kills: readonly Kill[];
  readonly report: DemoReport;
}

/** A run killed at drawn positions of its log; where an engine starts behind the next position, every other time it may first add something. */
const killedAllOver = async (events: number): Promise<Disturbed> => {
  const [at, draw] = [place(400), drawing('all over')];
  const targets = Array.from({ length: KILLS }, () => draw(1, events)).sort((a, b) => a - b);
  const kills: Kill[] = [];
  for (let starts = 0; kills.length < KILLS && starts < KILLS + 20; starts++) {
    const patient = starts % 2 === 0;
    const due = ({ position }: Newest, first: Newest): boolean =>
      position >= targets[kills.length] && (position > first.position || !patient || position === events);
    const kill = await killOnce(at, draw(0, LONGEST_DELAY_MS), due);
    if (kill) kills.push(kill);
  }
  return { at, kills, report: await finish(at) };
};

/** A run killed once in each phase. */
const killedInPhases = async (run: number): Promise<Disturbed & { hits: string[] }> => {
  const [at, draw] = [place(600), drawing('phases', run)];
  const wave = draw(1, 2);
  const kills: Kill[] = [];
  const hits: string[] = [];
  for (const phase of Object.keys(PHASES) as Phase[]) {
    kills.push(...(await killIn(at, phase, wave, run % 2 === 1, draw)));
    hits.push(phase);
  }
  kills.push(...(await killInRebuild(at, draw)));
  hits.push('rebuild');
  return { at, kills, hits, report: await finish(at) };
};

const phaseRuns = async (): Promise<(Disturbed & { hits: string[] })[]> => {
  const runs: (Disturbed & { hits: string[] })[] = [];
  for (let run = 1; run <= KILLS_PER_PHASE; run++) runs.push(await killedInPhases(run));
  return runs;
};

describe('An engine that is killed again and again', () => {
  const undisturbed = new Map<WaveSize, { at: Place; report: DemoReport; result: Result }>();
  let allOver: Promise<Disturbed>;
  let inPhases: ReturnType<typeof phaseRuns>;

  const expectUndisturbed = ({ at, kills, report }: Disturbed): void => {
    expect(resultOf(at, report)).toEqual(undisturbed.get(at.waveSize)!.result);
    expect(lost(at, kills)).toEqual([]);
  };

  beforeAll(async () => {
    trial = writeTrial({ rows: CLIENTS, arms: { letter: [0.4, 0.3], call: [0.3, 0.2], nothing: [0.3, 0.1] }, notContacted: 'nothing' });
    for (const waveSize of [400, 600] as const) {
      const at = place(waveSize);
      const report = await finish(at);
      undisturbed.set(waveSize, { at, report, result: resultOf(at, report) });
    }
    allOver = underWay(killedAllOver(undisturbed.get(400)!.result.events));
    inPhases = underWay(phaseRuns());
  });

  it.each([400, 600] as const)('is compared with a run that takes every client once, %i at a time', (waveSize) => {
    const { run, events, outbox, documents } = undisturbed.get(waveSize)!.result;
    expect([run.decided, run.skipped, run.ledger.decisions, run.waves.length]).toEqual([CLIENTS, 0, CLIENTS, WAVES]);
    expect(events).toBeGreaterThan(2 * CLIENTS);
    const mailed = Object.values(outbox)
      .flat()
      .filter((line) => line !== '');
    expect(new Set(mailed.map((line) => (JSON.parse(line) as { clientId: string }).clientId)).size).toBe(mailed.length);
    expect(mailed).toHaveLength(
      eventsIn(engineOf(undisturbed.get(waveSize)!.at)).filter(({ type }) => type === 'MailingDispatched').length,
    );
    expect(Object.keys(documents)).toEqual([
      'campaigns',
      'class-changes',
      'client-sample',
      'closed-loop',
      'decisions',
      'dispatches',
      'erasure-proposals',
      'histories',
      'identities',
      'merged-clients',
      'profiles',
      'suppression-lists',
      'wave-results',
    ]);
  });

  it('is compared with a run that gives the same log again, event by event', async () => {
    const { at, report, result } = undisturbed.get(400)!;
    const again = place(400);
    const repeated = await finish(again);
    expect(resultOf(again, repeated)).toEqual(result);
    expect(repeated.runs[0].log.sha256).toBe(report.runs[0].log.sha256);
    expect(at.folder).not.toBe(again.folder);
  });

  it(`misses nobody, mails nobody twice and loses nothing over ${KILLS} kills all over its log`, async () => {
    const disturbed = await allOver;
    expect(disturbed.kills).toHaveLength(KILLS);
    const positions = disturbed.kills.map(({ seen }) => seen.position);
    expect(new Set(positions).size).toBeGreaterThan(15);
    expect(disturbed.kills.filter(({ added }) => added > 0).length).toBeGreaterThan(10);
    expectUndisturbed(disturbed);
  });

  it(`nor over ${KILLS_PER_PHASE} kills in each of registration, targeting, dispatch, wave close and rebuild`, async () => {
    const runs = await inPhases;
    expect(runs.map(({ hits }) => hits)).toEqual(Array(KILLS_PER_PHASE).fill([...Object.keys(PHASES), 'rebuild']));
    runs.forEach(expectUndisturbed);
  });
});
