import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreUnavailableError } from '@boucle/eventsourcing';
import { CachedKeyVault } from './cached.js';
import { EmbeddedKeyVault } from './embedded.js';
import { HttpKeyVault } from './http.js';
import { keyVaultServer } from './http-server.js';
import { erased, keyVaultContract } from './key-vault.contract.js';

const TOKEN = 'a-token-that-only-the-processes-of-the-engine-know';

const listening = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const closed = async (server: Server): Promise<void> => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
};

const serving = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'boucle-vault-'));
  const start = async () => {
    const behind = new CachedKeyVault(new EmbeddedKeyVault(join(folder, 'vault.sqlite'), join(folder, 'register.sqlite')));
    const server = keyVaultServer(behind, TOKEN);
    const url = await listening(server);
    const stop = async (): Promise<void> => {
      await closed(server);
      behind.close();
    };
    return { url, stop, vault: new HttpKeyVault({ url, token: TOKEN, timeout: 20_000 }) };
  };
  let running = await start();
  return {
    ...running,
    reopen: async () => {
      await running.stop();
      running = await start();
      return running.vault;
    },
    close: async () => {
      await running.stop();
      rmSync(folder, { recursive: true });
    },
  };
};

keyVaultContract('HttpKeyVault', serving);

describe('HttpKeyVault', () => {
  let served: Awaited<ReturnType<typeof serving>>;
  beforeEach(async () => {
    served = await serving();
  });
  afterEach(() => served.close());

  const refusal = async (vault: HttpKeyVault): Promise<string> => {
    const error = await vault.keysToSeal(['client-a']).catch((caught: Error) => caught);
    expect(error).toBeInstanceOf(StoreUnavailableError);
    return (error as Error).message;
  };

  it('shares one vault among many', async () => {
    const [one, two] = [served.vault, new HttpKeyVault({ url: `${served.url}/`, token: TOKEN, timeout: 20_000 })];
    const made = await one.keysToSeal(['client-a']);
    expect(await two.keysToOpen(['client-a'])).toEqual(made);
    await two.destroy(erased('client-a'));
    expect((await one.keysToOpen(['client-a'])).get('client-a')).toBe(null);
  });

  it('names the setting where the token is wrong', async () => {
    expect(await refusal(new HttpKeyVault({ url: served.url, token: 'another', timeout: 20_000 }))).toMatch(/BOUCLE_VAULT_TOKEN/);
  });

  it('names the setting where nobody answers, or somebody else', async () => {
    const other = createServer((_, response) => response.end('<html>'));
    const url = await listening(other);
    expect(await refusal(new HttpKeyVault({ url, token: TOKEN, timeout: 20_000 }))).toMatch(/answered 200: is BOUCLE_VAULT_URL/);
    await closed(other);
    expect(await refusal(new HttpKeyVault({ url, token: TOKEN, timeout: 20_000 }))).toMatch(/BOUCLE_VAULT_URL does not answer/);
  });

  it('waits no longer than it may', async () => {
    const silent = createServer(() => undefined);
    const url = await listening(silent);
    const began = performance.now();
    expect(await refusal(new HttpKeyVault({ url, token: TOKEN, timeout: 50 }))).toMatch(/does not answer/);
    expect(performance.now() - began).toBeLessThan(5_000);
    await closed(silent);
  });

  it('goes on once the vault is there again', async () => {
    const { 'client-a': made } = Object.fromEntries(await served.vault.keysToSeal(['client-a']));
    const again = await served.reopen();
    expect(await refusal(served.vault)).toMatch(/does not answer/);
    expect((await again.keysToOpen(['client-a'])).get('client-a')).toEqual(made);
  });

  const ask = async (path: string, body: unknown, { token = TOKEN, method = 'POST' } = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${served.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(method === 'POST' && { body: text }),
    });
    return { status: response.status, body: await response.text() };
  };

  it.each<[what: string, path: string, body: unknown, status: number, options?: object]>([
    ['another token', '/keys/open', { subjects: [] }, 401, { token: 'another' }],
    ['no token, whatever the path', '/nowhere', {}, 401, { token: '' }],
    ['another path', '/nowhere', {}, 404],
    ['a path that every object has', '/toString', {}, 404],
    ['another method', '/keys/open', {}, 405, { method: 'GET' }],
    ['a body that is no JSON', '/keys/open', '{', 400],
    ['a body that is no object', '/keys/open', 'null', 400],
    ['no subjects', '/keys/open', {}, 400],
    ['too many subjects', '/keys/seal', { subjects: Array.from({ length: 1001 }, (_, n) => `client-${n}`) }, 400],
    ['subjects that are none', '/keys/seal', { subjects: ['client a'] }, 400],
    ['destructions without an instant', '/destroy', { destructions: [{ subject: 'client-a', at: 'now', by: 'me' }] }, 400],
    ['a place in the register that is none', '/register', { after: -1, limit: 10 }, 400],
    ['a long body', '/keys/open', 'x'.repeat(1_000_001), 413],
  ])('refuses %s', async (_, path, body, status, options = {}) => {
    const answer = await ask(path, body, options);
    expect(answer.status).toBe(status);
    expect(answer.body).not.toMatch(/\.ts|client-|null/);
    expect(await served.vault.register()).toEqual([]);
  });
});
