import { openSync, readdirSync, readSync, closeSync } from 'node:fs';
import { join } from 'node:path';

const CHUNK = 8_000_000;
const LEAST = 5;

const withoutAccents = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '');

/** The middle of a text in base64, however it is shifted inside a longer one. */
const inBase64 = (text: string): string[] =>
  [0, 1, 2].map((shift) => {
    const coded = Buffer.from('x'.repeat(shift) + text).toString('base64');
    return coded.slice(shift === 0 ? 0 : 4, Math.floor((shift + Buffer.byteLength(text)) / 3) * 4);
  });

/** So much of a text that is cut in two is enough to know it by; in base64, which sealed data is full of, it takes more. */
const LEAST_HALF = { plain: 7, coded: 8 };

/** Wherever a text is cut in two, one of its halves stands there: databases put what does not fit on a page on another. Digits alone may be anything. */
const halves = (text: string, least: number): string[] => {
  const half = Math.ceil(text.length / 2);
  return half < least ? [] : [text.slice(0, half), text.slice(-half)].filter((part) => !/^\d+$/.test(part));
};

/** Every way in which a value may stand in a file: as it is, without accents, spaces or capitals, its digits alone, escaped, and all that in base64. */
export const spellings = (value: string): string[] => Object.values(spelled(value)).flat();

const spelled = (value: string): { readonly plain: string[]; readonly coded: string[] } => {
  const plain = [value, withoutAccents(value), JSON.stringify(value).slice(1, -1), encodeURIComponent(value)];
  const dense = plain.map((text) => text.replace(/[\s.,/()-]/g, ''));
  const cases = [...plain, ...dense].flatMap((text) => [text, text.toLowerCase(), text.toUpperCase()]);
  const digits = [value.replace(/\D/g, '')];
  const utf16 = Buffer.from(value, 'utf16le').toString('latin1');
  const all = [...cases, ...digits];
  const known = (texts: readonly string[]): string[] => [...new Set(texts)].filter(({ length }) => length >= LEAST);
  return { plain: known([...all.map((text) => Buffer.from(text).toString('latin1')), utf16]), coded: known(all.flatMap(inBase64)) };
};

/** What to look for, for a value not to be missed, whole or cut in two. */
const wantedOf = (value: string): string[] => {
  const { plain, coded } = spelled(value);
  const cut = [...plain.flatMap((text) => halves(text, LEAST_HALF.plain)), ...coded.flatMap((text) => halves(text, LEAST_HALF.coded))];
  return [...plain, ...coded, ...cut];
};

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

/** Tells which of many texts stand in some bytes, in one pass over them: what begins with none of their first three bytes is passed over. */
const finder = (wanted: readonly string[]): ((bytes: Buffer) => readonly string[]) => {
  const begins = new Uint8Array(1 << 24);
  const byBeginning = new Map<number, [text: string, bytes: Buffer][]>();
  for (const text of wanted) {
    const bytes = Buffer.from(text, 'latin1');
    const beginning = bytes.readUIntBE(0, 3);
    begins[beginning] = 1;
    byBeginning.set(beginning, [...(byBeginning.get(beginning) ?? []), [text, bytes]]);
  }
  return (bytes) => {
    const found = new Set<string>();
    for (let at = 2, beginning = bytes[0] * 256 + bytes[1]; at < bytes.length; at++) {
      beginning = ((beginning << 8) | bytes[at]) & 0xffffff;
      if (begins[beginning] === 0) continue;
      for (const [text, one] of byBeginning.get(beginning)!) if (bytes.subarray(at - 2, at - 2 + one.length).equals(one)) found.add(text);
    }
    return [...found];
  };
};

/** Where any of these texts stands under a folder, or half of one that is cut in two: "text in file". The engine on it must be closed. */
export const traces = (folder: string, values: readonly string[]): string[] => {
  const wanted = [...new Set(values.flatMap(wantedOf))];
  const find = finder(wanted);
  const overlap = Math.max(...wanted.map(({ length }) => length));
  const found = new Set<string>();
  for (const file of filesIn(folder)) {
    const descriptor = openSync(file, 'r');
    // what was read before stands before what is read now
    const buffer = Buffer.alloc(overlap + CHUNK);
    for (let kept = 0, read; (read = readSync(descriptor, buffer, kept, CHUNK, null)) > 0;) {
      const end = kept + read;
      for (const one of find(buffer.subarray(0, end))) found.add(`${one} in ${file.slice(folder.length + 1)}`);
      const from = Math.max(0, end - overlap);
      buffer.copy(buffer, 0, from, end);
      kept = end - from;
    }
    closeSync(descriptor);
  }
  return [...found].sort();
};
