import { Projection } from '@boucle/eventsourcing';
import { Channel } from '../client/channel.js';
import { OWN_LIST, SuppressionEvent } from './suppression.events.js';

/** One contact point on one edition of a list. */
export interface SuppressionEntry {
  readonly listId: string;
  readonly edition: number;
  readonly source: string;
  readonly channels: readonly Channel[];
  readonly purpose: string | null;
  readonly from: string;
  readonly until: string | null;
}

/** The lists that a contact point stands on, by its keyed hash. */
export interface Suppressed {
  readonly entries: readonly SuppressionEntry[];
}

export const NOWHERE_LISTED: Suppressed = { entries: [] };

/** The entry that another one prolongs: it says the same, and has not ceased to count before. */
export const renewedBy = ({ entries }: Suppressed, by: SuppressionEntry): SuppressionEntry | undefined =>
  entries.find(
    (known) =>
      known.listId === by.listId &&
      known.edition === by.edition &&
      known.source === by.source &&
      known.purpose === by.purpose &&
      known.channels.join() === by.channels.join() &&
      (known.until === null || by.from <= known.until),
  );

const later = (a: string | null, b: string | null): string | null => (a === null || b === null ? null : a > b ? a : b);

/** One document per contact point. */
export const suppressionsProjection: Projection<Suppressed, Extract<SuppressionEvent, { type: 'SuppressionsEntered' }>> = {
  name: 'suppressions',
  key: ({ data }) => data.hashes,
  on: {
    SuppressionsEntered: (suppressed, { data: { listId, edition, source, channels, purpose, until }, metadata }) => {
      const entry = { listId, edition, source, channels, purpose, from: metadata.occurredAt, until };
      const { entries } = suppressed ?? NOWHERE_LISTED;
      // who opposes us again does so anew: a consent in between does not count any more
      const known = listId === OWN_LIST ? undefined : renewedBy({ entries }, entry);
      if (!known) return { entries: [...entries, entry] };
      return { entries: entries.map((one) => (one === known ? { ...known, until: later(known.until, until) } : one)) };
    },
  },
};

/** A list as people see it. */
export interface SuppressionListReading {
  readonly listId: string;
  readonly sources: readonly string[];
  readonly channels: readonly Channel[];
  /** Contact points entered since the list was begun anew, those that have ceased to count included. */
  readonly entered: number;
  readonly lastEnteredAt: string | null;
  /** When the last of them ceases to count; null: never. */
  readonly until: string | null;
  /** When each edition ended, the first one first. */
  readonly ended: readonly string[];
}

const united = <T>(known: readonly T[], more: readonly T[]): readonly T[] => [...new Set([...known, ...more])];

/** One document per list. */
export const suppressionListsProjection: Projection<SuppressionListReading, SuppressionEvent> = {
  name: 'suppression-lists',
  key: ({ data }) => data.listId,
  on: {
    SuppressionsEntered: (list, { data: { listId, source, channels, until, hashes, renewed }, metadata }) => {
      const begun = list !== null && list.entered > 0;
      return {
        listId,
        sources: united(begun ? list.sources : [], [source]),
        channels: united(begun ? list.channels : [], channels),
        entered: (begun ? list.entered : 0) + hashes.length - renewed,
        lastEnteredAt: metadata.occurredAt,
        until: begun ? later(list.until, until) : until,
        ended: list?.ended ?? [],
      };
    },
    SuppressionListEnded: (list, { metadata }) => list && { ...list, entered: 0, ended: [...list.ended, metadata.occurredAt] },
  },
};
