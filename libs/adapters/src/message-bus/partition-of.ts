/** The 32 bit hash by which producers of Kafka choose partitions. */
const murmur2 = (data: Uint8Array): number => {
  const { length } = data;
  const whole = length & ~3;
  let hash = 0x9747b28c ^ length;
  for (let i = 0; i < whole; i += 4) {
    let k = Math.imul(data[i] | (data[i + 1] << 8) | (data[i + 2] << 16) | (data[i + 3] << 24), 0x5bd1e995);
    k = Math.imul(k ^ (k >>> 24), 0x5bd1e995);
    hash = Math.imul(hash, 0x5bd1e995) ^ k;
  }
  if (length > whole) {
    for (let i = length - 1; i >= whole; i--) hash ^= data[i] << (8 * (i - whole));
    hash = Math.imul(hash, 0x5bd1e995);
  }
  hash = Math.imul(hash ^ (hash >>> 13), 0x5bd1e995);
  return hash ^ (hash >>> 15);
};

/** The partition of a key, the same that Kafka's own clients choose. */
export const partitionOf = (key: string | Uint8Array, partitions: number): number =>
  (murmur2(typeof key === 'string' ? Buffer.from(key) : key) & 0x7fffffff) % partitions;
