/** Edits (insert, delete, replace a letter) from one word to the other, upper and lower case alike. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length];
}

/** The word that was probably meant, or null if none is near enough (a third of the letters, or two, but never all of them). */
export function nearest(word: string, words: readonly string[]): string | null {
  const spelt = word.trim().toLowerCase();
  const ranked = words
    .map((candidate) => ({ candidate, edits: distance(spelt.slice(0, 80), candidate.trim().toLowerCase().slice(0, 80)) }))
    .sort((a, b) => a.edits - b.edits);
  const near = Math.min(Math.max(2, spelt.length / 3), spelt.length - 1);
  return ranked.length > 0 && ranked[0].edits <= near ? ranked[0].candidate : null;
}

/** ` Did you mean "x"?`, or nothing. */
export const didYouMean = (word: string, words: readonly string[]): string => {
  const meant = nearest(word, words);
  return meant === null ? '' : ` Did you mean ${quoted(meant)}?`;
};

/** A value as an error message shows it: in quotes, at most sixty letters of it. */
export const quoted = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

/** Some values as an error message lists them: the first dozen, and how many more there are. */
export const listed = (values: readonly unknown[]): string =>
  values.slice(0, 12).map(quoted).join(', ') + (values.length > 12 ? ` and ${values.length - 12} more` : '');
