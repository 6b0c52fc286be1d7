import { lookup as resolve, LookupAddress } from 'node:dns';
import { Agent as HttpAgent, request as http, RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as https } from 'node:https';
import { BlockList, isIP, LookupFunction } from 'node:net';

const MOST_ANSWER_BYTES = 65_536;

/** Addresses that do not lead out: this machine, private networks, and what is reserved. */
const inside = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  inside.addSubnet(network, bits);
for (const [network, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  inside.addSubnet(network, bits, 'ipv6');

/** Whether an IP address leads out into the world. */
export const isPublic = (address: string): boolean => !inside.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

const refused = (host: string): Error =>
  new Error(`${host} is on this machine or in a private network: choose a public address, or set BOUCLE_WEBHOOKS_PRIVATE=true`);

/** Resolves names where they are connected to, so that no answer in between can lead elsewhere. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, '');
    if (!addresses.every(({ address }) => isPublic(address))) return callback(refused(hostname), '');
    if (options.all) return callback(null, addresses);
    callback(null, addresses[0].address, addresses[0].family);
  });
};

/** What is wrong with an address as it is written, or null; what its name leads to shows only when it is called. */
export const targetProblem = (url: string, allowPrivate: boolean): string | null => {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return 'only http and https are possible';
  const host = hostname.replace(/^\[|\]$/g, '');
  const closed = isIP(host) === 0 ? host === 'localhost' || host.endsWith('.localhost') : !isPublic(host);
  return closed && !allowPrivate ? refused(host).message : null;
};

/** Posts to addresses out in the world: no redirects, a limited time, a limited answer. */
export class WebhookTarget {
  private readonly agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) };

  constructor(
    private readonly allowPrivate: boolean,
    private readonly milliseconds: number,
  ) {}

  /** The status that was answered. */
  async post(url: string, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<number> {
    const problem = targetProblem(url, this.allowPrivate);
    if (problem !== null) throw new Error(problem);
    const timeout = AbortSignal.timeout(this.milliseconds);
    const { protocol, host } = new URL(url);
    const options: RequestOptions = {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body), 'user-agent': 'Boucle' },
      agent: this.agents[protocol as 'http:' | 'https:'],
      lookup: this.allowPrivate ? undefined : publicLookup,
      signal: AbortSignal.any([signal, timeout]),
    };
    return new Promise<number>((answered, failed) => {
      const request = (protocol === 'https:' ? https : http)(url, options, (response) => {
        let bytes = 0;
        // read to its end, so that the connection can serve again; nobody wants what is in it
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MOST_ANSWER_BYTES) request.destroy();
        });
        response.on('error', () => undefined);
        answered(response.statusCode!);
      });
      request.on('error', (error) => failed(timeout.aborted ? new Error(`${host} did not answer within ${this.milliseconds} ms`) : error));
      request.end(body);
    });
  }

  close(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }
}
