import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, IncomingMessage, Server } from 'node:http';
import { Destruction, KeyVault, StoreUnavailableError } from '@boucle/eventsourcing';
import { MOST_AT_ONCE, ToldKeys } from './http.js';

const MOST_BYTES = 1_000_000;
const REQUEST_MS = 30_000;
const SUBJECT = /^[A-Za-z0-9._-]{1,200}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const LONGEST_NAME = 200;

/** What is wrong with a request. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

type Body = Readonly<Record<string, unknown>>;
type Answers = Readonly<Record<string, (vault: KeyVault, body: Body) => Promise<object>>>;

const list = (body: Body, name: string): readonly unknown[] => {
  const all = body[name];
  if (Array.isArray(all) && all.length <= MOST_AT_ONCE) return all as unknown[];
  throw new Refusal(400, `${name} must be a list of at most ${MOST_AT_ONCE}`);
};

const isSubject = (one: unknown): one is string => typeof one === 'string' && SUBJECT.test(one);

const subjectsIn = (body: Body): readonly string[] => {
  const subjects = list(body, 'subjects');
  if (subjects.every(isSubject)) return subjects;
  throw new Refusal(400, 'subjects must be names of streams');
};

const isDestruction = (one: unknown): one is Destruction => {
  const { subject, at, by } = (one ?? {}) as Partial<Record<keyof Destruction, unknown>>;
  return isSubject(subject) && typeof at === 'string' && INSTANT.test(at) && typeof by === 'string' && by.length <= LONGEST_NAME;
};

const destructionsIn = (body: Body): readonly Destruction[] => {
  const destructions = list(body, 'destructions');
  if (destructions.every(isDestruction)) return destructions;
  throw new Refusal(400, 'destructions must have a subject, an instant "at" and a name "by"');
};

const wholeIn = (body: Body, name: string, most: number): number => {
  const value = body[name];
  if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most) return value as number;
  throw new Refusal(400, `${name} must be a whole number from 0 to ${most}`);
};

const base64 = (key: Uint8Array): string => Buffer.from(key).toString('base64');
const told = (keys: ReadonlyMap<string, Uint8Array | null>): ToldKeys => [...keys].map(([subject, key]) => [subject, key && base64(key)]);

const answers: Answers = {
  '/keys/seal': async (vault, body) => ({ keys: told(await vault.keysToSeal(subjectsIn(body))) }),
  '/keys/open': async (vault, body) => ({ keys: told(await vault.keysToOpen(subjectsIn(body))) }),
  '/destroy': async (vault, body) => {
    await vault.destroy(destructionsIn(body));
    return {};
  },
  '/register': async (vault, body) => ({
    register: await vault.register(wholeIn(body, 'after', Number.MAX_SAFE_INTEGER), wholeIn(body, 'limit', MOST_AT_ONCE)),
  }),
  '/secret': async (vault) => ({ secret: base64(await vault.secret()) }),
};

const bodyOf = async (request: IncomingMessage): Promise<Body> => {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw new Refusal(413, `A request may have ${MOST_BYTES} bytes at most`);
    pieces.push(piece);
  }
  let body: unknown;
  try {
    body = JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch {
    throw new Refusal(400, 'The body is no JSON');
  }
  if (typeof body === 'object' && body !== null) return body as Body;
  throw new Refusal(400, 'The body must be a JSON object');
};

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Serves a vault over HTTP to whoever has the token, every call being a POST of JSON; it says nothing of what failed inside. */
export const keyVaultServer = (vault: KeyVault, token: string): Server => {
  const expected = hashOf(`Bearer ${token}`);
  const answerOf = async (request: IncomingMessage): Promise<object> => {
    if (!timingSafeEqual(hashOf(request.headers.authorization ?? ''), expected)) throw new Refusal(401, 'The token is missing or wrong');
    const { method, url = '' } = request;
    if (!Object.hasOwn(answers, url)) throw new Refusal(404, 'There is nothing at this address');
    if (method !== 'POST') throw new Refusal(405, 'Every call is a POST');
    return answers[url](vault, await bodyOf(request));
  };
  const server = createServer((request, response) => {
    const send = (status: number, body: object): void => {
      const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };
      // what was not read of a request would be taken for the next one
      response.writeHead(status, status === 200 ? headers : { ...headers, Connection: 'close' }).end(JSON.stringify(body));
    };
    answerOf(request).then(
      (answer) => send(200, answer),
      (error: Error) => {
        if (error instanceof Refusal) send(error.status, { message: error.message });
        else if (error instanceof StoreUnavailableError) send(503, { message: error.message });
        else send(500, { message: 'The vault has failed' });
      },
    );
  });
  server.requestTimeout = REQUEST_MS;
  return server;
};
