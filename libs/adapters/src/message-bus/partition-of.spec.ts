import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { partitionOf } from './partition-of.js';

describe('The partition of a key', () => {
  // from the tests of Kafka's own Java client
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('is the one that Java chooses for %s', (key, hash) => {
    expect(partitionOf(key, 2 ** 31)).toBe(hash & 0x7fffffff);
    expect(partitionOf(key, 12)).toBe((hash & 0x7fffffff) % 12);
  });

  it('is the one that the driver would choose, for any key', () => {
    const driver = Partitioners.DefaultPartitioner();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 50 }), (key, partitions) => {
        const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
          ...{ partitionId, partitionErrorCode: 0, leader: 1, replicas: [1], isr: [1] },
        }));
        expect(partitionOf(key, partitions)).toBe(driver({ topic: 't', partitionMetadata, message: { key, value: null } }));
        expect(partitionOf(Buffer.from(key), partitions)).toBe(partitionOf(key, partitions));
      }),
    );
  });
});
