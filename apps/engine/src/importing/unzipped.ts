import { createReadStream } from 'node:fs';
import { Unzip, UnzipInflate } from 'fflate';
import { MappingError } from '@boucle/importing';

/** Bytes read at once; what they unpack to is in memory. */
const AT_ONCE = 16_384;
/** Sheets shrink to a twentieth or so; a bomb to much less. */
const MOST_UNPACKED = 200;
const UNSUSPICIOUS = 10_000_000;

/** A piece of a file in an archive. */
export interface Piece {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The files of a ZIP archive whose names match, piece by piece in the order in which they stand; a bomb is refused. */
export async function* unzipped(path: string, wanted: (name: string) => boolean): AsyncGenerator<Piece> {
  let pieces: Piece[] = [];
  let [read, unpacked] = [0, 0];
  let failure: Error | null = null;
  const unfinished = new Set<string>();
  const unzip = new Unzip((file) => {
    if (!wanted(file.name)) return;
    unfinished.add(file.name);
    file.ondata = (error, bytes, last) => {
      if (last) unfinished.delete(file.name);
      if (error) failure = error;
      else pieces.push({ name: file.name, bytes });
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  const push = (bytes: Uint8Array, last: boolean): Piece[] => {
    pieces = [];
    try {
      unzip.push(bytes, last);
    } catch (error) {
      failure = error as Error;
    }
    if (failure) throw new MappingError(`${path} cannot be unpacked (${failure.message}): save it again`);
    for (const piece of pieces) unpacked += piece.bytes.length;
    if (unpacked > Math.max(UNSUSPICIOUS, MOST_UNPACKED * read))
      throw new MappingError(`${path} holds more than ${MOST_UNPACKED} times what it is: it is no sheet; save it as CSV`);
    return pieces;
  };
  const input = createReadStream(path, { highWaterMark: AT_ONCE });
  try {
    for await (const bytes of input as AsyncIterable<Buffer>) {
      read += bytes.length;
      yield* push(bytes, false);
    }
    yield* push(new Uint8Array(), true);
    if (unfinished.size > 0) throw new MappingError(`${path} breaks off: send or save it again`);
  } finally {
    input.destroy();
  }
}
