import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordedTrial, loadTrial } from './trial.js';

/** A small, correct trial file of two arms; specs change a field or two. */
export const sampleTrial = {
  name: 'sample',
  file: 'sample.csv',
  offer: { column: 'arm', notContacted: 'none' },
  probabilities: { none: 0.5, mail: 0.5 } as unknown,
  response: { column: 'visit', positive: ['1'] as (string | number)[] },
  attributes: ['age', 'town'],
  cells: ['age'],
};

export const sampleCsv = 'id,arm,visit,spend,age,town\na,mail,1,9.99,30,Bern\nb,none,0,,40,Thun\nc,mail,0,0,30,\nd,none,1,5,40,Bern\n';

/** A new folder with the given files; objects are written as JSON. */
export function folderWith(files: Record<string, unknown>): string {
  const folder = mkdtempSync(join(tmpdir(), 'boucle-market-'));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  }
  return folder;
}

/** Loads a trial whose CSV stands beside it. */
export function load(trial: object, csv: string | Buffer): Promise<RecordedTrial> {
  const folder = folderWith({ 'trial.json': trial, 'sample.csv': csv });
  return loadTrial(join(folder, 'trial.json'), { searchIn: join(folder, 'elsewhere') });
}

/** What a load was refused with, for a reader; empty if it was not. */
export const refusal = (loading: Promise<unknown>): Promise<string> =>
  loading.then(
    () => '',
    (error: Error) => `${error.name}: ${error.message}`,
  );
