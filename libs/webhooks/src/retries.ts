import { sha256 } from '@boucle/eventsourcing';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The schedule that Standard Webhooks recommends: attempts over three days, each pause counted from the failure before. */
const PAUSES = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];

const JITTER = 0.1;

/** A number in [0, 1) that is the same for the same text. */
const fractionOf = (text: string): number => parseInt(sha256(text).slice(0, 8), 16) / 2 ** 32;

/** When to try again after so many failures, ISO instant; up to a tenth later, so that not all come at once. Null: not any more. */
export const nextAttempt = (failures: number, now: string, id: string): string | null => {
  const pause = PAUSES[failures - 1];
  if (pause === undefined) return null;
  return new Date(Date.parse(now) + pause * (1 + JITTER * fractionOf(`${id}/${failures}`))).toISOString();
};
