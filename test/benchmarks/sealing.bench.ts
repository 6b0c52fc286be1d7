import { join } from 'node:path';
import { CachedKeyVault, EmbeddedEventStore, EmbeddedKeyVault, Sealing } from '@boucle/adapters';
import { Codec, NAMESPACE, NewEvent, NO_STREAM, uuidv5 } from '@boucle/eventsourcing';
import { clientStream } from '@boucle/clients';
import { inGroups } from './events.js';
import { inFolder, load, median, progress, Result, result, seconds } from './measure.js';
import { Envelope } from './plain-file.js';

const ROUNDS = 5;
const CLIENTS = 40_000;
const AT_ONCE = 500;

/** What is told of every person, some 300 bytes. */
const personOf = (n: number): object => ({
  civility: n % 2 === 0 ? 'ms' : 'mr',
  firstName: `Firstname${n % 977}`,
  lastName: `Lastname${n % 7919}`,
  birthDate: `19${50 + (n % 50)}-0${1 + (n % 9)}-1${n % 10}`,
  street: `Rue de la Boucle ${n % 200}`,
  postalCode: String(10_000 + (n % 80_000)),
  locality: 'Ville-la-Grande',
  country: 'FR',
  email: `person${n}@example.org`,
  phone: `+336${String(10_000_000 + n)}`,
});

/** Of every client the event of this revision, in no order of ids. */
function* described(revision: number): Generator<Envelope> {
  for (let n = 0; n < CLIENTS; n++) {
    const id = uuidv5(NAMESPACE, n, 'client');
    const metadata = {
      id: uuidv5(NAMESPACE, n, revision),
      schemaVersion: 1,
      occurredAt: '2026-03-01T09:00:00.000Z',
      correlationId: NAMESPACE,
      causationId: NAMESPACE,
      actor: 'benchmark',
    };
    const event: NewEvent = { type: 'ClientDetailsChanged', data: { clientId: id, changed: [], personal: personOf(n) }, metadata };
    yield { stream: clientStream(id), revision, event };
  }
}

const appendAll = (store: EmbeddedEventStore, group: readonly Envelope[]): Promise<unknown> =>
  Promise.all(group.map(({ stream, revision, event }) => store.append(stream, revision + NO_STREAM, [event])));

/** Appends the same events to both in turn; their times as a ratio, and events/s of the sealed one. */
const appended = async (
  revision: number,
  plain: EmbeddedEventStore,
  sealed: EmbeddedEventStore,
): Promise<{ ratio: number; rate: number }> => {
  let [ofPlain, ofSealed] = [0, 0];
  for (const group of inGroups(described(revision), AT_ONCE)) {
    ofPlain += await seconds(() => appendAll(plain, group));
    ofSealed += await seconds(() => appendAll(sealed, group));
  }
  return { ratio: ofPlain / ofSealed, rate: CLIENTS / ofSealed };
};

/** Seconds that it takes to read the log, opened or as stored. */
const readAll = (store: EmbeddedEventStore, sealed: boolean): Promise<number> =>
  seconds(async () => {
    for await (const { caughtUp } of store.subscribe({ after: 0, sealed })) if (caughtUp) return;
  });

const round = (number: number): Promise<Record<string, number>> =>
  inFolder(async (folder) => {
    const vault = new CachedKeyVault(new EmbeddedKeyVault(join(folder, 'vault.sqlite'), join(folder, 'register.sqlite')));
    const plain = new EmbeddedEventStore(join(folder, 'plain.sqlite'));
    const sealed = new EmbeddedEventStore(join(folder, 'sealed.sqlite'), new Codec({}, new Sealing(vault)));
    const first = await appended(0, plain, sealed);
    const further = await appended(1, plain, sealed);
    const [ofPlain, ofSealed, asStored] = [await readAll(plain, false), await readAll(sealed, false), await readAll(sealed, true)];
    for (const one of [plain, sealed, vault]) one.close();
    const measured = {
      first: first.ratio,
      firstRate: first.rate,
      further: further.ratio,
      furtherRate: further.rate,
      opened: ofPlain / ofSealed,
      openedRate: (2 * CLIENTS) / ofSealed,
      asStored: ofPlain / asStored,
    };
    progress(`round ${number}: ${JSON.stringify(measured)}, load ${load()}`);
    return measured;
  });

/** Personal data that is sealed on its way into the embedded log and opened on its way out, against the same events in clear. */
export const sealingBenchmark = async (): Promise<Result[]> => {
  const rounds: Record<string, number>[] = [];
  for (let number = 1; number <= ROUNDS; number++) rounds.push(await round(number));
  const middle = (name: string): number => median(rounds.map((one) => one[name]));
  return [
    result('append sealed, a new key for each event, 500 at a time, ratio to unsealed', middle('first')),
    result('the same, events/s', middle('firstRate')),
    result('append sealed with keys that are there, 500 at a time, ratio to unsealed', middle('further')),
    result('the same, events/s', middle('furtherRate')),
    result('replay of sealed events, opened, ratio to unsealed', middle('opened')),
    result('the same, events/s', middle('openedRate')),
    result('replay of sealed events, as stored, ratio to unsealed', middle('asStored')),
  ];
};
