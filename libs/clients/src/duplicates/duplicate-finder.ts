import { everyDocument, Lookup, Page, SearchIndex, StoredDocument } from '@boucle/eventsourcing';
import { blockingKeys, MOST_OF_A_BLOCK } from './blocking.js';
import { DuplicateEntry, duplicatesName, pairKey, PAIRS, pairsOf, ProbablePair, traitsIn } from './duplicates.projection.js';
import { ANNOUNCED, likeness } from './likeness.js';
import { inOrder } from './pair.decider.js';
import { Known } from './survivorship.js';
import { Traits } from './traits.js';

/** The index in which blocks and pairs stand. */
export abstract class DuplicateIndex extends SearchIndex<DuplicateEntry | ProbablePair> {}

/** A client who may be who is meant, and how likely. */
export interface Probable {
  readonly clientId: string;
  readonly probability: number;
}

const KEY_LENGTH = 16;
/** Whoever stands in more is not one person. */
const MOST_PAIRS = 1_000;

/** Finds who may be the same person, among those who share a block. */
export class DuplicateFinder {
  constructor(
    private readonly index: DuplicateIndex,
    private readonly lookup: Lookup,
  ) {}

  /** Who may be the person with these traits, under the id by which he is known, the most likely first. */
  async probable(files: readonly Traits[], besides: readonly string[] = []): Promise<Probable[]> {
    const blocked = files.map((traits) => ({ traits, blocks: this.blocksOf(traits) }));
    return this.likely(blocked, await this.withSurvivors(besides));
  }

  /** The pairs in which a client stands. */
  async pairs(clientId: string): Promise<StoredDocument<ProbablePair>[]> {
    return (await this.index.holding([pairsOf(clientId)], MOST_PAIRS)) as StoredDocument<ProbablePair>[];
  }

  /** What tells these clients apart, in their order; null of whom nothing is known. */
  async known(clientIds: readonly string[]): Promise<(Known | null)[]> {
    const stored = new Map((await this.entries(clientIds)).map(({ key, document }) => [key, document]));
    return clientIds.map((clientId) => {
      const entry = stored.get(clientId) ?? null;
      return entry && { clientId, entry };
    });
  }

  /** All that was ever told of a client, file by file. */
  async files(clientId: string): Promise<Traits[]> {
    const [own] = await this.known([clientId]);
    const merged = await this.known((own?.entry.merged ?? []).map((file) => file.clientId));
    return [own, ...merged].flatMap((file) => (file ? [traitsIn(file.entry)] : []));
  }

  /** Every pair, a page at a time. */
  async *everyPair(): AsyncGenerator<ProbablePair[]> {
    const pages = { scan: <D extends object>(_: string, page?: Page) => this.index.scan(page) as Promise<StoredDocument<D>[]> };
    for await (const page of everyDocument<ProbablePair>(pages, duplicatesName, PAIRS))
      yield page.flatMap(({ document }) => document ?? []);
  }

  /** Stores what is known of clients, and then in which pairs they stand by now. */
  async put(entries: readonly StoredDocument<DuplicateEntry>[]): Promise<void> {
    const blocked = entries.map(({ document, ...rest }): StoredDocument<DuplicateEntry> => ({
      ...rest,
      document: document && { ...document, blocks: this.blocksOf(traitsIn(document)) },
    }));
    await this.index.put(blocked);
    const changed = new Map<string, StoredDocument<ProbablePair>>();
    const touched = new Map(
      blocked.flatMap(({ key, document, position }) => [key, document?.mergedInto ?? key].map((id) => [id, position])),
    );
    for (const [clientId, position] of touched) {
      const probable = await this.probableFor(clientId);
      const now = new Map(probable.map((other) => [pairKey(inOrder(clientId, other.clientId)), other]));
      for (const { key: pair } of await this.pairs(clientId))
        if (!now.has(pair)) changed.set(pair, { key: pair, document: null, position });
      for (const [pair, other] of now)
        changed.set(pair, {
          key: pair,
          document: { clientIds: inOrder(clientId, other.clientId), probability: other.probability },
          position,
        });
    }
    if (changed.size > 0) await this.index.put([...changed.values()]);
  }

  /** Who may be the same person as a client, by all files of his; an alias has no pairs of his own. */
  private async probableFor(clientId: string): Promise<Probable[]> {
    const [own] = await this.entries([clientId]);
    if (!own?.document || own.document.mergedInto) return [];
    const merged = await this.entries((own.document.merged ?? []).map((file) => file.clientId));
    const all = [own, ...merged];
    const files = all.flatMap(({ document }) => document ?? []);
    const others = await this.withSurvivors(files.flatMap(({ apart }) => apart));
    for (const { key, document } of all) for (const id of [key, document?.mergedInto]) if (id) others.add(id);
    return this.likely(
      files.map((entry) => ({ traits: traitsIn(entry), blocks: entry.blocks })),
      others,
    );
  }

  /** These clients, and those into whom they were merged. */
  private async withSurvivors(clientIds: readonly string[]): Promise<Set<string>> {
    const all = new Set(clientIds);
    for (const { document } of await this.entries(clientIds)) if (document?.mergedInto) all.add(document.mergedInto);
    return all;
  }

  /** Who may be the person of these files, besides others. */
  private async likely(files: readonly { traits: Traits; blocks: readonly string[] }[], others: ReadonlySet<string>): Promise<Probable[]> {
    const likely = new Map<string, number>();
    for (const { traits, blocks } of files)
      for (const { key, document } of await this.sharing(blocks)) {
        const clientId = document!.mergedInto ?? key;
        if (others.has(key) || others.has(clientId)) continue;
        likely.set(clientId, Math.max(likely.get(clientId) ?? 0, likeness(traits, traitsIn(document!))));
      }
    return [...likely]
      .map(([clientId, probability]) => ({ clientId, probability }))
      .filter(({ probability }) => probability >= ANNOUNCED)
      .sort((a, b) => b.probability - a.probability || (a.clientId < b.clientId ? -1 : 1));
  }

  private async entries(clientIds: readonly string[]): Promise<StoredDocument<DuplicateEntry>[]> {
    return (await this.index.getMany(clientIds)) as StoredDocument<DuplicateEntry>[];
  }

  private blocksOf(traits: Traits): string[] {
    return blockingKeys(traits).map((key) => this.lookup('block', key).slice(0, KEY_LENGTH));
  }

  /** Whoever stands in one of these blocks. */
  private async sharing(blocks: readonly string[]): Promise<StoredDocument<DuplicateEntry>[]> {
    return (await this.index.holding(blocks, MOST_OF_A_BLOCK)) as StoredDocument<DuplicateEntry>[];
  }
}
