import { randomUUID } from 'node:crypto';
import {
  Batch,
  Codec,
  ConcurrencyError,
  EventStore,
  NewEvent,
  NO_STREAM,
  RecordedEvent,
  Seal,
  Subscription,
  Upcasters,
} from '@boucle/eventsourcing';

/** A store over an empty log of its own. */
export interface OpenedStore {
  readonly store: EventStore;
  close(): Promise<void>;
  /** The same log through a new store; an open one is closed first. */
  reopen(codec?: Codec): Promise<EventStore>;
}

export const newEvent = (type: string, data: object = {}, id: string = randomUUID(), schemaVersion = 1): NewEvent => ({
  type,
  data,
  metadata: { id, schemaVersion, occurredAt: '2026-01-05T09:00:00.000Z', correlationId: 'spring', causationId: 'plan', actor: 'contract' },
});

export const numbered = (type: string, count: number, from = 0): NewEvent[] =>
  Array.from({ length: count }, (_, n) => newEvent(type, { n: from + n }));

const rejection = async (promise: Promise<unknown>): Promise<unknown> => promise.then(() => null).catch((error: unknown) => error);

/** Reads until there is nothing left, and stops. */
const drain = async (store: EventStore, subscription: Subscription): Promise<Batch[]> => {
  const batches: Batch[] = [];
  for await (const batch of store.subscribe(subscription)) {
    batches.push(batch);
    if (batch.caughtUp) break;
  }
  return batches;
};

const eventsOf = (batches: readonly Batch[]): readonly RecordedEvent[] => batches.flatMap(({ events }) => events);
const numbersOf = (events: readonly RecordedEvent[]): unknown[] => events.map(({ data }) => (data as { n: unknown }).n);
const rising = (values: readonly number[]): boolean => values.every((value, i) => i === 0 || value > values[i - 1]);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** A wall that others can wait behind. */
const gate = (): { opened: Promise<void>; open: () => void } => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
};

const aborting = (): { signal: AbortSignal; abort: () => void } => {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
};

/** What every event store promises. */
export const eventStoreContract = (name: string, openStore: (codec?: Codec) => Promise<OpenedStore>): void => {
  describe(`${name} as an event store`, () => {
    const opened: OpenedStore[] = [];
    const open = async (codec?: Codec): Promise<OpenedStore> => {
      const one = await openStore(codec);
      opened.push(one);
      return one;
    };
    let store: EventStore;
    let start: number;
    let test: string;
    /** A stream of this test alone: on a server the log may hold more. */
    const own = (stream: string): string => `${stream}-${test}`;
    beforeEach(async () => {
      ({ store } = await open());
      start = await store.head();
      test = randomUUID();
    });
    afterEach(async () => {
      for (const { close } of opened.splice(0)) await close();
    });

    describe('append and read', () => {
      it('starts a stream and goes on with it', async () => {
        const first = await store.append(own('client-a'), NO_STREAM, numbered('Met', 2));
        expect(first.revision).toBe(1);
        const second = await store.append(own('client-a'), 1, numbered('Met', 1, 2));
        expect(second.revision).toBe(2);
        expect(second.position).toBeGreaterThan(first.position);
        const events = await store.read(own('client-a'));
        expect(numbersOf(events)).toEqual([0, 1, 2]);
        expect(events.map(({ revision }) => revision)).toEqual([0, 1, 2]);
        expect(events[1].position).toBe(first.position);
        expect(events[2].position).toBe(second.position);
      });

      it('gives back all that was said of an event, and when the log took it', async () => {
        const event = newEvent('Met', { clientId: 'a', tags: ['x', null], amount: -1.5e-7, nested: { yes: true } });
        const { position } = await store.append(own('client-a'), NO_STREAM, [event]);
        const [{ recordedAt, ...found }] = await store.read(own('client-a'));
        expect(found).toEqual({ ...event, stream: own('client-a'), revision: 0, position });
        expect(new Date(recordedAt).toISOString()).toBe(recordedAt);
      });

      it('knows nothing of an unknown stream', async () => expect(await store.read(own('client-nobody'))).toEqual([]));

      it('reads from a revision on, as many as asked for', async () => {
        await store.append(own('client-a'), NO_STREAM, numbered('Met', 10));
        await store.append(own('client-ab'), NO_STREAM, numbered('Met', 3, 100));
        expect(numbersOf(await store.read(own('client-a'), 7))).toEqual([7, 8, 9]);
        expect(numbersOf(await store.read(own('client-a'), 2, 3))).toEqual([2, 3, 4]);
        expect(numbersOf(await store.read(own('client-a'), 8, 100))).toEqual([8, 9]);
        expect(await store.read(own('client-a'), 10)).toEqual([]);
      });

      it.each([
        ['too low', 0],
        ['too high', 2],
        ['much too high', 50],
        ['that of no stream', NO_STREAM],
        ['any, which there is not', -2],
      ])('refuses a revision that is %s, and says both', async (_, expected) => {
        await store.append(own('client-a'), NO_STREAM, numbered('Met', 2));
        const error = await rejection(store.append(own('client-a'), expected, numbered('Met', 1)));
        expect(error).toBeInstanceOf(ConcurrencyError);
        expect(error).toMatchObject({ stream: own('client-a'), expected, actual: 1 });
        expect(await store.read(own('client-a'))).toHaveLength(2);
      });

      it('refuses a revision of a stream that does not exist', async () => {
        const error = await rejection(store.append(own('client-a'), 0, numbered('Met', 1)));
        expect(error).toMatchObject({ name: 'ConcurrencyError', stream: own('client-a'), expected: 0, actual: NO_STREAM });
        expect(await store.read(own('client-a'))).toEqual([]);
      });

      it('takes several events all or not at all', async () => {
        await store.append(own('client-a'), NO_STREAM, numbered('Met', 1));
        const head = await store.head();
        await rejection(store.append(own('client-a'), NO_STREAM, numbered('Met', 3, 1)));
        const unspeakable = [...numbered('Met', 2, 1), newEvent('Met', { amount: 1n })];
        expect(await rejection(store.append(own('client-a'), 0, unspeakable))).toBeInstanceOf(TypeError);
        expect(numbersOf(await store.read(own('client-a')))).toEqual([0]);
        expect(await store.head()).toBe(head);
      });

      it('lets nobody else suffer for an event that cannot be written', async () => {
        const [good, bad, other] = await Promise.allSettled([
          store.append(own('client-a'), NO_STREAM, numbered('Met', 1)),
          store.append(own('client-b'), NO_STREAM, [newEvent('Met', { n: 1n })]),
          store.append(own('client-c'), NO_STREAM, numbered('Met', 1)),
        ]);
        expect([good.status, bad.status, other.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect(await store.read(own('client-b'))).toEqual([]);
        expect(await store.read(own('client-c'))).toHaveLength(1);
      });

      it('keeps any text and any number that JSON can say', async () => {
        const data = {
          texts: ['Zoë Müller-Łukasz', '日本語', '🏴‍☠️👨‍👩‍👧', '\u0000\u001f"\\\u2028', "'; DROP TABLE log; --", ''],
          numbers: [0, 5e-324, 1.7976931348623157e308, Number.MAX_SAFE_INTEGER, -0.1],
          'clé 🗝': { 'a.b': null, __proto__x: false },
        };
        await store.append(own('client-a'), NO_STREAM, [newEvent('Met', data)]);
        expect((await store.read(own('client-a')))[0].data).toEqual(data);
      });

      it('keeps an event of nearly a megabyte', async () => {
        const data = { n: 0, letter: 'ß☎'.repeat(200_000) };
        await store.append(own('client-a'), NO_STREAM, [newEvent('Written', data)]);
        const [event] = await store.read(own('client-a'));
        expect(event.data).toEqual(data);
        const [streamed] = eventsOf(await drain(store, { after: start }));
        expect(streamed).toEqual(event);
      });
    });

    describe('the same append again', () => {
      it('answers as the first time, also when the stream has gone on', async () => {
        const first = [newEvent('Met', { n: 0 }), newEvent('Met', { n: 1 })];
        const second = [newEvent('Met', { n: 2 })];
        const answer = await store.append(own('client-a'), NO_STREAM, first);
        expect(await store.append(own('client-a'), NO_STREAM, first)).toEqual(answer);
        const next = await store.append(own('client-a'), 1, second);
        await store.append(own('client-a'), 2, numbered('Met', 1, 3));
        await store.append(own('client-b'), NO_STREAM, numbered('Met', 1));
        expect(await store.append(own('client-a'), NO_STREAM, first)).toEqual(answer);
        expect(await store.append(own('client-a'), 1, second)).toEqual(next);
        expect(numbersOf(await store.read(own('client-a')))).toEqual([0, 1, 2, 3]);
      });

      it('answers both of two at once alike', async () => {
        const events = numbered('Met', 2);
        const [one, two] = await Promise.all([
          store.append(own('client-a'), NO_STREAM, events),
          store.append(own('client-a'), NO_STREAM, events),
        ]);
        expect(two).toEqual(one);
        expect(await store.read(own('client-a'))).toHaveLength(2);
      });

      it.each<[string, (events: NewEvent[]) => NewEvent[]]>([
        ['one is another', ([a, b]) => [a, b, newEvent('Met')]],
        ['the first is another', ([, b, c]) => [newEvent('Met'), b, c]],
        ['the order is another', ([a, b, c]) => [a, c, b]],
        ['there is one more', (events) => [...events, newEvent('Met')]],
      ])('is another append if %s', async (_, changed) => {
        const events = numbered('Met', 3);
        await store.append(own('client-a'), NO_STREAM, events);
        const error = await rejection(store.append(own('client-a'), NO_STREAM, changed(events)));
        expect(error).toMatchObject({ name: 'ConcurrencyError', expected: NO_STREAM, actual: 2 });
        expect(await store.read(own('client-a'))).toHaveLength(3);
      });

      it('is another append at another place or in another stream', async () => {
        const events = numbered('Met', 2);
        await store.append(own('client-a'), NO_STREAM, events);
        expect(await rejection(store.append(own('client-a'), 0, events))).toBeInstanceOf(ConcurrencyError);
        expect(await store.append(own('client-b'), NO_STREAM, events)).toMatchObject({ revision: 1 });
        expect(await store.read(own('client-b'))).toHaveLength(2);
      });
    });

    describe('at once', () => {
      it('answers 256 appends to streams of their own, each in its order', async () => {
        const streams = upTo(256).map((n) => own(`client-${n}`));
        const write = async (stream: string): Promise<number[]> => {
          const positions: number[] = [];
          for (const revision of upTo(4)) {
            const events = numbered('Met', 2, revision * 2);
            const answer = await store.append(stream, revision * 2 - 1, events);
            expect(answer.revision).toBe(revision * 2 + 1);
            positions.push(answer.position);
          }
          return positions;
        };
        const answers = await Promise.all(streams.map(write));
        expect(answers.every(rising)).toBe(true);
        expect(new Set(answers.flat()).size).toBe(1024);
        const events = eventsOf(await drain(store, { after: start }));
        expect(rising(events.map(({ position }) => position))).toBe(true);
        for (const stream of streams) expect(numbersOf(events.filter((event) => event.stream === stream))).toEqual(upTo(8));
      });

      it('lets exactly one of many win a stream', async () => {
        await store.append(own('client-a'), NO_STREAM, numbered('Met', 1));
        const answers = await Promise.allSettled(upTo(20).map((n) => store.append(own('client-a'), 0, [newEvent('Won', { n })])));
        const winners = upTo(20).filter((n) => answers[n].status === 'fulfilled');
        expect(winners).toHaveLength(1);
        for (const answer of answers)
          if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ name: 'ConcurrencyError', expected: 0, actual: 1 });
        expect(numbersOf(await store.read(own('client-a'), 1))).toEqual(winners);
      });
    });

    describe('the head', () => {
      it('is the position of the newest event', async () => {
        const { position } = await store.append(own('client-a'), NO_STREAM, numbered('Met', 3));
        expect(await store.head()).toBe(position);
      });
    });

    describe('subscribe', () => {
      const scatter = async (count: number): Promise<RecordedEvent[]> => {
        for (const n of upTo(count))
          await store.append(own(`client-${n % 3}`), Math.floor(n / 3) - 1, numbered(n % 4 === 0 ? 'Rare' : 'Met', 1, n));
        return (await Promise.all(upTo(3).map((n) => store.read(own(`client-${n}`))))).flat().sort((a, b) => a.position - b.position);
      };

      it('gives the whole log in order, the events as read gives them', async () => {
        const written = await scatter(30);
        const batches = await drain(store, { after: start });
        expect(eventsOf(batches)).toEqual(written);
        expect(numbersOf(eventsOf(batches))).toEqual(upTo(30));
        expect(batches.at(-1)!.position).toBe(await store.head());
      });

      it('starts behind any position', async () => {
        const written = await scatter(12);
        for (const n of upTo(12)) {
          const batches = await drain(store, { after: written[n].position });
          expect(numbersOf(eventsOf(batches))).toEqual(upTo(12).slice(n + 1));
        }
      });

      it('gives only the types asked for, and passes the others', async () => {
        await scatter(13);
        await store.append(own('client-z'), NO_STREAM, numbered('Met', 5));
        const batches = await drain(store, { after: start, types: ['Rare', 'Unheard'] });
        expect(numbersOf(eventsOf(batches))).toEqual([0, 4, 8, 12]);
        expect(batches.at(-1)).toMatchObject({ position: await store.head(), caughtUp: true });
        const [nothing, ...more] = await drain(store, { after: start, types: ['Unheard'] });
        expect(nothing).toEqual({ events: [], position: await store.head(), caughtUp: true });
        expect(more).toEqual([]);
      });

      it('is caught up at the head at once', async () => {
        await store.append(own('client-a'), NO_STREAM, numbered('Met', 1));
        const head = await store.head();
        expect(await drain(store, { after: head })).toEqual([{ events: [], position: head, caughtUp: true }]);
      });

      it('never puts an event outside of the positions of its batch', async () => {
        await store.append(own('client-a'), NO_STREAM, numbered('Met', 3000));
        await store.append(own('client-a'), 2999, numbered('Rare', 3000, 3000));
        for (const types of [undefined, ['Rare'], ['Met']]) {
          let before = start;
          for (const { events, position } of await drain(store, { after: start, types })) {
            expect(events.every((event) => event.position > before && event.position <= position)).toBe(true);
            expect(position).toBeGreaterThan(before);
            before = position;
          }
          expect(before).toBe(await store.head());
        }
      });

      it('goes on with what is appended after it has caught up', async () => {
        await store.append(own('client-a'), NO_STREAM, numbered('Met', 2));
        const seen: unknown[] = [];
        let revision = 1;
        for await (const { events, caughtUp } of store.subscribe({ after: start, types: ['Met'] })) {
          seen.push(...numbersOf(events));
          if (seen.length === 6) break;
          if (!caughtUp || (events.length === 0 && seen.length !== 2)) continue;
          // one that is passed over, then one that is not
          await store.append(own(`other-${seen.length}`), NO_STREAM, numbered('Passed', 1));
          ({ revision } = await store.append(own('client-a'), revision, numbered('Met', 1, seen.length)));
        }
        expect(seen).toEqual(upTo(6));
      });

      it('moves its position over live events that are filtered out', async () => {
        const seen = gate();
        const passed: number[] = [];
        const { signal, abort } = aborting();
        const reading = (async () => {
          for await (const { events, position, caughtUp } of store.subscribe({ after: start, types: ['Rare'], signal })) {
            expect(events).toEqual([]);
            passed.push(position);
            if (position > start) return;
            if (caughtUp) seen.open();
          }
        })();
        await seen.opened;
        const { position } = await store.append(own('client-a'), NO_STREAM, numbered('Met', 1));
        await reading;
        abort();
        expect(passed.at(-1)).toBe(position);
      });

      it('waits for a slow reader, who gets everything in order and nothing twice', async () => {
        const total = 5000;
        const seen: unknown[] = [];
        let written = 0;
        const write = async (): Promise<void> => {
          while (written < total) {
            const answer = await store.append(own('client-a'), written - 1, numbered('Met', 500, written));
            written = answer.revision + 1;
          }
        };
        const writing = write();
        let inside = 0;
        for await (const { events } of store.subscribe({ after: start })) {
          inside++;
          expect(inside).toBe(1);
          const before = written;
          // as slow as the writer is quick: each batch waits until more was written
          while (written === before && written < total) await new Promise(setImmediate);
          seen.push(...numbersOf(events));
          inside--;
          if (seen.length >= total) break;
        }
        await writing;
        expect(seen).toEqual(upTo(total));
      });

      it('ends at once when aborted while it waits', async () => {
        const { signal, abort } = aborting();
        const caughtUp = gate();
        let batches = 0;
        const reading = (async () => {
          for await (const _ of store.subscribe({ after: start, signal })) {
            batches++;
            caughtUp.open();
          }
        })();
        await caughtUp.opened;
        await new Promise(setImmediate);
        abort();
        await reading;
        await store.append(own('client-a'), NO_STREAM, numbered('Met', 1));
        expect(batches).toBe(1);
      });

      it('gives no further batch when aborted while one is worked on', async () => {
        await store.append(own('client-a'), NO_STREAM, numbered('Met', 5000));
        const { signal, abort } = aborting();
        let batches = 0;
        for await (const _ of store.subscribe({ after: start, signal })) {
          batches++;
          abort();
        }
        expect(batches).toBe(1);
      });

      it('ends when aborted while the newest batch is worked on', async () => {
        await store.append(own('client-a'), NO_STREAM, numbered('Met', 1));
        const { signal, abort } = aborting();
        let batches = 0;
        for await (const { caughtUp } of store.subscribe({ after: start, signal })) {
          batches++;
          if (caughtUp) abort();
        }
        expect(batches).toBeGreaterThan(0);
      });

      it('gives nothing when aborted before', async () => {
        await store.append(own('client-a'), NO_STREAM, numbered('Met', 1));
        for await (const batch of store.subscribe({ after: start, signal: AbortSignal.abort() })) throw new Error(JSON.stringify(batch));
      });

      it('serves two readers, neither at the pace of the other', async () => {
        await store.append(own('client-a'), NO_STREAM, numbered('Met', 100));
        const held = gate();
        const slow: unknown[] = [];
        const slowly = (async () => {
          for await (const { events, caughtUp } of store.subscribe({ after: start })) {
            await held.opened;
            slow.push(...numbersOf(events));
            if (caughtUp) return;
          }
        })();
        const quick = eventsOf(await drain(store, { after: start }));
        expect(numbersOf(quick)).toEqual(upTo(100));
        expect(slow).toEqual([]);
        held.open();
        await slowly;
        expect(slow).toEqual(upTo(100));
      });
    });

    describe('opened again', () => {
      it('has kept all that was answered, and goes on', async () => {
        const { store: first, reopen } = await open();
        const events = numbered('Met', 3);
        const answer = await first.append(own('client-a'), NO_STREAM, events);
        const before = await first.read(own('client-a'));
        const again = await reopen();
        expect(await again.read(own('client-a'))).toEqual(before);
        expect(await again.head()).toBe(answer.position);
        expect(await again.append(own('client-a'), NO_STREAM, events)).toEqual(answer);
        const next = await again.append(own('client-a'), 2, numbered('Met', 1, 3));
        expect(next.position).toBeGreaterThan(answer.position);
        expect(numbersOf(eventsOf(await drain(again, { after: answer.position })))).toEqual([3]);
      });
    });

    describe('the codec', () => {
      const upcasters: Upcasters = {
        OfferAdded: [({ price }: { price: number }) => ({ amount: price * 100 }), (v2: { amount: number }) => ({ ...v2, currency: 'EUR' })],
      };

      it('brings events of every past schema to the current one, for readers and subscribers', async () => {
        const { store: past, reopen } = await open(new Codec({ OfferAdded: [() => ({}), () => ({})] }));
        await past.append(own('campaign-a'), NO_STREAM, [newEvent('OfferAdded', { amount: 300, currency: 'CHF' }, 'c', 3)]);
        const now = await reopen(new Codec(upcasters));
        await now.append(own('campaign-a'), 0, [
          newEvent('OfferAdded', { price: 1 }, 'a', 1),
          newEvent('OfferAdded', { amount: 200 }, 'b', 2),
        ]);
        const current = [
          { amount: 300, currency: 'CHF' },
          { amount: 100, currency: 'EUR' },
          { amount: 200, currency: 'EUR' },
        ];
        expect((await now.read(own('campaign-a'))).map(({ data }) => data)).toEqual(current);
        expect(eventsOf(await drain(now, { after: start })).map(({ data }) => data)).toEqual(current);
      });

      it('seals and opens each batch once, and what was sealed comes back', async () => {
        const calls: string[] = [];
        const turned = (text: string): string => [...text].reverse().join('');
        const turn = <E extends NewEvent | RecordedEvent>(event: E): E => ({
          ...event,
          data: { name: turned((event.data as { name: string }).name) },
        });
        const hooks: Seal = {
          seal: async (stream, events) => {
            calls.push(`seal ${events.length} of ${stream === own('client-a')}`);
            return events.map(turn);
          },
          open: async (events) => {
            if (events.length > 0) calls.push(`open ${events.length}`);
            return events.map(turn);
          },
        };
        const { store: sealed, reopen } = await open(new Codec({}, hooks));
        await sealed.append(own('client-a'), NO_STREAM, [newEvent('Named', { name: 'Ada' }), newEvent('Named', { name: 'Zoë' })]);
        expect((await sealed.read(own('client-a'))).map(({ data }) => data)).toEqual([{ name: 'Ada' }, { name: 'Zoë' }]);
        expect(eventsOf(await drain(sealed, { after: start })).map(({ data }) => data)).toEqual([{ name: 'Ada' }, { name: 'Zoë' }]);
        expect(calls).toEqual(['seal 2 of true', 'open 2', 'open 2']);
        const plain = await reopen();
        expect((await plain.read(own('client-a'))).map(({ data }) => data)).toEqual([{ name: 'adA' }, { name: 'ëoZ' }]);
      });

      it('appends nothing when sealing fails', async () => {
        const hooks: Seal = { seal: () => Promise.reject(new Error('no key')), open: (events) => Promise.resolve(events) };
        const { store: sealed } = await open(new Codec({}, hooks));
        await expect(sealed.append(own('client-a'), NO_STREAM, numbered('Named', 1))).rejects.toThrow('no key');
        expect(await sealed.read(own('client-a'))).toEqual([]);
      });
    });
  });
};
