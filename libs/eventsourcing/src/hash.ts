import { createHash, hash } from 'node:crypto';

export const sha256 = (text: string): string => hash('sha256', text);

/** A SHA-256 that is fed line by line. */
export interface LineHash {
  add(line: string): void;
  digest(): string;
}

export const lineHash = (): LineHash => {
  const sum = createHash('sha256');
  return {
    add: (line) => void sum.update(`${line}\n`),
    digest: () => sum.digest('hex'),
  };
};

/** The namespace of every id that Boucle derives. */
export const NAMESPACE = '6f1b7a52-0f0f-5c1e-9d55-0b0c1e5c0a11';

/** Of UTF-8 for a unit of a JavaScript text. */
const MOST_BYTES_PER_UNIT = 3;
const VARIANTS = '89ab';
const SCRATCH = Buffer.alloc(4096);

/** Name-based UUID, version 5 (RFC 9562, section 5.5) of the parts joined unambiguously. */
export const uuidv5 = (namespace: string, ...parts: (string | number)[]): string => {
  const name = parts.join('\u0000');
  const most = namespace.length + MOST_BYTES_PER_UNIT * name.length;
  const bytes = most <= SCRATCH.length ? SCRATCH : Buffer.allocUnsafe(most);
  const before = bytes.write(namespace.replaceAll('-', ''), 'hex');
  const hex = hash('sha1', bytes.subarray(0, before + bytes.write(name, before)));
  const variant = VARIANTS[parseInt(hex[16], 16) & 0x3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** Canonical JSON (RFC 8785): sorted keys by code unit, no white space, numbers as ECMAScript prints them. */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
};

/** A binary Merkle tree over lines, told apart from nodes by a prefix (RFC 9162, section 2.1), that holds only one hash per level. */
export interface MerkleTree {
  add(line: string): void;
  root(): string;
}

export const merkleTree = (): MerkleTree => {
  const hashOf = (...parts: (string | Buffer)[]): Buffer => {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
  const node = (left: Buffer, right: Buffer) => hashOf('\u0001', left, right);
  // Complete subtrees, the largest first; their sizes are the binary digits of the number of lines.
  const subtrees: { hash: Buffer; size: number }[] = [];
  return {
    add: (line) => {
      let added = { hash: hashOf('\u0000', line), size: 1 };
      while (subtrees.at(-1)?.size === added.size) added = { hash: node(subtrees.pop()!.hash, added.hash), size: added.size * 2 };
      subtrees.push(added);
    },
    root: () => {
      const hashes = subtrees.map(({ hash }) => hash);
      return (hashes.length > 0 ? hashes.reduceRight((right, left) => node(left, right)) : hashOf()).toString('hex');
    },
  };
};
