import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

  it('sweeps away what a crash has left half written', async () => {
    const outbox = new Outbox(folder);
    writeFileSync(join(folder, 'spring.1.0.ndjson.tmp'), '{"clientId":"a","te'.repeat(100));
    await outbox.send(one);
    expect(files(folder)).toEqual(written);
  });

  it('answers with a rejection when it cannot write', async () => {
    const outbox = new Outbox(folder);
    rmSync(folder, { recursive: true });
    const answer = outbox.send(one);
    await expect(answer).rejects.toThrow('ENOENT');
  });
});
