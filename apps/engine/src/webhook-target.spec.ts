import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { isPublic, publicLookup, targetProblem, WebhookTarget } from './webhook-target.js';

describe('an address', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
  ])('%s does not lead out, nor does its IPv6 form', (address) => {
    expect(isPublic(address)).toBe(false);
    expect(isPublic(`::ffff:${address}`)).toBe(false);
  });
  it.each(['::', '::1', 'fe80::1', 'fd00::1', 'ff02::1', '64:ff9b::7f00:1', '2002:7f00:1::'])('%s does not lead out', (address) =>
    expect(isPublic(address)).toBe(false),
  );
  it.each(['8.8.8.8', '172.32.0.1', '172.15.255.255', '2606:4700::1111', '::ffff:8.8.8.8'])('%s leads out', (address) =>
    expect(isPublic(address)).toBe(true),
  );
  it('of this machine is refused however it is written', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('127.0.0.1', '127.1', '0x7f.1', '2130706433', '[::1]', '[::ffff:7f00:1]', 'localhost', 'a.localhost'),
        (host) => {
          expect(targetProblem(`http://${host}:3000/`, false)).toContain('BOUCLE_WEBHOOKS_PRIVATE');
          expect(targetProblem(`http://${host}:3000/`, true)).toBeNull();
        },
      ),
    );
  });
  it.each(['ftp://example.com', 'file:///etc/passwd'])('%s is refused', (url) => expect(targetProblem(url, true)).toContain('http'));
});

describe('a name', () => {
  const led = (name: string, all: boolean): Promise<unknown> =>
    new Promise((resolve) => publicLookup(name, { all }, (error, address) => resolve(error?.message ?? address)));

  it.each([true, false])('that leads to this machine is refused when it is called (all addresses: %s)', async (all) =>
    expect(await led('localhost', all)).toContain('BOUCLE_WEBHOOKS_PRIVATE'),
  );
  it('that leads out is not', async () => {
    expect(await led('8.8.8.8', true)).toEqual([{ address: '8.8.8.8', family: 4 }]);
    expect(await led('8.8.8.8', false)).toBe('8.8.8.8');
  });
});

describe('posting', () => {
  const never = new AbortController().signal;
  let called = 0;
  const server = createServer((request, response) => {
    called++;
    if (request.url === '/endless') {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
      };
      response.on('drain', more);
      return more();
    }
    if (request.url === '/silent') return;
    response.writeHead(request.url === '/moved' ? 301 : 200, request.url === '/moved' ? { location: '/' } : {}).end();
  });
  const at = (host: string, path = '/'): string => `http://${host}:${(server.address() as AddressInfo).port}${path}`;
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, resolve)));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('does not follow redirects', async () => {
    const before = called;
    expect(await new WebhookTarget(true, 5000).post(at('127.0.0.1', '/moved'), {}, '{}', never)).toBe(301);
    expect(called).toBe(before + 1);
  });

  it('has a limit of time', () =>
    expect(new WebhookTarget(true, 50).post(at('127.0.0.1', '/silent'), {}, '{}', never)).rejects.toThrow('did not answer within 50 ms'));

  it('reads no endless answer', async () => {
    const target = new WebhookTarget(true, 60_000);
    const closed = new Promise((resolve) => server.once('request', (request) => request.socket.once('close', resolve)));
    expect(await target.post(at('127.0.0.1', '/endless'), {}, '{}', never)).toBe(200);
    await closed;
  });

  it('can be broken off', async () => {
    const stop = new AbortController();
    const posting = new WebhookTarget(true, 60_000).post(at('127.0.0.1', '/silent'), {}, '{}', stop.signal);
    server.once('request', () => stop.abort());
    await expect(posting).rejects.toThrow();
  });
});
