import { readFileSync, statSync } from 'node:fs';
import { referenceText } from '../../engine/src/reference-text.js';
import { UsageError } from './usage-error.js';

/** The text of a reference file that somebody names. */
export const readReference = (path: string): string => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new UsageError(found ? `--file: ${path} is no file` : `--file: there is no file ${path}`);
  return referenceText(readFileSync(path));
};
