import { Span, UNITS } from './rule.js';

const DAY = 86_400_000;

/** The instant so much later; earlier if `times` is -1. */
export const shifted = (at: string, { count, unit }: Span, times: 1 | -1 = 1): string =>
  new Date(Date.parse(at) + times * count * UNITS[unit] * DAY).toISOString();

/** When a day begins (UTC). */
export const startOf = (day: string): string => `${day}T00:00:00.000Z`;

/** The last instant of a day (UTC). */
export const endOf = (day: string): string => `${day}T23:59:59.999Z`;

/** The instant just before a day begins (UTC). */
export const before = (day: string): string => new Date(Date.parse(day) - 1).toISOString();
