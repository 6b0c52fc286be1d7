import { everyDocument, Lookup, Page, SearchIndex, StoredDocument } from '@boucle/eventsourcing';
import { blockingKeys, MOST_OF_A_BLOCK } from './blocking.js';
import { DuplicateEntry, duplicatesName, pairKey, PAIRS, pairsOf, ProbablePair, traitsIn } from './duplicates.projection.js';
import { ANNOUNCED, likeness } from './likeness.js';
import { inOrder } from './pair.decider.js';
import { Traits } from './traits.js';

/** The index in which blocks and pairs stand. */
export abstract class DuplicateIndex extends SearchIndex<DuplicateEntry | ProbablePair> {}

/** A client who may be who is meant, and how likely. */
export interface Probable {
  readonly clientId: string;
  readonly probability: number;
}

const KEY_LENGTH = 16;
const MOST_PAIRS = 1_000;

/** Finds who may be the same person, among those who share a block. */
export class DuplicateFinder {
  constructor(
    private readonly index: DuplicateIndex,
    private readonly lookup: Lookup,
  ) {}

  /** Who may be the person with these traits, the most likely first. */
  async probable(traits: Traits, besides: readonly string[] = []): Promise<Probable[]> {
    const found = await this.sharing(this.blocksOf(traits), besides);
    return found
      .map(({ key, document }) => ({ clientId: key, probability: likeness(traits, traitsIn(document!)) }))
      .filter(({ probability }) => probability >= ANNOUNCED)
      .sort((a, b) => b.probability - a.probability || (a.clientId < b.clientId ? -1 : 1));
  }

  /** The pairs in which a client stands. */
  async pairs(clientId: string): Promise<StoredDocument<ProbablePair>[]> {
    const { hits } = await this.index.find([{ key: pairsOf(clientId) }], { limit: MOST_PAIRS });
    return (await this.index.getMany(hits.map(({ key }) => key))) as StoredDocument<ProbablePair>[];
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
    for (const { key, document, position } of blocked) {
      const probable = document ? await this.probable(traitsIn(document), [key, ...document.apart]) : [];
      const now = new Map(probable.map((one) => [pairKey(inOrder(key, one.clientId)), one]));
      for (const { key: pair } of await this.pairs(key)) if (!now.has(pair)) changed.set(pair, { key: pair, document: null, position });
      for (const [pair, { clientId, probability }] of now)
        changed.set(pair, { key: pair, document: { clientIds: inOrder(key, clientId), probability }, position });
    }
    if (changed.size > 0) await this.index.put([...changed.values()]);
  }

  private blocksOf(traits: Traits): string[] {
    return blockingKeys(traits).map((key) => this.lookup('block', key).slice(0, KEY_LENGTH));
  }

  /** Whoever stands in one of these blocks. */
  private async sharing(blocks: readonly string[], besides: readonly string[]): Promise<StoredDocument<DuplicateEntry>[]> {
    const keys = new Set<string>();
    for (const key of blocks) for (const hit of (await this.index.find([{ key }], { limit: MOST_OF_A_BLOCK })).hits) keys.add(hit.key);
    for (const clientId of besides) keys.delete(clientId);
    return (await this.index.getMany([...keys])) as StoredDocument<DuplicateEntry>[];
  }
}
