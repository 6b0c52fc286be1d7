import { StoreUnavailableError } from '@boucle/eventsourcing';

/** The server has said nothing for too long. */
export class SilenceError extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
    this.name = 'SilenceError';
  }
}

/** The promise, if it is kept within so many milliseconds. */
export const within = <T>(ms: number, promise: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout;
  const silence = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new SilenceError(ms)), ms)));
  return Promise.race([promise, silence]).finally(() => clearTimeout(timer));
};

/** Status codes of gRPC after which the same call cannot succeed: invalid argument, exhausted (too large), out of range, unimplemented, data loss. */
const IN_VAIN = [3, 8, 11, 12, 15];
const FORBIDDEN = [7, 16];

interface CallError extends Error {
  readonly code?: unknown;
  readonly details?: string;
  readonly metadata?: { get(key: string): unknown[] };
}

/** The server refuses this user, or the same call for ever: trying again is in vain. */
export class RefusedError extends StoreUnavailableError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreUnavailableError';
  }
}

/** What a failed call means: the server is away, refuses the user, or the call itself is at fault. */
export const failureOf = (error: unknown, address: string): Error => {
  const { code, details, message, metadata } = error as CallError;
  if (error instanceof RefusedError) return error;
  const exception = metadata?.get('exception')[0];
  if (exception === 'access-denied' || FORBIDDEN.includes(code as number))
    return new RefusedError(
      `EventStoreDB at ${address} refuses access (${details ?? message}): check the user and password in EVENTSTORE_URL; reading $all takes an administrator or an access list that allows it`,
      { cause: error },
    );
  if (IN_VAIN.includes(code as number)) return error as Error;
  if (error instanceof TypeError || error instanceof RangeError) return error;
  return new StoreUnavailableError(
    `EventStoreDB at ${address} does not answer (${details ?? message}): check that it runs and that EVENTSTORE_URL is right; nothing accepted so far is lost`,
    { cause: error },
  );
};
