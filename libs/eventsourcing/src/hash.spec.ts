import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { canonicalJson, lineHash, merkleTree, sha256, uuidv5 } from './hash.js';

const double = (bits: string): number => Buffer.from(bits, 'hex').readDoubleBE();
const anyJson = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

describe('canonical JSON', () => {
  // RFC 8785, appendix B
  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('prints the double %s as %s', (bits, text) => expect(canonicalJson(double(bits))).toBe(text));

  it('sorts keys by UTF-16 code unit (RFC 8785, section 3.2.3)', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    const inOrder = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
    expect(canonicalJson(value)).toBe(
      `{${inOrder.map((key) => `${JSON.stringify(key)}:${JSON.stringify(value[key as keyof typeof value])}`).join(',')}}`,
    );
  });

  it('prints the sample of RFC 8785, section 3.2.2', () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('says the same of the same content, whatever the order of its keys, and reads back as it', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (value === null || typeof value !== 'object') return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, item]) => [key, reversed(item)]),
      );
    };
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(value);
      }),
    );
  });

  it('leaves out what JSON leaves out', () => expect(canonicalJson({ a: undefined, b: [undefined, 1] })).toBe('{"b":[null,1]}'));
});

describe('name-based UUID', () => {
  const DNS = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

  it.each([
    // RFC 9562, appendix A.4
    ['www.example.com', '2ed6657d-e927-568b-95e1-2665a8aea6a2'],
    // Python, uuid.uuid5
    ['python.org', '886313e1-3b8a-5372-9b90-0c9aee199e5d'],
  ])('of %s is %s', (name, uuid) => expect(uuidv5(DNS, name)).toBe(uuid));

  it('tells apart how a name is divided into parts', () => {
    const ids = [uuidv5(DNS, 'ab', 'c'), uuidv5(DNS, 'a', 'bc'), uuidv5(DNS, 'abc'), uuidv5(DNS, 'ab', 'c', ''), uuidv5(DNS, 'ab', 1)];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has the version and the variant of RFC 9562 for any name', () => {
    const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (name) => shape.test(uuidv5(DNS, name))));
  });
});

describe('line hash', () => {
  it('is the SHA-256 of the lines, each ended', () => {
    const hash = lineHash();
    for (const line of ['ab', '', 'é']) hash.add(line);
    expect(hash.digest()).toBe(sha256('ab\n\né\n'));
  });

  it('agrees with the published digest of nothing and of abc (FIPS 180-4)', () => {
    expect(lineHash().digest()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('Merkle tree', () => {
  const rootOf = (lines: readonly string[]): string => {
    const tree = merkleTree();
    for (const line of lines) tree.add(line);
    return tree.root();
  };

  // the tree of RFC 6962 and RFC 9162 in the tests of Certificate Transparency, over 0 to 8 entries
  const entries = ['', '\u0000', '\u0010', ' !', '01', '@ABC', 'PQRSTUVW', '`abcdefghijklmno'];
  it.each([
    [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
    [4, 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
    [5, '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
    [6, '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
    [7, 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ])('over the first %d entries has the published root %s', (count, root) => expect(rootOf(entries.slice(0, count))).toBe(root));

  it('has the root of the recursive definition (RFC 9162, section 2.1.1)', () => {
    const digest = (...parts: (Buffer | string)[]): Buffer =>
      parts.reduce<ReturnType<typeof createHash>>((hash, part) => hash.update(part), createHash('sha256')).digest();
    const definition = (lines: readonly string[]): Buffer => {
      if (lines.length === 0) return digest();
      if (lines.length === 1) return digest(Buffer.of(0), lines[0]);
      let split = 1;
      while (split * 2 < lines.length) split *= 2;
      return digest(Buffer.of(1), definition(lines.slice(0, split)), definition(lines.slice(split)));
    };
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 70 }), (lines) => {
        expect(rootOf(lines)).toBe(definition(lines).toString('hex'));
      }),
    );
  });

  it('may be asked for the root in between', () => {
    const tree = merkleTree();
    tree.add('a');
    tree.root();
    tree.add('b');
    expect(tree.root()).toBe(rootOf(['a', 'b']));
  });
});
