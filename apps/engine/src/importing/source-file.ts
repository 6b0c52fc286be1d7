import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { Encoding, MappingError } from '@boucle/importing';

/** What a file shows before its rows are read. */
export interface SourceFile {
  readonly path: string;
  /** Of what it holds, unpacked. */
  readonly sha256: string;
  readonly bytes: number;
  /** By its byte order mark; null: it has none. */
  readonly mark: Encoding | null;
  /** Every byte of it can be UTF-8. */
  readonly isUtf8: boolean;
  /** The bytes that it begins with. */
  readonly beginning: Buffer;
}

const BEGINNING = 65_536;
const GZIP = Buffer.from([0x1f, 0x8b]);
/** Text shrinks to a twentieth or so; a bomb to much less. */
const MOST_UNPACKED = 200;
const UNSUSPICIOUS = 10_000_000;

const startsWith = (bytes: Buffer, ...wanted: number[]): boolean => wanted.every((byte, i) => bytes[i] === byte);

const markOf = (bytes: Buffer): Encoding | null =>
  startsWith(bytes, 0xef, 0xbb, 0xbf)
    ? 'utf-8'
    : startsWith(bytes, 0xff, 0xfe)
      ? 'utf-16le'
      : startsWith(bytes, 0xfe, 0xff)
        ? 'utf-16be'
        : null;

const firstBytes = async (path: string): Promise<Buffer> => {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
};

/** The bytes of a file, unpacked where it is packed with gzip. */
export async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  const packed = (await firstBytes(path)).subarray(0, 2).equals(GZIP);
  const input = createReadStream(path, { highWaterMark: 1 << 18 });
  try {
    if (!packed) {
      yield* input as AsyncIterable<Buffer>;
      return;
    }
    const gunzip = createGunzip();
    input.on('error', (error) => gunzip.destroy(error));
    let unpacked = 0;
    for await (const bytes of input.pipe(gunzip) as AsyncIterable<Buffer>) {
      unpacked += bytes.length;
      if (unpacked > Math.max(UNSUSPICIOUS, MOST_UNPACKED * input.bytesRead))
        throw new MappingError(`${path} holds more than ${MOST_UNPACKED} times what it is: it is no data; unpack it and look`);
      yield bytes;
    }
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code?.startsWith('Z_')) throw error;
    throw new MappingError(`${path} cannot be unpacked (${(error as Error).message}): pack it again`);
  } finally {
    input.destroy();
  }
}

/** Reads a whole file once: what is wrong with it is known before anything is written. */
export const inspected = async (path: string): Promise<SourceFile> => {
  if ((await stat(path)).isDirectory()) throw new MappingError(`${path} is a folder: name a file in it, or a mapping that names several`);
  const sum = createHash('sha256');
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  let [bytes, isUtf8, beginning] = [0, true, Buffer.alloc(0)];
  for await (const chunk of bytesOf(path)) {
    sum.update(chunk);
    bytes += chunk.length;
    if (beginning.length < BEGINNING) beginning = Buffer.concat([beginning, chunk.subarray(0, BEGINNING - beginning.length)]);
    if (isUtf8)
      try {
        utf8.decode(chunk, { stream: true });
      } catch {
        isUtf8 = false;
      }
  }
  if (isUtf8)
    try {
      utf8.decode();
    } catch {
      isUtf8 = false;
    }
  return { path, sha256: sum.digest('hex'), bytes, mark: markOf(beginning), isUtf8, beginning };
};

/** How a file is written: as its mark says, as the mapping says, or in UTF-8 if all of it can be. */
export const encodingOf = ({ path, mark, isUtf8, beginning }: SourceFile, stated: Encoding | undefined): Encoding => {
  if (mark) return mark;
  if (stated === 'utf-8' && !isUtf8)
    throw new MappingError(`${path} is not in UTF-8: state format.encoding in the mapping, for example windows-1252`);
  if (stated) return stated;
  if (beginning.includes(0)) throw new MappingError(`${path} is no text, or one in UTF-16: state format.encoding in the mapping`);
  if (isUtf8) return 'utf-8';
  throw new MappingError(
    `${path} is not in UTF-8: state format.encoding in the mapping; windows-1252 is what spreadsheets of western Europe write`,
  );
};

/** The text of a file, without the mark at its beginning. */
export async function* textOf(path: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const bytes of bytesOf(path)) {
    const text = decoder.decode(bytes, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}
