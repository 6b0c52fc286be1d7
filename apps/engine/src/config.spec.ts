import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from './config.js';

describe('a setting that holds a password', () => {
  const dir = mkdtempSync(join(tmpdir(), 'boucle-config-'));
  const file = join(dir, 'mongodb-url');
  beforeAll(() => writeFileSync(file, 'mongodb://boucle:secret@mongodb/boucle\n'));
  afterAll(() => rmSync(dir, { recursive: true }));

  it('may stand in a file', () => expect(readConfig({ MONGODB_URL_FILE: file }).mongoUrl).toBe('mongodb://boucle:secret@mongodb/boucle'));
  it('in the environment has precedence', () =>
    expect(readConfig({ MONGODB_URL: 'mongodb://here/boucle', MONGODB_URL_FILE: file }).mongoUrl).toBe('mongodb://here/boucle'));
  it('is none if neither is set', () => expect(readConfig({ MONGODB_URL: '', MONGODB_URL_FILE: '' }).mongoUrl).toBeNull());
  it('is refused by its name if the file cannot be read', () =>
    expect(() => readConfig({ KAFKA_PASSWORD_FILE: join(dir, 'none') })).toThrow(/^KAFKA_PASSWORD_FILE cannot be read: ENOENT/));
});

describe('the token of the vault', () => {
  it('is long enough that nobody can guess it', () => {
    expect(() => readConfig({ BOUCLE_VAULT_TOKEN: 'short' })).toThrow(/^BOUCLE_VAULT_TOKEN must have at least 32 characters/);
    expect(readConfig({ BOUCLE_VAULT_TOKEN: 'x'.repeat(32) }).vaultToken).toBe('x'.repeat(32));
  });
});
