import { Destruction, everyDestruction, KeyVault } from '@boucle/eventsourcing';

/** A vault that holds nothing yet. */
export interface OpenedVault {
  readonly vault: KeyVault;
  close(): Promise<void>;
  /** The same keys through a new vault; an open one is closed first. */
  reopen(): Promise<KeyVault>;
}

const AT = '2026-03-01T09:00:00.000Z';

export const erased = (...subjects: string[]): Destruction[] => subjects.map((subject) => ({ subject, at: AT, by: 'key:officer' }));

export const registerOf = async (vault: KeyVault): Promise<Destruction[]> => {
  const all: Destruction[] = [];
  for await (const page of everyDestruction(vault)) all.push(...page);
  return all;
};

/** The same bytes, whichever class carries them. */
const bytes = (keys: ReadonlyMap<string, Uint8Array | null>): Record<string, string | null> =>
  Object.fromEntries([...keys].map(([subject, key]) => [subject, key && Buffer.from(key).toString('hex')]));

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

/** What every key vault keeps. */
export const keyVaultContract = (name: string, open: () => Promise<OpenedVault>): void => {
  describe(`${name}, as a key vault`, () => {
    let opened: OpenedVault;
    let vault: KeyVault;
    beforeEach(async () => {
      opened = await open();
      ({ vault } = opened);
    });
    afterEach(() => opened.close());

    const sealing = async (...subjects: string[]) => bytes(await vault.keysToSeal(subjects));
    const opening = async (...subjects: string[]) => bytes(await vault.keysToOpen(subjects));

    it('makes a key of 256 bits for each subject, another for each', async () => {
      const subjects = upTo(2500).map((n) => `client-${n}`);
      const keys = await sealing(...subjects);
      expect(Object.keys(keys).sort()).toEqual([...subjects].sort());
      expect(new Set(Object.values(keys)).size).toBe(2500);
      for (const key of Object.values(keys)) expect(key).toMatch(/^[0-9a-f]{64}$/);
    });

    it('gives the same key again, to seal and to open, also when it is opened again', async () => {
      const made = await sealing('client-a', 'client-b');
      expect(await sealing('client-b', 'client-a', 'client-a')).toEqual(made);
      expect(await opening('client-a', 'client-b')).toEqual(made);
      vault = await opened.reopen();
      expect(await opening('client-a', 'client-b')).toEqual(made);
      expect(await sealing('client-a', 'client-b')).toEqual(made);
    });

    it('gives all who ask at once for a new subject one and the same key', async () => {
      const answers = await Promise.all(upTo(50).map(() => sealing('client-a')));
      expect(new Set(answers.map((answer) => answer['client-a'])).size).toBe(1);
    });

    it('opens nothing that was never sealed, and makes no key for it', async () => {
      await sealing('client-a');
      expect(Object.keys(await opening('client-a', 'client-b'))).toEqual(['client-a']);
      expect(await opening('client-b')).toEqual({});
    });

    it('answers no subjects with no keys', async () => {
      expect([await sealing(), await opening()]).toEqual([{}, {}]);
    });

    it('destroys keys for good, and no other', async () => {
      const { 'client-b': kept } = await sealing('client-a', 'client-b', 'client-c');
      await vault.destroy(erased('client-a', 'client-c'));
      const after = { 'client-a': null, 'client-b': kept, 'client-c': null };
      expect(await opening('client-a', 'client-b', 'client-c')).toEqual(after);
      expect(await sealing('client-a', 'client-b', 'client-c')).toEqual(after);
      vault = await opened.reopen();
      expect(await sealing('client-a', 'client-b', 'client-c')).toEqual(after);
      expect(await opening('client-a', 'client-b', 'client-c')).toEqual(after);
    });

    it('never makes a key for who was erased before he had one', async () => {
      await vault.destroy(erased('client-a'));
      expect(await sealing('client-a')).toEqual({ 'client-a': null });
      expect(await opening('client-a')).toEqual({ 'client-a': null });
    });

    it('tells in its register who was erased, when and by whom, in order, once and as the first time', async () => {
      expect(await vault.register()).toEqual([]);
      await sealing('client-a');
      await vault.destroy(erased('client-b', 'client-a'));
      await vault.destroy([{ subject: 'client-a', at: '2027-01-01T00:00:00.000Z', by: 'key:other' }, ...erased('client-c')]);
      await vault.destroy(erased('client-b', 'client-c'));
      const told = erased('client-b', 'client-a', 'client-c');
      expect(await vault.register()).toEqual(told);
      expect(await vault.register(1, 1)).toEqual(told.slice(1, 2));
      expect(await vault.register(3)).toEqual([]);
      vault = await opened.reopen();
      expect(await registerOf(vault)).toEqual(told);
    });

    it('tells a long register a page at a time', async () => {
      const subjects = upTo(2345).map((n) => `client-${n}`);
      await vault.destroy(erased(...subjects));
      expect(await vault.register()).toHaveLength(1000);
      expect((await registerOf(vault)).map(({ subject }) => subject)).toEqual(subjects);
    });

    it('destroys nothing when told of nobody', async () => {
      const made = await sealing('client-a');
      await vault.destroy([]);
      expect(await opening('client-a')).toEqual(made);
      expect(await vault.register()).toEqual([]);
    });

    it('has one secret of 256 bits, which no destruction changes', async () => {
      const secrets = await Promise.all(upTo(10).map(() => vault.secret()));
      const hex = Buffer.from(secrets[0]).toString('hex');
      expect(hex).toMatch(/^[0-9a-f]{64}$/);
      expect(new Set(secrets.map((secret) => Buffer.from(secret).toString('hex')))).toEqual(new Set([hex]));
      await vault.destroy(erased('client-a'));
      vault = await opened.reopen();
      expect(Buffer.from(await vault.secret()).toString('hex')).toBe(hex);
    });
  });
};
