import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { boucle } from './support/command-line.js';
import { newFolder } from './support/folders.js';

const program = join(__dirname, '../dist/apps/cli/src/main.js');
const running = new Set<ChildProcess>();
afterAll(() => running.forEach((child) => child.kill('SIGKILL')));

interface Served {
  readonly child: ChildProcess;
  /** Its address, or null if it did not start. */
  readonly url: string | null;
  said(): string;
}

/** The engine as a process of its own, once it has said where it is, or has ended. */
const serve = async (dir: string, host: string): Promise<Served> => {
  const child = spawn(process.execPath, [program, 'serve'], {
    env: { ...process.env, BOUCLE_DIR: dir, HOST: host, PORT: '0', NO_COLOR: '1' },
  });
  running.add(child);
  let said = '';
  const url = await new Promise<string | null>((resolve) => {
    const listen = (text: string): void => {
      said += text;
      const port = /Serving .* on http:\S+:(\d+);/.exec(said)?.[1];
      if (port) resolve(`http://127.0.0.1:${port}`);
    };
    child.stdout.setEncoding('utf8').on('data', listen);
    child.stderr.setEncoding('utf8').on('data', listen);
    child.on('close', () => {
      running.delete(child);
      resolve(null);
    });
  });
  return { child, url, said: () => said };
};

const stop = async ({ child }: Served): Promise<void> => {
  child.kill('SIGTERM');
  await once(child, 'close');
};

it('serves its own machine only until the first key, and then whoever has one, without a word of it in its log', async () => {
  const dir = newFolder();
  const refused = await serve(dir, '0.0.0.0');
  expect([refused.url, refused.child.exitCode]).toEqual([null, 1]);
  expect(refused.said()).toMatch(/^boucle: HOST is 0.0.0.0, .*boucle key create/);
  const open = await serve(dir, 'localhost');
  const taken = await boucle('key', 'list', '--dir', dir);
  expect([taken.code, taken.stderr]).toEqual([1, expect.stringContaining('in use by another engine')]);
  await stop(open);
  expect(open.said()).toContain('Everybody on this machine may do everything');

  const created = await boucle('key', 'create', '--role', 'campaign-manager', '--name', 'spring team', '--dir', dir);
  const key = created.stdout.trim();
  expect(key).toMatch(/^boucle_[0-9a-f]{16}_[0-9a-f]{64}$/);
  const [, keyId, secret] = key.split('_');
  const listed = async (): Promise<string> => (await boucle('key', 'list', '--dir', dir)).stdout;
  expect(await listed()).toMatch(new RegExp(`^${keyId}  campaign-manager .* valid .* spring team\n$`));

  const served = await serve(dir, '0.0.0.0');
  const ask = async (path: string, authorization?: string): Promise<number> =>
    (await fetch(`${served.url}${path}`, { headers: authorization === undefined ? {} : { authorization } })).status;
  expect(await ask('/campaigns')).toBe(401);
  expect(await ask('/campaigns', `Bearer ${key}`)).toBe(200);
  expect(await ask('/keys', `Bearer ${key}`)).toBe(403);
  expect(await ask('/campaigns', `Bearer ${key}0`)).toBe(401);
  expect(await ask(`/${key}`, `Bearer ${key}`)).toBe(404);
  await stop(served);
  expect(served.said()).not.toContain('Everybody');
  expect(served.said()).not.toContain(secret);

  expect((await boucle('key', 'revoke', keyId, '--dir', dir)).code).toBe(0);
  expect(await listed()).toMatch(/revoked 20/);
  const closed = await serve(dir, '0.0.0.0');
  expect((await fetch(`${closed.url}/campaigns`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(401);
  await stop(closed);
});

it.each([
  [['create', '--role', 'king', '--name', 'x'], '--role must be campaign-manager or'],
  [['create', '--role', 'auditor', '--name', ''], '--name: name must be longer'],
  [['create', '--role', 'auditor', '--name', 'x', '--expires', 'soon'], '--expires: expiresAt must be an instant'],
  [['create', '--role', 'auditor', '--name', 'x', '--expires', '2020-01-01T00:00:00Z'], 'expiresAt must be in the future'],
  [['create', '--role', 'salesperson', '--name', 'x'], 'salespersonId is needed for the role salesperson'],
  [['create', '--role', 'salesperson', '--name', 'x', '--salesperson', 'a b'], '--salesperson: salespersonId must be the id'],
  [['create', '--role', 'auditor', '--name', 'x', '--salesperson', 'miller'], 'leave salespersonId out'],
  [['revoke', 'constructor'], 'There is no key constructor'],
])('boucle key %j is refused in a sentence', async (args, said) => {
  const { code, stdout, stderr } = await boucle('key', ...args, '--dir', newFolder());
  expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining(said)]);
  expect(stderr).not.toContain('    at ');
});
