import { Projection } from '@boucle/eventsourcing';
import { LifeCycleClass, LifeCycleEvent } from './life-cycle.events.js';

/** What stands for those who have no class. */
export const NO_CLASS = 'none';

/** How many clients went from one class to another in a month. */
export interface ClassChanges {
  /** 2026-03. */
  readonly month: string;
  /** By the class that they left and the one that they came into. */
  readonly moved: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const named = (found: LifeCycleClass | null): string => found ?? NO_CLASS;

/** Month by month, who moved from where to where; who only began or ceased to lapse did not move. */
export const classChangesProjection: Projection<ClassChanges, LifeCycleEvent> = {
  name: 'class-changes',
  key: ({ metadata }) => metadata.occurredAt.slice(0, 7),
  on: {
    ClientClassChanged: (changes, { data }, month) => {
      if (data.from === data.to) return changes;
      const [from, to] = [named(data.from), named(data.to)];
      const moved = changes?.moved ?? {};
      return { month, moved: { ...moved, [from]: { ...moved[from], [to]: (moved[from]?.[to] ?? 0) + 1 } } };
    },
  },
};
