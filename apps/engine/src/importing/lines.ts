import { MappingError } from '@boucle/importing';

/** The longest row: nothing that people write is longer. */
export const LONGEST_ROW = 1_000_000;

/** The lines of a text, however they end. */
export async function* linesOf(text: AsyncIterable<string>, path: string): AsyncGenerator<string> {
  let rest = '';
  let line = 0;
  for await (const piece of text) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop()!;
    for (const one of lines) {
      line++;
      yield one.endsWith('\r') ? one.slice(0, -1) : one;
    }
    if (rest.length > LONGEST_ROW)
      throw new MappingError(`${path}, row ${line + 1}: it has more than ${LONGEST_ROW} characters: is this a file of lines?`);
  }
  if (rest !== '') yield rest;
}
