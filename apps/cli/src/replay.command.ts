import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, CommandRunner, Option } from 'nest-commander';
import { EmbeddedDocumentStore } from '@boucle/adapters';
import {
  canonicalJson,
  Checkpoints,
  Consumer,
  DocumentStore,
  everyDocument,
  Processor,
  projectionConsumer,
  SagaConsumer,
  StoredDocument,
} from '@boucle/eventsourcing';
import { onServersAnd, openAdapters } from '../../engine/src/adapters.js';
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

const unanswered = { executeMany: () => Promise.resolve([]) };

/** Prints for each read model of a folder whether a rebuild gives the same bytes; false if one does not. */
const replay = async (folder: string): Promise<boolean> => {
  const adapters = await openAdapters(onServersAnd(folder));
  const scratch = mkdtempSync(join(tmpdir(), 'boucle-replay-'));
  const rebuilt = new EmbeddedDocumentStore(join(scratch, 'documents.sqlite'));
  const progress = progressLine();
  let same = true;
  try {
    const { events, documents } = adapters;
    console.log(`${folder}: the log ends at position ${await events.head()}`);
    const consumers: Consumer[] = [
      ...projections.map(({ projection }) => projectionConsumer(projection, rebuilt)),
      ...sagas.map((saga) => new SagaConsumer(saga, rebuilt, unanswered, () => undefined)),
    ];
    for (const consumer of consumers) {
      progress.show(`${folder}: rebuilding ${consumer.name}`);
      await new Processor(events, new Checkpoints(rebuilt), consumer).toHead();
      const difference = await firstDifference(documents, rebuilt, consumer.name);
      progress.clear();
      if (difference !== null) same = false;
      console.log(`  ${consumer.name}: ${difference ?? `${await countOf(rebuilt, consumer.name)} documents, byte-identical`}`);
    }
  } finally {
    rebuilt.close();
    await adapters.close();
    rmSync(scratch, { recursive: true });
  }
  return same;
};

const countOf = async (store: DocumentStore, name: string): Promise<number> => {
  let documents = 0;
  for await (const page of everyDocument(store, name)) documents += page.length;
  return documents;
};

const nextPage = async (pages: AsyncGenerator<StoredDocument[]>): Promise<StoredDocument[] | null> => {
  const next = await pages.next();
  return next.done ? null : next.value;
};

/** The first document that differs between two stores, in words; null if none does. */
const firstDifference = async (stored: DocumentStore, rebuilt: DocumentStore, name: string): Promise<string | null> => {
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
