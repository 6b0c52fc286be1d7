import { UsageError } from './usage-error.js';

export const oneOf = (flag: string, allowed: readonly string[], value: string): string => {
  if (allowed.includes(value)) return value;
  throw new UsageError(`${flag} must be ${allowed.join(' or ')}, not "${value}"`);
};

export const wholeNumber = (flag: string, value: string, most: number): number => {
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= 1 && number <= most) return number;
  throw new UsageError(`${flag} must be a whole number from 1 to ${most}, not "${value}"`);
};

export const fraction = (flag: string, value: string, most: number): number => {
  const number = Number(value);
  if (value.trim() !== '' && number >= 0 && number <= most) return number;
  throw new UsageError(`${flag} must be a number from 0 to ${most}, not "${value}"`);
};

const MOST_SEEDS = 1000;

/** `7` or `1..30`. */
export const seedRange = (flag: string, value: string): number[] => {
  const [, first, , last] = /^(\d{1,9})(\.\.(\d{1,9}))?$/.exec(value) ?? [];
  const [from, to] = [Number(first), Number(last ?? first)];
  if (first !== undefined && to >= from && to - from < MOST_SEEDS) return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  throw new UsageError(`${flag} must be a number such as 7 or a range such as 1..30 (at most ${MOST_SEEDS} seeds), not "${value}"`);
};
