import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from '../../../test/support/folders.js';
import { Secrets } from './secrets.js';

describe('a sealed secret', () => {
  const file = (): string => join(newFolder(), 'secrets.key');

  it('is opened by whoever has the key, also after a restart', () => {
    const place = file();
    const sealed = new Secrets(null, place).seal('word', 'till');
    expect(new Secrets(null, place).open(sealed, 'till')).toBe('word');
    expect(new Secrets(readFileSync(place, 'utf8'), file()).open(sealed, 'till')).toBe('word');
    expect(statSync(place).mode & 0o777).toBe(0o600);
  });

  it('is another each time, and none holds the secret', () => {
    const secrets = new Secrets(null, file());
    const [first, second] = [secrets.seal('word', 'till'), secrets.seal('word', 'till')];
    expect(first).not.toBe(second);
    expect(Buffer.from(first, 'base64').includes('word')).toBe(false);
  });

  it('is not opened with another key, for another webhook, or when it was tampered with; the remedy is named', () => {
    const secrets = new Secrets(null, file());
    const sealed = secrets.seal('word', 'till');
    const other = new Secrets(randomBytes(32).toString('base64'), file());
    expect(() => other.open(sealed, 'till')).toThrow('BOUCLE_SECRETS_KEY');
    expect(() => secrets.open(sealed, 'shop')).toThrow('sealed with another key');
    expect(() => secrets.open(`${sealed.slice(0, -4)}AAAA`, 'till')).toThrow('sealed with another key');
  });

  it('needs a whole key file', () => {
    const place = file();
    writeFileSync(place, 'half');
    expect(() => new Secrets(null, place).seal('word', 'till')).toThrow('restore it from a backup');
  });
});
