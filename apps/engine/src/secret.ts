import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const SHAPE = /^boucle_([0-9a-f]{16})_([0-9a-f]{64})$/;

/** A new key: shown once, then known by its hash. A key is 256 random bits that nobody can guess or try out, so one round of SHA-256 protects it as well as a slow hash would. */
export const newSecret = (): { keyId: string; key: string; sha256: string } => {
  const keyId = randomBytes(8).toString('hex');
  const key = `boucle_${keyId}_${randomBytes(32).toString('hex')}`;
  return { keyId, key, sha256: hashOf(key).toString('hex') };
};

/** The id that a key carries; null if it is no key. */
export const keyIdOf = (key: string): string | null => SHAPE.exec(key)?.[1] ?? null;

/** Whether a key has this hash, in a time that tells nothing about where they differ. */
export const fits = (key: string, sha256: string): boolean => timingSafeEqual(hashOf(key), Buffer.from(sha256, 'hex'));

const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest();
