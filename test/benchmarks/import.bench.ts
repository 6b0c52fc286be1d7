import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedEventStore } from '@boucle/adapters';
import { NewEvent, RecordedEvent } from '@boucle/eventsourcing';
import { EVENTS_FILE } from '../../apps/engine/src/adapters.js';
import { clientsFile, purchasesFile, thinFile } from './import-files.js';
import { Importing, ImportsTaken } from './importing.js';
import { clock, inFolder, load, progress, Result, result, Taken } from './measure.js';

/** A smaller base for a first look: BOUCLE_BENCH_CLIENTS=20000 npm run bench -- import */
const CLIENTS = Number(process.env.BOUCLE_BENCH_CLIENTS ?? 1_000_000);
const PURCHASES_EACH = 5;
const MOST_MEMORY = 500;
const BARS = { durable: 0.5, current: 0.2 };
/** listmonk takes 6,200 on a like machine. */
const THIN_ROWS = 2 * 6_200;
/** As many as the store commits together. */
const WRITTEN_AT_ONCE = 500;

/** Imports in a process of its own, so that its memory is the import's alone. */
const imported = async (importing: Importing): Promise<ImportsTaken> => {
  const child = fork(join(__dirname, 'importing.js'), [], { execArgv: process.execArgv.filter((one) => one.startsWith('--cpu-prof')) });
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the import ended with ${code}`)));
  child.send(importing);
  const [taken] = (await Promise.race([once(child, 'message'), ended])) as [ImportsTaken];
  await ended.catch(() => undefined);
  return taken;
};

/** What is appended to one stream at once. */
interface Append {
  readonly stream: string;
  readonly after: number;
  readonly events: NewEvent[];
}

/** Events of a log as its streams took them. */
const appendsOf = (events: readonly RecordedEvent[]): Append[] => {
  const appends: Append[] = [];
  for (const { stream, revision, type, data, metadata } of events) {
    const event: NewEvent = { type, data, metadata };
    const last = appends.at(-1);
    if (last?.stream === stream) last.events.push(event);
    else appends.push({ stream, after: revision - 1, events: [event] });
  }
  return appends;
};

/** Writes the events of a log up to a position, sealed as they are, into another one; gives how many, and what the appends alone took. */
const writtenAlone = async (from: string, upTo: number, to: string): Promise<Taken & { readonly events: number }> => {
  const [source, copy] = [new EmbeddedEventStore(from), new EmbeddedEventStore(to)];
  const taken = { seconds: 0, cpu: 0, events: 0 };
  for await (const { events: all, position } of source.subscribe({ after: 0, sealed: true })) {
    const events = all.filter((event) => event.position <= upTo);
    const appends = appendsOf(events);
    const since = clock();
    for (let at = 0; at < appends.length; at += WRITTEN_AT_ONCE)
      await Promise.all(appends.slice(at, at + WRITTEN_AT_ONCE).map(({ stream, after, events: some }) => copy.append(stream, after, some)));
    const { seconds, cpu } = since();
    taken.seconds += seconds;
    taken.cpu += cpu;
    taken.events += events.length;
    if (position >= upTo) break;
  }
  source.close();
  copy.close();
  return taken;
};

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

const told = (what: string, count: number, { seconds, cpu }: Taken): void =>
  progress(
    `${what}: ${count} in ${seconds.toFixed(1)} s, ${cpu.toFixed(1)} s of a processor, ${Math.round(count / seconds)}/s, load ${load()}`,
  );

/** Rows of one file, durably. */
const rowsAlone = (name: string, folder: string, part: Importing['parts'][number]): Promise<{ rate: number; byCpu: number }> => {
  const dir = join(folder, name);
  return imported({ dir, parts: [part], withReadModels: false }).then(({ parts: [taken] }) => {
    told(name, taken.rows, taken);
    rmSync(dir, { recursive: true });
    return { rate: taken.rows / taken.seconds, byCpu: taken.rows / taken.cpu };
  });
};

/** A whole base from files on the disk, as `boucle import` takes them, against the same events written by the embedded store alone. */
export const importBenchmark = (): Promise<Result[]> =>
  inFolder(async (folder) => {
    const files = join(folder, 'files');
    mkdirSync(files);
    const thin = await rowsAlone('rows with e-mail, name and attributes', folder, await thinFile(files, CLIENTS));
    const parts = [await clientsFile(files, CLIENTS), await purchasesFile(files, CLIENTS, CLIENTS * PURCHASES_EACH)];
    progress('the files are written');
    const dir = join(folder, 'engine');
    const { parts: taken, head, found, others, memory, peaks } = await imported({ dir, parts, withReadModels: true });
    const [clients, purchases] = taken;
    told('rows of whole persons', clients.rows, clients);
    told('purchases', purchases.rows, purchases);
    told('profiles, search index and duplicate candidates', clients.rows + purchases.rows, found);
    told('all that is derived besides', clients.rows + purchases.rows, others);
    const alone = await writtenAlone(join(dir, EVENTS_FILE), head, join(folder, 'alone.sqlite'));
    told('the store alone, events', alone.events, alone);
    const quarter = Math.ceil(memory.length / 4);
    const ratio = (of: (one: Taken) => number, ...some: Taken[]): number => of(alone) / some.reduce((sum, one) => sum + of(one), 0);
    const [seconds, cpu] = [(one: Taken) => one.seconds, (one: Taken) => one.cpu];
    const whole = `${CLIENTS} clients with ${CLIENTS * PURCHASES_EACH} purchases by date`;
    return [
      result('client rows with e-mail, name and attributes, durably, rows/s', thin.rate, THIN_ROWS),
      result('the same by processor time, rows/s', thin.byCpu),
      result('rows of whole persons, durably, rows/s', clients.rows / clients.seconds),
      result('purchases, durably, rows/s', purchases.rows / purchases.seconds),
      result(`${whole}, durable in the log, ratio to the embedded store alone`, ratio(seconds, clients, purchases), BARS.durable),
      result('the same by processor time', ratio(cpu, clients, purchases)),
      result(
        `${whole}, profiles, search index and duplicate candidates current, ratio to the store alone`,
        ratio(seconds, clients, purchases, found),
        BARS.current,
      ),
      result('the same by processor time', ratio(cpu, clients, purchases, found)),
      result(`${whole}, all that is derived current, ratio to the store alone`, ratio(seconds, clients, purchases, found, others)),
      result('memory in the first quarter of the rows, MB', mean(memory.slice(0, quarter))),
      result('memory in the last quarter of the rows, MB', mean(memory.slice(-quarter))),
      result('memory at its peak until all is durable, MB', peaks.durable, MOST_MEMORY, true),
      result('memory at its peak until all read models are current, MB', peaks.current, MOST_MEMORY, true),
    ];
  });
