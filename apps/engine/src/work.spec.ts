import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedDocumentStore, EmbeddedEventStore } from '@boucle/adapters';
import { NO_STREAM, Processor, rest, SharedCheckpoints } from '@boucle/eventsourcing';
import { alone, keepGoing } from './work.js';

describe('a processor that one process at a time runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'boucle-work-'));
  const log = new EmbeddedEventStore(join(folder, 'log.sqlite'));
  const documents = new EmbeddedDocumentStore(join(folder, 'documents.sqlite'));
  afterAll(() => {
    log.close();
    documents.close();
    rmSync(folder, { recursive: true });
  });

  it('has failed no longer where another process has taken over', async () => {
    const metadata = { id: 'e-1', schemaVersion: 1, occurredAt: '', correlationId: 'e-1', causationId: 'e-1', actor: 'spec' };
    const { position } = await log.append('a', NO_STREAM, [{ type: 'Met', data: {}, metadata }]);
    const stop = new AbortController();
    const start = (owner: string, take: () => Promise<void>) => {
      const checkpoints = new SharedCheckpoints(documents, owner, 60_000);
      const processor = new Processor(log, checkpoints, { name: 'meetings', types: ['Met'], take });
      return { processor, going: keepGoing(alone('relay', checkpoints, processor), () => undefined, stop.signal) };
    };
    const one = start('one', () => Promise.reject(new Error('not here')));
    while (one.processor.lastError === null) await rest(5, stop.signal);
    const two = start('two', () => Promise.resolve());
    while (one.processor.lastError !== null) await rest(5, stop.signal);
    expect(two.processor.position).toBe(position);
    stop.abort();
    await Promise.all([one.going, two.going]);
  });
});
