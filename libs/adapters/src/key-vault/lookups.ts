import { createHmac } from 'node:crypto';
import { KeyVault, Lookup } from '@boucle/eventsourcing';

/** The keyed lookups of an installation: HMAC-SHA-256 with its secret, which the vault makes when they are first asked for. */
export class Lookups {
  private asked: Promise<Lookup> | null = null;

  constructor(private readonly vault: KeyVault) {}

  /** 43 characters of base64url for each kind and value; one and the same value must always be written the same. */
  lookup(): Promise<Lookup> {
    this.asked ??= this.vault.secret().then((secret) => lookupWith(secret));
    this.asked.catch(() => (this.asked = null));
    return this.asked;
  }
}

/** Lookups with this secret. */
export const lookupWith =
  (secret: Uint8Array): Lookup =>
  (kind, value) =>
    createHmac('sha256', secret)
      .update(JSON.stringify([kind, value]))
      .digest('base64url');
