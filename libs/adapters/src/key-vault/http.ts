import { Destruction, KeyVault, SealingKey, StoreUnavailableError } from '@boucle/eventsourcing';

const KEY_BYTES = 32;

/** The most subjects and destructions in one request. */
export const MOST_AT_ONCE = 1000;

/** Keys as they are told over HTTP, in base64. */
export type ToldKeys = readonly (readonly [subject: string, key: string | null])[];

export interface HttpKeyVaultOptions {
  /** http://127.0.0.1:3100 or https://… */
  readonly url: string;
  readonly token: string;
  /** How long a call may take, ms. */
  readonly timeout: number;
}

/** The keys of a service that many processes share, over HTTP. */
export class HttpKeyVault extends KeyVault {
  constructor(private readonly options: HttpKeyVaultOptions) {
    super();
  }

  keysToSeal(subjects: readonly string[]): Promise<ReadonlyMap<string, SealingKey | null>> {
    return this.keys('keys/seal', subjects);
  }

  keysToOpen(subjects: readonly string[]): Promise<ReadonlyMap<string, SealingKey | null>> {
    return this.keys('keys/open', subjects);
  }

  async destroy(destructions: readonly Destruction[]): Promise<void> {
    for (const some of chunks(destructions)) await this.call('destroy', { destructions: some });
  }

  async register(after = 0, limit = MOST_AT_ONCE): Promise<readonly Destruction[]> {
    const { register } = (await this.call('register', { after, limit: Math.min(limit, MOST_AT_ONCE) })) as { register: Destruction[] };
    return register;
  }

  async secret(): Promise<Uint8Array> {
    const { secret } = (await this.call('secret', {})) as { secret: string };
    return keyFrom(secret);
  }

  private async keys(path: string, subjects: readonly string[]): Promise<ReadonlyMap<string, SealingKey | null>> {
    const found = new Map<string, SealingKey | null>();
    for (const some of chunks([...new Set(subjects)])) {
      const { keys } = (await this.call(path, { subjects: some })) as { keys: ToldKeys };
      for (const [subject, key] of keys) found.set(subject, key === null ? null : keyFrom(key));
    }
    return found;
  }

  /** Every call may be repeated, so whoever is told that the vault is away may try again. */
  private async call(path: string, body: object): Promise<unknown> {
    const { url, token, timeout } = this.options;
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${url.replace(/\/+$/, '')}/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.timeout(timeout),
      });
      text = await response.text();
    } catch (error) {
      throw new StoreUnavailableError('The key vault at BOUCLE_VAULT_URL does not answer; start it, and try again', { cause: error });
    }
    if (response.status === 401) throw new StoreUnavailableError('The key vault refuses the token: check BOUCLE_VAULT_TOKEN');
    const answer = parsed(text);
    if (response.ok && answer !== null) return answer;
    const reason = typeof answer?.message === 'string' ? answer.message : 'is BOUCLE_VAULT_URL the address of one?';
    throw new StoreUnavailableError(`The key vault has answered ${response.status}: ${reason}`);
  }
}

function* chunks<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += MOST_AT_ONCE) yield all.slice(start, start + MOST_AT_ONCE);
}

const parsed = (text: string): { readonly message?: unknown } | null => {
  try {
    return JSON.parse(text) as object | null;
  } catch {
    return null;
  }
};

const keyFrom = (text: string): SealingKey => {
  const key = Buffer.from(text, 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new StoreUnavailableError('The key vault has answered with something that is no key: is BOUCLE_VAULT_URL the address of one?');
};
