import {
  Cause,
  Codec,
  commandHandling,
  ConcurrencyError,
  Decider,
  DomainError,
  Message,
  Outcome,
  Seal,
  Upcasters,
  uuidv5,
} from '@boucle/eventsourcing';
import { append, history, NOW, openStores, Stores } from '../../test/folder.js';

class Deposit {
  constructor(
    readonly account: string,
    readonly amount: number,
  ) {}
}
class Withdraw {
  constructor(
    readonly account: string,
    readonly amount: number,
  ) {}
}
class Close {
  constructor(readonly account: string) {}
}
type AccountEvent =
  /** Money came in. */
  | Message<'Deposited', { account: string; amount: number; at: string }>
  /** Money went out. */
  | Message<'Withdrawn', { account: string; amount: number }>
  /** No more of it. */
  | Message<'Closed', { account: string }>
  /** Somebody was told. */
  | Message<'Told', { account: string }>;

interface Account {
  balance: number;
  closed: boolean;
  lastAt: string;
}
let decisions = 0;
const accounts: Decider<Account, { Deposit: typeof Deposit; Withdraw: typeof Withdraw; Close: typeof Close }, AccountEvent> = {
  commands: { Deposit, Withdraw, Close },
  stream: ({ account }) => `account-${account}`,
  initial: { balance: 0, closed: false, lastAt: '' },
  decide: {
    Deposit: (_, { account, amount }, now) => {
      decisions++;
      return [{ type: 'Deposited', data: { account, amount, at: now } }];
    },
    Withdraw: ({ balance }, { account, amount }) => {
      if (balance < amount) throw new DomainError('too-little', `There is ${balance}`);
      return [{ type: 'Withdrawn', data: { account, amount } }];
    },
    Close: ({ closed }, { account }) => {
      if (closed) return [];
      return [
        { type: 'Closed', data: { account } },
        { type: 'Told', data: { account } },
      ];
    },
  },
  evolve: {
    Deposited: (account, { amount }, occurredAt) => ({ ...account, balance: account.balance + amount, lastAt: occurredAt }),
    Withdrawn: (account, { amount }) => ({ ...account, balance: account.balance - amount }),
    Closed: (account) => ({ ...account, closed: true }),
    Told: (account) => account,
  },
};

const cause = (id: string, more: Partial<Cause> = {}): Cause => ({
  id: uuidv5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', id),
  correlationId: 'c',
  now: NOW,
  actor: 'test',
  ...more,
});
const order = (command: object, id: string, more: Partial<Cause> = {}) => ({ command, cause: cause(id, more) });
const outcomes = (results: readonly (Outcome | Error)[]): string[] =>
  results.map((result) =>
    result instanceof DomainError ? result.code : result instanceof Error ? result.name : result.events.map(({ type }) => type).join('+'),
  );
const balance = (result: Outcome | Error): unknown => (result as { state?: Account }).state?.balance;

describe('command handling', () => {
  let stores: Stores;
  beforeEach(() => {
    stores = openStores();
    decisions = 0;
  });
  afterEach(() => stores.close());

  it('reads, folds, decides and appends', async () => {
    const { handle } = commandHandling(stores.log);
    await append(stores.log, 'account-a', { type: 'Deposited', data: { account: 'a', amount: 5, at: NOW } });
    const outcome = await handle(accounts, order(new Withdraw('a', 2), 'x', { correlationId: 'first', actor: 'teller' }));
    expect(outcome).toMatchObject({ stream: 'account-a', revision: 1, position: 2, state: { balance: 3 } });
    const [, event] = await history(stores.log);
    expect(event).toMatchObject({
      type: 'Withdrawn',
      data: { account: 'a', amount: 2 },
      stream: 'account-a',
      revision: 1,
      metadata: { schemaVersion: 1, occurredAt: NOW, correlationId: 'first', causationId: cause('x').id, actor: 'teller' },
    });
  });

  it('writes the schema version of the upcasters', async () => {
    const upcasters: Upcasters = { Deposited: [(past: object) => past, (past: object) => past] };
    stores.close();
    stores = openStores(new Codec(upcasters));
    await commandHandling(stores.log, upcasters).handle(accounts, order(new Deposit('a', 1), 'x'));
    expect((await history(stores.log))[0].metadata.schemaVersion).toBe(3);
  });

  it('throws what the rule throws, and writes nothing', async () => {
    const { handle } = commandHandling(stores.log);
    await expect(handle(accounts, order(new Withdraw('a', 2), 'x'))).rejects.toMatchObject({ name: 'DomainError', code: 'too-little' });
    expect(await stores.log.head()).toBe(0);
  });

  it('answers a repeated command with no events, at the place of the stream', async () => {
    const { handle } = commandHandling(stores.log);
    await handle(accounts, order(new Close('a'), 'x'));
    expect(await handle(accounts, order(new Close('a'), 'y'))).toMatchObject({
      events: [],
      revision: 1,
      position: 2,
      state: { closed: true },
    });
    expect(await stores.log.head()).toBe(2);
  });

  it('tells whether a command has happened already, and writes nothing', async () => {
    const { handle, repeated } = commandHandling(stores.log);
    expect(await repeated(accounts, order(new Close('a'), 'x'))).toBeNull();
    expect(await repeated(accounts, order(new Withdraw('a', 2), 'x'))).toBeNull();
    expect(await stores.log.head()).toBe(0);
    const done = await handle(accounts, order(new Close('a'), 'x'));
    expect(await repeated(accounts, order(new Close('a'), 'y'))).toEqual({ ...done, events: [] });
  });

  it('gives the same ids to the same cause, and others to any other', async () => {
    const ids = async (...orders: { command: object; cause: Cause }[]): Promise<string[]> => {
      const fresh = openStores();
      await commandHandling(fresh.log).handleMany(accounts, orders);
      const found = (await history(fresh.log)).map(({ metadata }) => metadata.id);
      fresh.close();
      return found;
    };
    const [closed, told] = await ids(order(new Close('a'), 'x'));
    expect(await ids(order(new Close('a'), 'x'))).toEqual([closed, told]);
    const more = [
      ...(await ids(order(new Close('a'), 'y'))),
      ...(await ids(order(new Close('b'), 'x'))),
      ...(await ids(order(new Deposit('a', 1), 'x'))),
      ...(await ids(order(new Close('a'), 'x', { key: 'twice' }))),
    ];
    expect(new Set([closed, told, ...more]).size).toBe(9);
  });

  it('decides again when somebody else was quicker', async () => {
    const { handleMany } = commandHandling(stores.log);
    const other = commandHandling(stores.log);
    await handleMany(accounts, [order(new Deposit('a', 10), '0')]);
    const results = await Promise.all(
      [handleMany, other.handleMany].flatMap((handle, n) =>
        [1, 2, 3].map((i) => handle(accounts, [order(new Withdraw('a', 3), `${n}.${i}`)])),
      ),
    );
    expect(outcomes(results.flat()).sort()).toEqual(['Withdrawn', 'Withdrawn', 'Withdrawn', 'too-little', 'too-little', 'too-little']);
    expect((await history(stores.log)).filter(({ type }) => type === 'Withdrawn')).toHaveLength(3);
  });

  it('gives up after ten attempts', async () => {
    const { handle } = commandHandling(stores.log);
    const { log } = stores;
    const { append: original } = log;
    let attempts = 0;
    // another writer is quicker each time
    log.append = async function (stream, revision, events) {
      attempts++;
      const quicker = { ...events[0], metadata: { ...events[0].metadata, id: `quicker-${attempts}` } };
      await original.call(this, stream, revision, [quicker]);
      return original.call(this, stream, revision, events);
    };
    const error = await handle(accounts, order(new Deposit('a', 1), 'x')).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConcurrencyError);
    expect(error).toMatchObject({ stream: 'account-a', expected: 8, actual: 9 });
    expect(attempts).toBe(10);
    expect(decisions).toBe(10);
    log.append = original;
    expect(await handle(accounts, order(new Deposit('a', 1), 'y'))).toMatchObject({ revision: 10, state: { balance: 11 } });
  });

  it('tells any other failure of the store to all the commands of that stream, and to no other', async () => {
    const { handleMany } = commandHandling(stores.log);
    const { append: original } = stores.log;
    stores.log.append = async function (stream, revision, events) {
      if (stream === 'account-b') throw new Error('no disk');
      return original.call(this, stream, revision, events);
    };
    const results = await handleMany(accounts, [
      order(new Deposit('b', 1), '1'),
      order(new Deposit('a', 1), '2'),
      order(new Withdraw('b', 5), '3'),
    ]);
    expect(results[0]).toMatchObject({ message: 'no disk' });
    expect(balance(results[1])).toBe(1);
    expect(results[2]).toMatchObject({ message: 'no disk' });
  });

  describe('of many', () => {
    it('keeps the order of outcomes, lets commands of one stream see each other, and none spoils the others', async () => {
      const { handleMany } = commandHandling(stores.log);
      const results = await handleMany(accounts, [
        order(new Deposit('a', 5), '1'),
        order(new Withdraw('b', 1), '2'),
        order(new Withdraw('a', 3), '3'),
        order(new Withdraw('a', 3), '4'),
        order(new Deposit('b', 7), '5'),
        order({ account: 'a' }, '6'),
        order(new Close('a'), '7'),
        order(new Close('a'), '8'),
      ]);
      expect(outcomes(results)).toEqual([
        'Deposited',
        'too-little',
        'Withdrawn',
        'too-little',
        'Deposited',
        'TypeError',
        'Closed+Told',
        '',
      ]);
      expect([balance(results[0]), balance(results[2]), balance(results[4]), balance(results[7])]).toEqual([5, 2, 7, 2]);
      const types = async (stream: string) => (await stores.log.read(stream)).map(({ type }) => type);
      expect(await types('account-a')).toEqual(['Deposited', 'Withdrawn', 'Closed', 'Told']);
      expect(await types('account-b')).toEqual(['Deposited']);
    });

    it('answers nothing to nothing', async () => expect(await commandHandling(stores.log).handleMany(accounts, [])).toEqual([]));

    it('repeated as a whole writes nothing new where the rules say so', async () => {
      const { handleMany } = commandHandling(stores.log);
      const orders = Array.from({ length: 300 }, (_, n) => order(new Close(`${n}`), `${n}`));
      await handleMany(accounts, orders);
      const head = await stores.log.head();
      const again = await handleMany(accounts, orders);
      expect(outcomes(again).every((types) => types === '')).toBe(true);
      expect(await stores.log.head()).toBe(head);
    });
  });

  describe('what a sender takes a stream to be', () => {
    const assuming = (balance: number, revision: number) => ({ assumed: { state: { balance, closed: false, lastAt: '' }, revision } });
    const past: AccountEvent = { type: 'Deposited', data: { account: 'a', amount: 5, at: NOW } };

    it('is decided on without reading the stream', async () => {
      const { handleMany } = commandHandling(stores.log);
      await append(stores.log, 'account-a', past);
      const read = jest.spyOn(stores.log, 'read');
      const orders = [order(new Withdraw('a', 2), '1'), order(new Withdraw('a', 1), '2')].map((one) => ({ ...one, ...assuming(5, 0) }));
      expect(await handleMany(accounts, orders)).toMatchObject([{ revision: 2, state: { balance: 3 } }, { state: { balance: 2 } }]);
      expect(read).not.toHaveBeenCalled();
    });

    it('counts for nothing once somebody else has written', async () => {
      const { handle } = commandHandling(stores.log);
      await append(stores.log, 'account-a', past, { type: 'Withdrawn', data: { account: 'a', amount: 4 } });
      const withdraw = { ...order(new Withdraw('a', 2), '1'), ...assuming(5, 0) };
      await expect(handle(accounts, withdraw)).rejects.toMatchObject({ code: 'too-little' });
      const less = { ...order(new Withdraw('a', 1), '2'), ...assuming(5, 0) };
      expect(await handle(accounts, less)).toMatchObject({ revision: 2, state: { balance: 0 } });
    });

    it('counts for nothing where nothing would be written that holds it against the log', async () => {
      const { handle } = commandHandling(stores.log);
      await append(stores.log, 'account-a', past);
      const close = { ...order(new Close('a'), '1'), assumed: { state: { closed: true }, revision: 0 } };
      expect(await handle(accounts, close)).toMatchObject({ revision: 2, state: { closed: true, balance: 5 } });
      await append(stores.log, 'account-b', past);
      const withdraw = { ...order(new Withdraw('b', 5), '2'), ...assuming(4, 0) };
      expect(await handle(accounts, withdraw)).toMatchObject({ revision: 1, state: { balance: 0 } });
    });

    it('counts for nothing where what follows from it cannot be sealed', async () => {
      const refusing: Seal = {
        seal: (_, events) => {
          if (events.some(({ type }) => type === 'Withdrawn')) throw new DomainError('erased', 'Its key is gone');
          return events;
        },
        open: (events) => events,
      };
      stores.close();
      stores = openStores(new Codec({}, refusing));
      const withdraw = { ...order(new Withdraw('a', 2), '1'), ...assuming(5, -1) };
      await expect(commandHandling(stores.log).handle(accounts, withdraw)).rejects.toMatchObject({ code: 'too-little' });
    });

    it('counts for nothing where a command beside it was sent without', async () => {
      const { handleMany } = commandHandling(stores.log);
      await append(stores.log, 'account-a', past);
      const orders = [{ ...order(new Withdraw('a', 1), '1'), ...assuming(9, 0) }, order(new Withdraw('a', 6), '2')];
      expect(await handleMany(accounts, orders)).toMatchObject([{ state: { balance: 4 } }, { code: 'too-little' }]);
    });
  });

  describe('the remembered state', () => {
    it('never decides without what another writer has appended', async () => {
      const { handle } = commandHandling(stores.log);
      await handle(accounts, order(new Deposit('a', 5), '1'));
      await append(stores.log, 'account-a', { type: 'Withdrawn', data: { account: 'a', amount: 4 } });
      await expect(handle(accounts, order(new Withdraw('a', 2), '2'))).rejects.toMatchObject({ code: 'too-little' });
      await append(stores.log, 'account-a', { type: 'Deposited', data: { account: 'a', amount: 1, at: NOW } });
      expect(await handle(accounts, order(new Withdraw('a', 2), '3'))).toMatchObject({ revision: 3, state: { balance: 0 } });
    });

    it('is what the log holds, also when two retries of one request run at once', async () => {
      const { handle } = commandHandling(stores.log);
      // one idempotency key, two wall clocks
      const retries = ['2026-03-01T10:00:01.000Z', '2026-03-01T10:00:02.000Z'].map((now) => order(new Deposit('a', 5), 'key', { now }));
      await Promise.all(retries.map((retry) => handle(accounts, retry)));
      const [event] = await stores.log.read('account-a');
      const { state } = await handle(accounts, order(new Close('a'), 'later'));
      expect(state).toMatchObject({ balance: 5, lastAt: event.metadata.occurredAt });
      const { state: afresh } = await commandHandling(stores.log).handle(accounts, order(new Close('a'), 'even-later'));
      expect(afresh).toEqual(state);
    });

    it('is forgotten for the longest unused streams, not for good', async () => {
      const { handleMany, handle } = commandHandling(stores.log);
      await handleMany(
        accounts,
        Array.from({ length: 2500 }, (_, n) => order(new Deposit(`${n}`, n), `${n}`)),
      );
      for (const n of [0, 1, 499, 500, 2499])
        expect(await handle(accounts, order(new Withdraw(`${n}`, n), 'w'))).toMatchObject({ state: { balance: 0 } });
    });
  });
});
