import { BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Clock, EventStore, fold, NO_STREAM, StoreUnavailableError } from '@boucle/eventsourcing';
import { isValid, Key, keyDecider, KEYS_STREAM } from '@boucle/access';
import { fits, keyIdOf } from './secret.js';

/** Keys issued or revoked elsewhere take effect within this time. */
const READ_EVERY_MS = 500;

/** The keys of the engine as the log has them; what was read once is still known while the store is down. */
@Injectable()
export class Keyring implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Keyring');
  private keys: readonly Key[] | null = null;
  private revision = NO_STREAM;
  private reading: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly events: EventStore,
    private readonly clock: Clock,
  ) {}

  /** Reads the keys, and from now on what becomes of them. */
  async follow(): Promise<void> {
    let busy = false;
    const look = async (): Promise<void> => {
      if (busy) return;
      busy = true;
      await this.refresh().catch((error: Error) => {
        if (this.keys === null) this.logger.warn(`The keys cannot be read yet: ${error.message}`);
      });
      busy = false;
    };
    this.timer = setInterval(() => void look(), READ_EVERY_MS);
    await look();
  }

  beforeApplicationShutdown(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** Reads what has become of the keys since the last time. */
  refresh(): Promise<void> {
    this.reading = this.reading
      .catch(() => undefined)
      .then(async () => {
        const tail = await this.events.read(KEYS_STREAM, this.revision + 1);
        this.keys = fold(keyDecider, this.keys ?? keyDecider.initial, tail);
        this.revision = tail.at(-1)?.revision ?? this.revision;
      });
    return this.reading;
  }

  /** No key was ever issued: none is needed. */
  get isOpen(): boolean {
    return this.keys?.length === 0;
  }

  /** Every key ever issued, in order. */
  all(): readonly Key[] {
    if (this.keys === null) throw new StoreUnavailableError('The keys have not been read from the log yet; try again');
    return this.keys;
  }

  /** Whether a key opens something now, and which it is. */
  find(text: string): Key | null {
    const keyId = keyIdOf(text);
    const key = this.all().find((known) => known.keyId === keyId);
    return key && fits(text, key.sha256) && isValid(key, this.clock.now()) ? key : null;
  }
}
