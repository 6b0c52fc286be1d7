import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreUnavailableError } from '@boucle/eventsourcing';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The key of a file, made with its first use and readable by its owner alone. */
const keyIn = (file: string): Buffer => {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    const made = openSync(`${file}.new`, 'w', 0o600);
    writeSync(made, randomBytes(KEY_BYTES).toString('base64'));
    fsyncSync(made);
    closeSync(made);
    renameSync(`${file}.new`, file);
  }
  const key = Buffer.from(readFileSync(file, 'utf8'), 'base64');
  if (key.length === KEY_BYTES) return key;
  throw new StoreUnavailableError(`${file} does not hold a key of ${KEY_BYTES} bytes in base64: restore it from a backup`);
};

/** Seals texts so that only who has the key can read them; what a text is about is sealed with it. */
export class Secrets {
  private key: Buffer | null;

  /** @param key in base64; null: that of the file */
  constructor(
    key: string | null,
    private readonly file: string,
  ) {
    this.key = key === null ? null : Buffer.from(key, 'base64');
  }

  seal(text: string, about: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, (this.key ??= keyIn(this.file)), nonce).setAAD(Buffer.from(about));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
  }

  open(sealed: string, about: string): string {
    const bytes = Buffer.from(sealed, 'base64');
    const tagged = NONCE_BYTES + TAG_BYTES;
    try {
      const decipher = createDecipheriv(CIPHER, (this.key ??= keyIn(this.file)), bytes.subarray(0, NONCE_BYTES));
      decipher.setAAD(Buffer.from(about)).setAuthTag(bytes.subarray(NONCE_BYTES, tagged));
      return Buffer.concat([decipher.update(bytes.subarray(tagged)), decipher.final()]).toString('utf8');
    } catch (error) {
      throw new Error(
        `The secret of ${about} was sealed with another key: restore BOUCLE_SECRETS_KEY or the key file, or make a new secret`,
        {
          cause: error,
        },
      );
    }
  }
}
