import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';
import { DomainError, KeyVault, NewEvent, RecordedEvent, Seal, SealingKey, StoreUnavailableError } from '@boucle/eventsourcing';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const TAGGED = NONCE_BYTES + TAG_BYTES;

type AnyEvent = NewEvent | RecordedEvent;

/** An object before it is sealed, a text afterwards, null once it is erased; most events have none. */
const personalOf = ({ data }: AnyEvent): unknown => (data as { personal?: unknown }).personal;

const withPersonal = <E extends AnyEvent>(event: E, personal: unknown): E => ({ ...event, data: { ...event.data, personal } });

/** What a sealed text belongs to: moved to another event, it cannot be opened. */
const belonging = (stream: string, { type, metadata }: AnyEvent): Buffer => Buffer.from(JSON.stringify([metadata.id, type, stream]));

const NONCES_AT_ONCE = 512;

/** Random bytes are drawn for many nonces at once: to draw twelve costs as much. */
const nonces = (): (() => Buffer) => {
  const drawn = Buffer.alloc(NONCES_AT_ONCE * NONCE_BYTES);
  let at = drawn.length;
  return () => {
    if (at === drawn.length) {
      randomFillSync(drawn);
      at = 0;
    }
    return drawn.subarray(at, (at += NONCE_BYTES));
  };
};

const nextNonce = nonces();

const sealed = (key: SealingKey, about: Buffer, personal: object): string => {
  const nonce = nextNonce();
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(about);
  const hidden = cipher.update(JSON.stringify(personal), 'utf8');
  // a stream cipher holds nothing back
  cipher.final();
  return Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString('base64');
};

const opened = (key: SealingKey, about: Buffer, text: string): object => {
  const bytes = Buffer.from(text, 'base64');
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(about).setAuthTag(bytes.subarray(NONCE_BYTES, TAGGED));
  return JSON.parse(decipher.update(bytes.subarray(TAGGED), undefined, 'utf8') + decipher.final('utf8')) as object;
};

const mustOpen = (key: SealingKey, event: RecordedEvent, text: string): object => {
  const { stream, type, position } = event;
  try {
    return opened(key, belonging(stream, event), text);
  } catch (error) {
    throw new Error(
      `The personal data of ${type} at position ${position} of the log (${stream}) was changed after it was sealed, or sealed with the key of another vault: restore the log and the vault that belong together`,
      { cause: error },
    );
  }
};

/** An event whose personal data is opened when somebody reads it: most who follow the log never do. */
const openedWhenRead = (key: SealingKey, event: RecordedEvent, text: string): RecordedEvent => {
  let personal: object | undefined;
  return {
    ...event,
    data: {
      ...event.data,
      get personal() {
        return (personal ??= mustOpen(key, event, text));
      },
    },
  };
};

type Keys = ReadonlyMap<string, SealingKey | null>;

const sealedAll = (key: SealingKey | null, stream: string, events: readonly NewEvent[]): readonly NewEvent[] => {
  if (key === null)
    throw new DomainError('erased', `What is known of a person in ${stream} was erased for good: nothing personal can be added to it`);
  return events.map((event) => {
    const personal = personalOf(event) ?? null;
    if (personal === null) return event;
    if (typeof personal !== 'object') throw new TypeError(`data.personal of ${event.type} must be an object, not a ${typeof personal}`);
    return withPersonal(event, sealed(key, belonging(stream, event), personal));
  });
};

const keyOf = ({ stream, type, position }: RecordedEvent, keys: Keys): SealingKey | null => {
  const key = keys.get(stream);
  if (key === undefined)
    throw new StoreUnavailableError(
      `The vault has no key of ${stream}, whose ${type} at position ${position} is sealed, and none was destroyed: restore the vault that belongs to this log`,
    );
  return key;
};

const openedAll = (keys: Keys, events: readonly RecordedEvent[]): RecordedEvent[] =>
  events.map((event) => {
    const text = personalOf(event);
    if (typeof text !== 'string') return event;
    const key = keyOf(event, keys);
    return key === null ? withPersonal(event, null) : openedWhenRead(key, event, text);
  });

/** Seals `data.personal` of each event with the key of its stream; opened, it is there again, or null once the key is destroyed. Waits for nothing where the keys are at hand. */
export class Sealing implements Seal {
  constructor(private readonly vault: KeyVault) {}

  seal(stream: string, events: readonly NewEvent[]): readonly NewEvent[] | Promise<readonly NewEvent[]> {
    if (!events.some((event) => (personalOf(event) ?? null) !== null)) return events;
    const key = this.vault.atHand(stream);
    if (key) return sealedAll(key, stream, events);
    return this.vault.keysToSeal([stream]).then((keys) => sealedAll(keys.get(stream)!, stream, events));
  }

  open(events: RecordedEvent[]): RecordedEvent[] | Promise<RecordedEvent[]> {
    const keys = new Map<string, SealingKey | null>();
    const missing = new Set<string>();
    for (const event of events) {
      const { stream } = event;
      if (typeof personalOf(event) !== 'string' || keys.has(stream) || missing.has(stream)) continue;
      const key = this.vault.atHand(stream);
      if (key === undefined) missing.add(stream);
      else keys.set(stream, key);
    }
    if (missing.size > 0) return this.vault.keysToOpen([...missing]).then((found) => openedAll(new Map([...keys, ...found]), events));
    return keys.size > 0 ? openedAll(keys, events) : events;
  }
}
