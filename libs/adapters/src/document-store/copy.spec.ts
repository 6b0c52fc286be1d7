import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyDocuments } from './copy.js';
import { EmbeddedDocumentStore } from './embedded.js';

const some = (key: string) => ({ key, document: { of: key }, position: 7 });

it('some documents are copied as they are, and nothing of the others', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'boucle-copy-'));
  const [from, to] = ['documents.sqlite', 'copy.sqlite'].map((name) => join(folder, name));
  const documents = new EmbeddedDocumentStore(from);
  await documents.put('checkpoints', ['dispatch', 'dispatch.1', 'profiles'].map(some));
  await documents.put('dispatches', [some('spring/1/0'), { key: 'gone', document: null, position: 3 }]);
  await documents.put('profiles', [some('client-1')]);
  copyDocuments(from, to, { checkpoints: ['dispatch'], dispatches: [''], 'webhook-lanes': [''] });
  documents.close();
  const said: string[] = [];
  const copy = new EmbeddedDocumentStore(to, (line) => said.push(line));
  expect(await copy.collections()).toEqual(['checkpoints', 'dispatches']);
  expect(await copy.scan('checkpoints')).toEqual(['dispatch', 'dispatch.1'].map(some));
  expect(await copy.scan('dispatches')).toEqual([{ key: 'gone', document: null, position: 3 }, some('spring/1/0')]);
  expect(said).toEqual([]);
  copy.close();
  rmSync(folder, { recursive: true });
});
