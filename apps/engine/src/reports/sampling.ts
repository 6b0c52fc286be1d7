import { Subject } from '@boucle/clients';
import { uniformHash } from '@boucle/targeting';
import { LeftOut } from './left-out.js';

/** People who stand for everybody. */
export interface Sample {
  readonly people: readonly Subject[];
  /** How many there are in all. */
  readonly counted: number;
}

/** Those with the smallest hash of (seed, id), in order of id: everybody if they are few, the same ones in whatever order they come. */
export const sampleOf = async (
  people: AsyncIterable<readonly Subject[]>,
  size: number,
  seed: string,
  leftOut: LeftOut,
): Promise<Sample> => {
  let kept: { readonly subject: Subject; readonly hash: number }[] = [];
  let [counted, highest] = [0, 1];
  const shrink = (): void => {
    kept.sort((a, b) => a.hash - b.hash);
    kept = kept.slice(0, size);
    highest = kept.at(-1)?.hash ?? 1;
  };
  for await (const page of people) {
    for (const subject of leftOut.of(page)) {
      counted++;
      const hash = uniformHash(seed, 'sample', subject.clientId);
      if (hash < highest) kept.push({ subject, hash });
    }
    if (kept.length > 2 * size) shrink();
  }
  if (kept.length > size) shrink();
  const sampled = kept.map(({ subject }) => subject);
  return { people: sampled.sort((a, b) => (a.clientId < b.clientId ? -1 : 1)), counted };
};
