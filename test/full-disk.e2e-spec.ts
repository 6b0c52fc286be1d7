import { ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const main = join(__dirname, '../dist/apps/cli/src/main.js');

/** Blocks of 512 or 1024 bytes, as the shell has it. */
const MOST_BLOCKS = 4096;
const attributes = Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`attribute-${i}`, 'x'.repeat(200)]));

interface Served {
  readonly url: string;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();

/** The built engine as a process of its own, on a disk that takes only so much if it is limited. */
const serve = (dir: string, limited: boolean): Promise<Served> =>
  new Promise((resolve, reject) => {
    const limit = limited ? `ulimit -f ${MOST_BLOCKS}; ` : '';
    const child = spawn('sh', ['-c', `${limit}exec "$@"`, 'sh', process.execPath, main, 'serve'], {
      env: { ...process.env, BOUCLE_DIR: dir, PORT: '0', NO_COLOR: '1' },
    });
    running.add(child);
    let said = '';
    const gone = new Promise<void>((ended) =>
      child.on('exit', () => {
        running.delete(child);
        ended();
        reject(new Error(`The engine has ended: ${said}`));
      }),
    );
    const stop = (): Promise<void> => {
      child.kill('SIGTERM');
      return gone;
    };
    const listen = (chunk: Buffer): void => {
      said += chunk.toString();
      const url = /Serving .* on (http:\S+);/.exec(said)?.[1];
      if (url) resolve({ url, stop });
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
  });

const register = (url: string, clientId: string): Promise<Response> =>
  fetch(`${url}/clients`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ clientId, attributes }),
  });

const describeOnPosix = process.platform === 'win32' ? describe.skip : describe;

describeOnPosix('a full disk', () => {
  const dir = mkdtempSync(join(tmpdir(), 'boucle-full-'));
  afterAll(() => {
    for (const child of running) child.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  });

  it('is refused with 503 and loses nothing', async () => {
    expect({ main, built: existsSync(main) }).toEqual({ main, built: true });
    const full = await serve(dir, true);
    const acknowledged: string[] = [];
    let refused: Response | null = null;
    for (let i = 0; !refused && i < 10_000; i++) {
      const clientId = `client-${i}`;
      const answer = await register(full.url, clientId);
      if (answer.status === 200) {
        acknowledged.push(clientId);
        await answer.text();
      } else refused = answer;
    }
    expect(acknowledged.length).toBeGreaterThan(10);
    expect(refused?.status).toBe(503);
    expect(refused?.headers.get('content-type')).toContain('application/problem+json');
    expect(refused?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await refused?.json()).toMatchObject({
      status: 503,
      code: 'store-unavailable',
      detail: expect.stringContaining('nothing accepted so far is lost'),
    });

    const lines = { method: 'POST', headers: { 'content-type': 'application/x-ndjson' } };
    const many = Array.from({ length: 20_000 }, (_, i) =>
      JSON.stringify({ clientId: acknowledged[0], responseId: `r-${i}`, kind: 'click' }),
    );
    expect((await fetch(`${full.url}/responses/bulk`, { ...lines, body: many.join('\n') })).status).toBe(503);
    expect((await register(full.url, 'one-more')).status).toBe(503);
    expect((await fetch(`${full.url}/clients/${acknowledged[0]}/timeline`)).status).toBe(200);
    expect((await fetch(`${full.url}/health`)).status).toBe(200);
    for (const path of ['campaigns', 'campaigns/none', 'campaigns/none/waves/1', `clients/${acknowledged[0]}`])
      expect([200, 404, 503]).toContain((await fetch(`${full.url}/${path}`)).status);
    await full.stop();

    const roomy = await serve(dir, false);
    for (const clientId of acknowledged) {
      const timeline = (await (await fetch(`${roomy.url}/clients/${clientId}/timeline?limit=1`)).json()) as object[];
      expect(timeline).toMatchObject([{ type: 'ClientRegistered', data: { clientId, attributes } }]);
    }
    expect((await fetch(`${roomy.url}/clients/one-more/timeline`)).status).toBe(404);
    const written = (await (await register(roomy.url, 'one-more')).json()) as { position: number; repeated: boolean };
    expect(written.repeated).toBe(false);
    expect((await fetch(`${roomy.url}/clients/one-more?after=${written.position}`)).status).toBe(200);
    await roomy.stop();
  });
});
