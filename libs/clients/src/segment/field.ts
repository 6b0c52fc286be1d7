import { Field, Found } from '@boucle/segments';
import { SegmentSubject } from './segment-subject.js';

/** A field of a person. */
export type Of = Field<SegmentSubject>;
export type Read = (subject: SegmentSubject, at: string) => Found | undefined;

export const field = (name: string, label: string, type: Of['type'], read: Read, more: Partial<Of> = {}): Of => ({
  name,
  label,
  type,
  read: (subject, at) => read(subject, at) ?? null,
  ...more,
});

/** A field that is stored as it is read. */
export const stored = (name: string, label: string, type: Of['type'], path: string, read: Read, more: Partial<Of> = {}): Of =>
  field(name, label, type, read, { stored: (of) => `${of}${path}`, ...more });

export const DAY = 86_400_000;
export const dayOf = (at: string): string => at.slice(0, 10);
export const startOf = (day: string): string => `${day}T00:00:00.000Z`;
export const dayAfter = (day: string): string => new Date(Date.parse(day) + DAY).toISOString();

/** The first of these instants behind another. */
export const earliest = (at: string, instants: Iterable<string | null>): string | null => {
  let next: string | null = null;
  for (const one of instants) if (one !== null && one > at && (next === null || one < next)) next = one;
  return next;
};
