import fc from 'fast-check';
import { readTraceparent, spanIdOf, traceIdOf } from './ids.js';

const hex = (length: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((digits) => digits.join(''))
    .filter((digits) => /[^0]/.test(digits));

describe('the ids of a trace', () => {
  const uuid = '0b5c9a52-8d3e-4f6a-9b1c-2d3e4f5a6b7c';

  it('are the UUID that everything carries already', () => {
    expect(traceIdOf(uuid)).toBe('0b5c9a528d3e4f6a9b1c2d3e4f5a6b7c');
    expect(traceIdOf(uuid.toUpperCase())).toBe(traceIdOf(uuid));
    expect(spanIdOf(uuid)).toBe('0b5c9a528d3e4f6a');
  });

  it('are valid and always the same, whatever the id', () =>
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.uuid(), fc.constant('00000000-0000-0000-0000-000000000000')), (id) => {
        expect(traceIdOf(id)).toMatch(/^(?!0{32})[\da-f]{32}$/);
        expect(spanIdOf(id)).toMatch(/^(?!0{16})[\da-f]{16}$/);
        expect([traceIdOf(id), spanIdOf(id)]).toEqual([traceIdOf(id), spanIdOf(id)]);
      }),
    ));

  it('of a caller become the correlation id, and come back unchanged', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          hex(32),
          hex(16).map((half) => half.padStart(32, '0')),
        ),
        hex(16),
        hex(2),
        (trace, span, flags) => {
          const read = readTraceparent(`00-${trace}-${span}-${flags}`)!;
          expect(read.parentSpanId).toBe(span);
          expect(traceIdOf(read.correlationId)).toBe(trace);
        },
      ),
    ));

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['another version that forbids it', `ff-${'a'.repeat(32)}-${'b'.repeat(16)}-01`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`],
    ['a span of zeros', `00-${'a'.repeat(32)}-${'0'.repeat(16)}-01`],
    ['capitals', `00-${'A'.repeat(32)}-${'b'.repeat(16)}-01`],
    ['something else', 'Müller, Hauptstraße 1'],
  ])('are not read from %s', (_, header) => expect(readTraceparent(header)).toBeNull());
});
