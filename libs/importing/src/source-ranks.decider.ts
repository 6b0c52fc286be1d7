import { PEOPLE, sourceOf } from '@boucle/clients';
import { canonicalJson, Decider } from '@boucle/eventsourcing';
import { RankSources } from './source-ranks.commands.js';
import { SourceRanksEvent } from './source-ranks.events.js';

/** The sources of imports, the one that counts most first; none: all count alike. */
export type SourceRanks = readonly string[];

export const SOURCE_RANKS_STREAM = 'source-ranks';

const commands = { RankSources };

export const sourceRanksDecider: Decider<SourceRanks, typeof commands, SourceRanksEvent> = {
  commands,
  stream: () => SOURCE_RANKS_STREAM,
  initial: [],
  decide: {
    RankSources: (ranks, { sources }) =>
      canonicalJson(ranks) === canonicalJson(sources) ? [] : [{ type: 'SourcesRanked', data: { sources } }],
  },
  evolve: { SourcesRanked: (_, { sources }) => sources },
};

/** Whether a source may overrule what somebody said, by the actor of the event in which it was said. */
export const mayOverrule = (ranks: SourceRanks, source: string, actor: string): boolean => {
  if (ranks.length === 0) return true;
  const other = sourceOf(actor);
  if (other === PEOPLE && !ranks.includes(PEOPLE)) return false;
  const rankOf = (one: string): number => (ranks.includes(one) ? ranks.indexOf(one) : ranks.length);
  return rankOf(source) <= rankOf(other);
};
