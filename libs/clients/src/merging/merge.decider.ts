import { canonicalJson, DomainError, Rules } from '@boucle/eventsourcing';
import { credited, creditFor } from '../client/attribution.js';
import { Client } from '../client/client.js';
import { ClientEvent } from '../client/client.events.js';
import { known } from '../client/registration.js';
import { entry, withoutEntry } from '../entries.js';
import { erasing } from '../forgetting/erasure.decider.js';
import {
  AbandonMerge,
  BeginAlias,
  CompleteMerge,
  CreditReaction,
  EndAlias,
  EraseWithOthers,
  MergeClients,
  UnmergeClients,
  UpdateMergedFile,
} from './merge.commands.js';
import { Countries, MergedFacts, MergedReach, MergeEvent } from './merge.events.js';
import { reachOf } from './merged-file.js';
import { MergedFile, Merging } from './merging.js';

const commands = {
  MergeClients,
  UnmergeClients,
  BeginAlias,
  EndAlias,
  CompleteMerge,
  UpdateMergedFile,
  AbandonMerge,
  CreditReaction,
  EraseWithOthers,
};

type Elsewhere = Exclude<ClientEvent, MergeEvent>;

const hasOthers = ({ begun, files }: Merging): boolean => Object.keys(begun).length > 0 || Object.keys(files).length > 0;

/** Refuses as survivor who is an alias himself. */
const mustSurvive = ({ merging: { into } }: Client, clientId: string): void => {
  if (into !== null) throw new DomainError('is-alias', `Client ${clientId} is an alias of ${into}: merge into ${into}`, 'clientId');
};

/** Refuses to make an alias of a client who cannot be one: an alias leads to the survivor in one step. */
export const mustBecomeAlias = (client: Client, mergedId: string): void => {
  known(client, mergedId);
  const { into } = client.merging;
  if (into !== null)
    throw new DomainError(
      'already-merged',
      `Client ${mergedId} is an alias of ${into}: merge ${into}, or undo that merge first`,
      'mergedId',
    );
  if (hasOthers(client.merging))
    throw new DomainError(
      'is-survivor',
      `Others are merged into client ${mergedId}: merge into him, or undo those merges first`,
      'mergedId',
    );
};

/** Refuses to merge two files that cannot be one. */
export const mustMerge = (client: Client, { clientId, mergedId, winners = {} }: MergeClients): void => {
  if (clientId === mergedId) throw new DomainError('same-client', 'A file cannot be merged with itself: name another one', 'mergedId');
  known(client, clientId);
  mustSurvive(client, clientId);
  const [stray] = Object.entries(winners).find(([, id]) => id !== clientId && id !== mergedId) ?? [];
  if (stray !== undefined)
    throw new DomainError('wrong-winner', `The value of ${stray} can be that of ${clientId} or ${mergedId} only`, `winners.${stray}`);
};

const merging = (client: Client, change: Partial<Merging>): Client => ({ ...client, merging: { ...client.merging, ...change } });

const mergedFiles = ({ merging: { files } }: Client): Files => Object.entries(files).map(([id, file]) => [id, factsIn(file)] as const);

const withFile = (client: Client, mergedId: string, file: MergedFile): Client =>
  merging(client, { files: { ...client.merging.files, [mergedId]: file } });

type Files = readonly (readonly [mergedId: string, facts: MergedFacts])[];

/** What the survivor reads of each of these files by now, with where all of them can be reached. */
const readingsOf = (client: Client, files: Files, points: CompleteMerge['points']): readonly MergedReading[] => {
  const reached = reachOf(
    client.points,
    files.map(([id]) => entry(points, id) ?? {}),
  );
  return files.map(([mergedId, facts], n) => {
    const { reach, countries } = reached[n];
    return { mergedId, facts, reach, ...(Object.keys(countries).length > 0 && { personal: { countries } }) };
  });
};

interface MergedReading {
  readonly mergedId: string;
  readonly facts: MergedFacts;
  readonly reach: MergedReach;
  readonly personal?: { readonly countries: Countries };
}

const factsIn = ({ reach: _, countries: __, winners: ___, undecided: ____, ...facts }: MergedFile): MergedFacts => facts;

const differ = (a: unknown, b: unknown): boolean => canonicalJson(a) !== canonicalJson(b);

/** What is news of the files that are merged already; how far a stream was read is none by itself. */
const changesIn = (client: Client, clientId: string, readings: readonly MergedReading[]): MergeEvent[] =>
  readings.flatMap(({ mergedId, facts, reach, personal }): MergeEvent[] => {
    const file = entry(client.merging.files, mergedId);
    if (!file) return [];
    const before = factsIn(file) as unknown as Readonly<Record<string, unknown>>;
    const news = Object.fromEntries(Object.entries(facts).filter(([name, fact]) => differ(fact, before[name]))) as Partial<MergedFacts>;
    const moved = differ([file.reach, file.countries], [reach, personal?.countries ?? {}]);
    if (!moved && Object.keys(news).every((name) => name === 'revision')) return [];
    return [
      { type: 'MergedFileChanged', data: { clientId, mergedId, facts: news, ...(moved && { reach, ...(personal && { personal }) }) } },
    ];
  });

const creditRecord = (underId: string, reaction: string, reactionId: string): string => `credited/${underId}/${reaction}/${reactionId}`;

const kindOf = { response: 'responded', purchase: 'purchased' } as const;

/** The rules of several files of one person. */
export const mergeRules: Rules<Client, typeof commands, MergeEvent, Elsewhere> = {
  commands,
  decide: {
    MergeClients: (client, command) => {
      const { clientId, mergedId, winners = {} } = command;
      const { begun, files } = client.merging;
      if (entry(begun, mergedId) || entry(files, mergedId)) return [];
      mustMerge(client, command);
      return [{ type: 'MergeBegun', data: { clientId, mergedId, winners } }];
    },
    BeginAlias: (client, { clientId, survivorId }) => {
      if (client.merging.into === survivorId) return [];
      mustBecomeAlias(client, clientId);
      return [{ type: 'AliasBegun', data: { clientId, survivorId } }];
    },
    CompleteMerge: (client, { clientId, mergedId, winners, facts, points }) => {
      if (!entry(client.merging.begun, mergedId)) return [];
      const files = [...mergedFiles(client), [mergedId, facts] as const];
      const readings = readingsOf(client, files, points);
      const merged = readings.find((reading) => reading.mergedId === mergedId)!;
      return [{ type: 'ClientsMerged', data: { clientId, ...merged, winners } }, ...changesIn(client, clientId, readings)];
    },
    UpdateMergedFile: (client, { clientId, mergedId, facts, points }) => {
      const file = entry(client.merging.files, mergedId);
      if (!file || facts.revision < file.revision) return [];
      const files = mergedFiles(client).map(([id, known]) => [id, id === mergedId ? facts : known] as const);
      return changesIn(client, clientId, readingsOf(client, files, points));
    },
    AbandonMerge: (client, { clientId, mergedId, reason }) =>
      entry(client.merging.begun, mergedId) ? [{ type: 'MergeAbandoned', data: { clientId, mergedId, reason } }] : [],
    UnmergeClients: (client, { clientId, mergedId }) => {
      const { begun, files, ended } = client.merging;
      known(client, clientId);
      const file = entry(files, mergedId);
      if (file) return [{ type: 'ClientsUnmerged', data: { clientId, mergedId, undecided: file.undecided } }];
      if (ended.includes(mergedId)) return [];
      if (entry(begun, mergedId))
        throw new DomainError('merge-under-way', `Client ${mergedId} is being merged into ${clientId}: ask again in a moment`, 'mergedId');
      throw new DomainError('not-merged', `Client ${mergedId} is not merged into ${clientId}`, 'mergedId');
    },
    EndAlias: (client, { clientId, survivorId }) =>
      client.merging.into === survivorId ? [{ type: 'AliasEnded', data: { clientId, survivorId } }] : [],
    CreditReaction: (client, { clientId, underId, reaction, reactionId, amount, currency }, now) => {
      if (client.records.includes(creditRecord(underId, reaction, reactionId))) return [];
      const credit = creditFor(client.windows, now, kindOf[reaction]);
      if (!credit) return [];
      return [{ type: 'ReactionCredited', data: { clientId, underId, reaction, reactionId, amount, currency, credit } }];
    },
    EraseWithOthers: (client, { clientId, reason, requestedBy }, now) =>
      client.erased || client.attributes === null ? [] : erasing(client, { clientId, reason, requestedBy }, now),
  },
  evolve: {
    MergeBegun: (client, { mergedId, winners }) => {
      const { begun, ended } = client.merging;
      return merging(client, { begun: { ...begun, [mergedId]: winners }, ended: ended.filter((id) => id !== mergedId) });
    },
    MergeAbandoned: (client, { mergedId }) => merging(client, { begun: withoutEntry(client.merging.begun, mergedId) }),
    AliasBegun: (client, { survivorId }) => merging(client, { into: survivorId }),
    AliasEnded: (client) => merging(client, { into: null }),
    ClientsMerged: (client, { mergedId, winners, facts, reach, personal }) =>
      withFile(merging(client, { begun: withoutEntry(client.merging.begun, mergedId) }), mergedId, {
        ...facts,
        reach,
        countries: personal?.countries ?? {},
        winners,
        undecided: [],
      }),
    MergedFileChanged: (client, { mergedId, facts, reach, personal }) => {
      const file = entry(client.merging.files, mergedId);
      if (!file) return client;
      const reached = reach ? { reach, countries: personal?.countries ?? {} } : {};
      return withFile(client, mergedId, { ...file, ...facts, ...reached });
    },
    ClientsUnmerged: (client, { mergedId }) =>
      merging(client, { files: withoutEntry(client.merging.files, mergedId), ended: [...client.merging.ended, mergedId] }),
    ReactionCredited: (client, { underId, reaction, reactionId, credit }) => ({
      ...client,
      records: [...client.records, creditRecord(underId, reaction, reactionId)],
      windows: credited(client.windows, credit, kindOf[reaction]),
    }),
  },
};
