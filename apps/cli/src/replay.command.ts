import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, CommandRunner, Option } from 'nest-commander';
import { EmbeddedDocumentStore, EmbeddedSearchIndex, Lookups } from '@boucle/adapters';
import {
  canonicalJson,
  Checkpoints,
  Consumer,
  DocumentStore,
  everyDocument,
  Processor,
  projectionConsumer,
  RecordedEvent,
  SagaConsumer,
  SearchIndex,
  StoredDocument,
} from '@boucle/eventsourcing';
import {
  DuplicateIndex,
  duplicatesIndexing,
  duplicatesName,
  duplicatesWorker,
  PAIRS,
  SearchEntry,
  searchIndexing,
  searchName,
  searchWorker,
} from '@boucle/clients';
import { DUPLICATES_FILE, onServersAnd, openAdapters, SEARCH_FILE, SystemClock } from '../../engine/src/adapters.js';
import { projections, sagas } from '../../engine/src/processors.js';
import { enginesIn } from './engine-folders.js';
import { progressLine } from './progress.js';

@Command({
  name: 'replay',
  description: 'Rebuild every projection and saga from the log and compare it, byte by byte, with what is stored',
})
export class ReplayCommand extends CommandRunner {
  async run(_: string[], { dir }: { dir: string }): Promise<void> {
    for (const folder of enginesIn(dir)) if (!(await replay(folder))) process.exitCode = 1;
  }

  @Option({ flags: '--dir <folder>', description: 'a data folder, or one that holds several', required: true })
  dir(value: string): string {
    return value;
  }
}

type Pages = Pick<DocumentStore, 'scan'>;

/** A read model as it is stored, and what rebuilds it elsewhere. */
interface Model {
  readonly consumer: Consumer;
  readonly stored: Pages;
  readonly rebuilt: Pages;
}

const unanswered = { executeMany: () => Promise.resolve([]) };

/** Prints for each read model of a folder whether a rebuild gives the same bytes; false if one does not. */
const replay = async (folder: string): Promise<boolean> => {
  const adapters = await openAdapters(onServersAnd(folder));
  const scratch = mkdtempSync(join(tmpdir(), 'boucle-replay-'));
  const rebuilt = new EmbeddedDocumentStore(join(scratch, 'documents.sqlite'));
  const rebuiltIndex = new EmbeddedSearchIndex<SearchEntry>(join(scratch, 'search.sqlite'), searchIndexing);
  const rebuiltDuplicates = new EmbeddedSearchIndex(join(scratch, 'duplicates.sqlite'), duplicatesIndexing);
  const progress = progressLine();
  let same = true;
  try {
    const { events, documents, vault } = adapters;
    const reached = adapters.checkpoints;
    console.log(`${folder}: the log ends at position ${await events.head()}`);
    const checkpoints = new Checkpoints(rebuilt);
    const kept = (consumer: Consumer): Model => ({ consumer, stored: documents, rebuilt });
    const lookups = new Lookups(vault);
    const lookup = () => lookups.lookup();
    checkpoints.keepWith(searchName, rebuiltIndex);
    const models: Model[] = [
      ...projections.map(({ projection }) => kept(projectionConsumer(projection, rebuilt))),
      ...sagas.map((saga) => kept(new SagaConsumer(saga, rebuilt, unanswered, () => undefined))),
    ];
    // only who was asked questions keeps one
    if (existsSync(join(folder, SEARCH_FILE))) {
      const index = adapters.openIndex();
      reached.keepWith(searchName, index);
      models.push({ consumer: searchWorker(rebuiltIndex, lookup), stored: pagesOf(index), rebuilt: pagesOf(rebuiltIndex) });
    }
    if (existsSync(join(folder, DUPLICATES_FILE))) {
      const index = adapters.openDuplicates();
      reached.keepWith(duplicatesName, index);
      checkpoints.keepWith(duplicatesName, rebuiltDuplicates);
      const { consumer } = duplicatesWorker(rebuiltDuplicates, events, unanswered, new SystemClock(), lookup);
      models.push({ consumer, stored: clientsOf(index), rebuilt: clientsOf(rebuiltDuplicates) });
    }
    for (const { consumer, ...model } of models) {
      const { name } = consumer;
      progress.show(`${folder}: rebuilding ${name}`);
      const { position } = await reached.load(name);
      // in parts it has no checkpoint of its own
      const inParts = position === 0 && (await model.stored.scan(name, { limit: 1 })).length > 0;
      const bounded = upTo(inParts ? Infinity : position, consumer);
      await new Processor(events, checkpoints, bounded.consumer).toHead();
      const difference = await firstDifference(model.stored, model.rebuilt, name);
      progress.clear();
      if (difference !== null) same = false;
      const behind = bounded.left() === 0 ? '' : ` as far as it has come; ${bounded.left()} events wait until the engine is started`;
      console.log(`  ${name}: ${difference ?? `${await countOf(model.rebuilt, name)} documents, byte-identical${behind}`}`);
    }
  } finally {
    rebuilt.close();
    rebuiltIndex.close();
    rebuiltDuplicates.close();
    await adapters.close();
    rmSync(scratch, { recursive: true });
  }
  return same;
};

/** A consumer that takes nothing behind a position, and counts what it leaves. */
const upTo = (position: number, consumer: Consumer): { consumer: Consumer; left: () => number } => {
  let left = 0;
  const take = (events: readonly RecordedEvent[]): Promise<void> => {
    const within = events.filter((event) => event.position <= position);
    left += events.length - within.length;
    return consumer.take(within);
  };
  return { consumer: Object.assign(Object.create(consumer) as Consumer, { take }), left: () => left };
};

const pagesOf = (index: SearchIndex<SearchEntry>): Pages => ({ scan: (_, page) => index.scan(page) as Promise<never[]> });

/** Who is there: pairs depend on the order in which blocks filled, and who was erased had an entry only while something was known of him. */
const clientsOf = (index: DuplicateIndex): Pages => ({
  scan: async (_, { after, limit = 1000 } = {}) => {
    const found: StoredDocument[] = [];
    for (let from = after; ;) {
      const page = await index.scan({ after: from, limit });
      found.push(...page.filter(({ key, document }) => document !== null && !key.startsWith(PAIRS)));
      if (page.length < limit || found.length >= limit) return found.slice(0, limit) as never[];
      from = page[page.length - 1].key;
    }
  },
});

const countOf = async (store: Pages, name: string): Promise<number> => {
  let documents = 0;
  for await (const page of everyDocument(store, name)) documents += page.length;
  return documents;
};

const nextPage = async (pages: AsyncGenerator<StoredDocument[]>): Promise<StoredDocument[] | null> => {
  const next = await pages.next();
  return next.done ? null : next.value;
};

/** The first document that differs between two stores, in words; null if none does. */
const firstDifference = async (stored: Pages, rebuilt: Pages, name: string): Promise<string | null> => {
  const [pages, others] = [everyDocument(stored, name), everyDocument(rebuilt, name)];
  for (;;) {
    const [page, other] = await Promise.all([nextPage(pages), nextPage(others)]);
    if (!page && !other) return null;
    const [mine, theirs] = [page ?? [], other ?? []];
    for (let i = 0; i < Math.max(mine.length, theirs.length); i++)
      if (canonicalJson(mine[i] ?? null) !== canonicalJson(theirs[i] ?? null))
        return `DIFFERS at ${(theirs[i] ?? mine[i]).key}; if the engine was stopped in the middle, start it once so that it catches up`;
  }
};
