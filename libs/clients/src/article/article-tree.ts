import { Labels } from '../catalogue/catalogue.events.js';
import { entry } from '../entries.js';

/** Where something stands from a day on, both null: at the top, and from ever on. */
export interface Standing {
  readonly under: string | null;
  /** YYYY-MM-DD. */
  readonly since: string | null;
}

/** A group of articles and where it has stood; at the top as long as nothing else was said. */
export interface ArticleGroup {
  readonly labels: Labels;
  /** In order of time. */
  readonly standings: readonly Standing[];
}

export type ArticleGroups = Readonly<Record<string, ArticleGroup>>;

const BEFORE_ALL_DAYS = '';

/** Under what something stands on a day. */
export const standsUnder = (standings: readonly Standing[], day: string): string | null =>
  standings.findLast(({ since }) => since === null || since <= day)?.under ?? null;

/** The standings after a move, which is in force until the next later one; a move of the same day is replaced. */
export const withMove = (standings: readonly Standing[], move: Standing): readonly Standing[] => {
  const others = standings.filter(({ since }) => since !== move.since);
  const place = others.findLastIndex(({ since }) => since === null || (move.since !== null && since < move.since)) + 1;
  return others.toSpliced(place, 0, move);
};

/** The groups from the top down to one of them, which is the last; a group that is not known stands at the top. */
export const pathTo = (groups: ArticleGroups, groupId: string | null, day: string): readonly string[] => {
  const path: string[] = [];
  for (let at = groupId; at !== null; at = standsUnder(entry(groups, at)?.standings ?? [], day)) path.unshift(at);
  return path;
};

/** The first day on which a group would stand under itself after a move, null: on none. */
export const circleAfter = (groups: ArticleGroups, groupId: string, move: Standing): string | null => {
  const after = { ...groups, [groupId]: { ...groups[groupId], standings: withMove(groups[groupId].standings, move) } };
  const days = new Set(Object.values(after).flatMap(({ standings }) => standings.map(({ since }) => since ?? BEFORE_ALL_DAYS)));
  const above = (day: string): boolean => {
    let at = standsUnder(after[groupId].standings, day);
    while (at !== null && at !== groupId) at = standsUnder(entry(after, at)?.standings ?? [], day);
    return at === groupId;
  };
  return [...days].sort().find(above) ?? null;
};
