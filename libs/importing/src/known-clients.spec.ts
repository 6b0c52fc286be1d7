import fc from 'fast-check';
import { sha256, uuidv5 } from '@boucle/eventsourcing';
import { KnownClients } from './known-clients.js';

const lookupOf = (n: number): string => Buffer.from(sha256(String(n)), 'hex').toString('base64url');
const idOf = (n: number): string => uuidv5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', n);

const told = fc.record({ client: fc.nat(2000), records: fc.array(fc.nat(60), { maxLength: 3 }), forget: fc.boolean() });

it('knows who was met, up to where, and never lacks what was told', () => {
  fc.assert(
    fc.property(fc.array(told, { maxLength: 3000 }), fc.nat(100), (all, asked) => {
      const known = new KnownClients();
      const model = new Map<number, { revision: number; records: Set<string>; forgotten: boolean }>();
      all.forEach(({ client, records, forget }, revision) => {
        const names = records.map((n) => `purchase/${n}`);
        const before = model.get(client)?.records ?? [];
        model.set(client, { revision, records: new Set([...before, ...names]), forgotten: forget });
        known.remember(lookupOf(client), idOf(client), revision, names);
        if (forget) known.forget(lookupOf(client));
      });
      for (const [client, { revision, records, forgotten }] of model) {
        expect(known.of(lookupOf(client))).toBe(forgotten ? null : idOf(client));
        for (const record of records) expect(known.revisionWithout(lookupOf(client), [record])).toBeNull();
        const lacking = known.revisionWithout(lookupOf(client), [`purchase/${asked}`]);
        if (lacking !== null) expect({ lacking, has: records.has(`purchase/${asked}`) }).toEqual({ lacking: revision, has: false });
        if (records.size === 0) expect(known.revisionWithout(lookupOf(client), ['purchase/1'])).toBe(forgotten ? null : revision);
      }
      expect(known.of(lookupOf(2001))).toBeNull();
      expect(known.revisionWithout(lookupOf(2001), [])).toBeNull();
    }),
    { numRuns: 20 },
  );
});

it('keeps nobody whose id has another form', () => {
  const known = new KnownClients();
  known.remember(lookupOf(1), 'K-1', 4, []);
  expect(known.of(lookupOf(1))).toBeNull();
  expect(known.revisionWithout(lookupOf(1), [])).toBeNull();
});
