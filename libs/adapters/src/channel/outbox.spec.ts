import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { channelContract } from './channel.contract.js';
import { Outbox } from './outbox.js';

const files = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );

channelContract('Outbox', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'boucle-outbox-'));
  return {
    channel: new Outbox(folder),
    arrived: async () =>
      Object.values(files(folder))
        .flatMap((text) => text.split('\n').filter((line) => line !== ''))
        .map((line) => JSON.parse(line) as object),
    close: async () => rmSync(folder, { recursive: true }),
  };
});

describe('Outbox', () => {
  let place: string;
  let folder: string;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'boucle-outbox-'));
    folder = join(place, 'outbox');
  });
  afterEach(() => rmSync(place, { recursive: true }));

  const one = { id: 'spring.1.0', messages: [{ clientId: 'a', text: 'é\n' }, { clientId: 'b' }] };
  const written = { 'spring.1.0.ndjson': '{"clientId":"a","text":"é\\n"}\n{"clientId":"b"}\n' };

  it('writes a file of JSON lines by the id, and the same bytes again', async () => {
    const outbox = new Outbox(folder);
    await outbox.send(one);
    expect(files(folder)).toEqual(written);
    await outbox.send(one);
    expect(files(folder)).toEqual(written);
  });

  it('sweeps away what a crash has left half written long ago, but nothing that another process may be writing', async () => {
    mkdirSync(folder, { recursive: true });
    const [left, fresh] = ['spring.1.0.ndjson.a.tmp', 'spring.1.0.ndjson.b.tmp'].map((name) => join(folder, name));
    for (const file of [left, fresh]) writeFileSync(file, '{"clientId":"a","te'.repeat(100));
    const yesterday = Date.now() / 1000 - 86_400;
    utimesSync(left, yesterday, yesterday);
    await new Outbox(folder).send(one);
    rmSync(fresh);
    expect(files(folder)).toEqual(written);
  });

  it('answers with a rejection when it cannot write', async () => {
    const outbox = new Outbox(folder);
    rmSync(folder, { recursive: true });
    const answer = outbox.send(one);
    await expect(answer).rejects.toThrow('ENOENT');
  });
});
