import { resolve } from 'node:path';

/** Every setting: a sentence, its environment variable, its default. */
export interface Config {
  /** The data folder of the engine. `BOUCLE_DIR`, ./data/engine. */
  readonly dir: string;
  /** The port on which the engine serves HTTP. `PORT`, 3000. */
  readonly port: number;
  /** The address it listens on. `HOST`, 127.0.0.1: this machine only. */
  readonly host: string;
  /** The most bytes of a JSON body. `BOUCLE_BODY_LIMIT`, 1 MB. */
  readonly bodyLimit: number;
  /** The most bytes of a bulk body of JSON lines. `BOUCLE_BULK_LIMIT`, 64 MB. */
  readonly bulkLimit: number;
}

const whole = (name: string, text: string | undefined, fallback: number, most: number): number => {
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > most)
    throw new Error(`${name} must be a whole number from 0 to ${most}, not "${text}"`);
  return value;
};

/** The settings of an environment; throws a sentence that names the variable at fault. */
export const readConfig = (env: NodeJS.ProcessEnv): Config => ({
  dir: resolve(env.BOUCLE_DIR || 'data/engine'),
  port: whole('PORT', env.PORT, 3000, 65_535),
  host: env.HOST || '127.0.0.1',
  bodyLimit: whole('BOUCLE_BODY_LIMIT', env.BOUCLE_BODY_LIMIT, 1_000_000, 1_000_000_000),
  bulkLimit: whole('BOUCLE_BULK_LIMIT', env.BOUCLE_BULK_LIMIT, 64_000_000, 1_000_000_000),
});
