import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EVENTS_FILE } from '../../engine/src/adapters.js';
import { UsageError } from './usage-error.js';

/** The data folders at a path: the folder itself, or those directly inside it. */
export const enginesIn = (dir: string): string[] => {
  const holdsLog = (folder: string): boolean => existsSync(join(folder, EVENTS_FILE));
  if (holdsLog(dir)) return [dir];
  const inside = existsSync(dir) ? readdirSync(dir).sort() : [];
  const found = inside.map((name) => join(dir, name)).filter(holdsLog);
  if (found.length === 0) throw new UsageError(`There is no log in ${dir}: name the folder that a run has written (--dir)`);
  return found;
};
