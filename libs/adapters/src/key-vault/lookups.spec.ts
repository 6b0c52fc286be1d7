import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedKeyVault } from './embedded.js';
import { Lookups, lookupWith } from './lookups.js';

describe('a keyed lookup', () => {
  const lookup = lookupWith(Buffer.alloc(32, 1));

  it('is HMAC-SHA-256 of kind and value', () => {
    // printf '["card","1234"]' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0101…01 -binary | basenc --base64url
    expect(lookup('card', '1234')).toBe('YNw3-HhRvoZ1cIw07v3WtFk3afUmoMScelYwaDWWFkE');
  });

  it('is fit for an id, whatever the value', () => {
    for (const value of ['', 'é☎', 'x'.repeat(10_000)]) expect(lookup('card', value)).toMatch(/^[A-Za-z0-9._-]{43}$/);
  });

  it('tells kinds, values and installations apart', () => {
    const other = lookupWith(Buffer.alloc(32, 2));
    const all = [lookup('card', '1'), lookup('erp', '1'), lookup('card', '2'), other('card', '1'), lookup('car', 'd1')];
    expect(new Set(all).size).toBe(all.length);
  });

  it('stays the same for an installation', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'boucle-lookups-'));
    const found: string[] = [];
    for (let n = 0; n < 2; n++) {
      const vault = new EmbeddedKeyVault(join(folder, 'vault.sqlite'), join(folder, 'register.sqlite'));
      const lookups = new Lookups(vault);
      const [one, another] = await Promise.all([lookups.lookup(), lookups.lookup()]);
      expect(one).toBe(another);
      found.push(one('card', '1234'));
      vault.close();
    }
    rmSync(folder, { recursive: true });
    expect(found[0]).toBe(found[1]);
  });
});
