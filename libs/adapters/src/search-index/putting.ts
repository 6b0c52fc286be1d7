import { Statement } from 'better-sqlite3';
import { Indexing, StoredDocument, Text } from '@boucle/eventsourcing';
import { codeOf, EntryRow, hashOf, Writing } from './rows.js';

const NOTHING = { texts: [], keys: [], rank: 0 };

const inOrder = (a: readonly (number | string)[], b: readonly (number | string)[]): number => {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
};

/** One put: what becomes of the rows is gathered first and then written in their order, so that a page is touched once. */
export class Putting<D extends object> {
  private readonly words = new Map<string, number>();
  private readonly uses = new Map<number, number>();
  private readonly added: [word: number, late: number, entry: number, text: number, words: string][] = [];
  private readonly removed: [word: number, late: number, entry: number, text: number][] = [];
  private readonly addedKeys: [key: string, entry: number][] = [];
  private readonly removedKeys: [key: string, entry: number][] = [];

  constructor(
    private readonly write: Writing,
    private readonly indexing: Indexing<D>,
  ) {}

  async put(documents: readonly StoredDocument<D>[], turn: () => Promise<void> | undefined): Promise<void> {
    const run = async (statement: Statement, rows: (readonly (number | string)[])[]): Promise<void> => {
      for (const row of rows.sort(inOrder)) {
        statement.run(...row);
        const others = turn();
        if (others) await others;
      }
    };
    for (const document of documents) {
      this.gather(document);
      const others = turn();
      if (others) await others;
    }
    const { write } = this;
    await run(write.removePosting, this.removed);
    await run(write.addPosting, this.added);
    await run(write.removeKey, this.removedKeys);
    await run(write.addKey, this.addedKeys);
    for (const [word, more] of this.uses) {
      if (more !== 0 && write.use.get(more, word) === 0) this.forget(word);
      const others = turn();
      if (others) await others;
    }
    if (documents.some(({ document }) => document === null)) write.deleted.run();
  }

  private gather({ key, document, position }: StoredDocument<D>): void {
    const { write, indexing } = this;
    const known = write.entry.get(key) as EntryRow | undefined;
    if (known && known.position > position) return;
    const entry = known?.id ?? Number(write.add.run(key).lastInsertRowid);
    const before = known?.document ? indexing.findable(JSON.parse(known.document) as D) : NOTHING;
    const after = document ? indexing.findable(document) : NOTHING;
    const [late, wasLate] = [-after.rank, known?.late ?? 0];
    for (let i = 0; i < Math.max(before.texts.length, after.texts.length); i++) {
      const [was, is] = [before.texts[i] as Text | undefined, after.texts[i] as Text | undefined];
      if (late === wasLate && JSON.stringify(was) === JSON.stringify(is)) continue;
      if (was) for (const word of this.idsOf(was, -1)) this.removed.push([word, wasLate, entry, i]);
      if (!is) continue;
      const ids = this.idsOf(is, 1);
      const words = ids.map(codeOf).join('');
      for (const word of ids) this.added.push([word, late, entry, i, words]);
    }
    const kept = new Set(before.keys);
    for (const one of after.keys) if (!kept.delete(one)) this.addedKeys.push([one, entry]);
    for (const one of kept) this.removedKeys.push([one, entry]);
    write.set.run(document === null ? null : JSON.stringify(document), position, late, entry);
  }

  private idsOf({ kind, words }: Text, more: 1 | -1): number[] {
    return [...new Set(words)].map((word) => {
      const id = this.idOf(kind, word);
      this.uses.set(id, (this.uses.get(id) ?? 0) + more);
      return id;
    });
  }

  private idOf(kind: string, word: string): number {
    const { write, indexing } = this;
    const name = `${kind} ${word}`;
    const known = this.words.get(name) ?? (write.word.get(kind, word) as number | undefined);
    const id = known ?? Number(write.addWord.run(kind, word).lastInsertRowid);
    if (known === undefined) for (const near of indexing.nearness(word)) write.addNear.run(hashOf(near), id);
    this.words.set(name, id);
    return id;
  }

  /** Nobody has the word any more. */
  private forget(id: number): void {
    const { write, indexing } = this;
    for (const near of indexing.nearness(write.wordOf.get(id) as string)) write.removeNear.run(hashOf(near), id);
    write.removeWord.run(id);
  }
}
