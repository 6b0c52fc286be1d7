import fc from 'fast-check';
import { sha256 } from '@boucle/eventsourcing';
import { Occurrences } from './occurrences.js';

it('counts what it has seen, however much it is', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 6000 }), (numbers) => {
      const occurrences = new Occurrences();
      const model = new Map<number, number>();
      for (const number of numbers) {
        const before = model.get(number) ?? 0;
        model.set(number, before + 1);
        expect(occurrences.next(Buffer.from(sha256(String(number)), 'hex').toString('base64url'))).toBe(before);
      }
      expect(occurrences.size).toBe(model.size);
    }),
    { numRuns: 20 },
  );
});
