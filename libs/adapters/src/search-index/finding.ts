import { Hit, Hits, Indexing, Match, MATCHES, Way } from '@boucle/eventsourcing';
import { merged } from './merged.js';
import { CODE_LENGTH, codeOf, hashOf, MOST_OF_A_KEY, Posting, Reading, WordRow } from './rows.js';

/** Rows that one query looks at, then it answers what it has found so far. */
const MOST_ROWS = 20_000;
/** A short beginning stands for its most frequent words. */
const MOST_PREFIXED = 300;
const MOST_NEAR = 100;
const EARLIEST = -1e15;

/** A place in the results: the step of the search, and behind whom in its order. */
interface Place {
  readonly step: number;
  readonly late: number;
  readonly entry: number;
}

/** The place that a cursor stands for. */
export const placeOf = (cursor: string): Place => {
  const [step, late, entry] = cursor.split('.').map(Number);
  return { step, late, entry };
};

const isBefore = ([late, entry]: readonly number[], [otherLate, otherEntry]: readonly number[]): boolean =>
  late < otherLate || (late === otherLate && entry < otherEntry);

/** The words that may stand for one that was asked for, by their codes. */
interface Meant {
  /** By code: the place of the match in `MATCHES`. */
  readonly matches: ReadonlyMap<string, number>;
  readonly ids: readonly number[];
  /** Rows there are of them. */
  readonly uses: number;
  /** The worst match among them. */
  readonly worst: number;
}

/** One search over the ways, best matches first. */
export class Search {
  private rows = 0;
  private readonly found: Hit[] = [];
  private readonly entries = new Set<number>();
  private readonly known = new Map<string, Meant>();

  constructor(
    private readonly read: Reading,
    private readonly indexing: Pick<Indexing, 'nearness' | 'alike'>,
    private readonly ways: readonly Way[],
  ) {}

  find(from: Place | null, limit: number): Hits {
    for (let step = from?.step ?? 0; step < MATCHES.length * this.ways.length; step++) {
      const match = Math.floor(step / this.ways.length);
      const way = step % this.ways.length;
      let at: Place = from?.step === step ? from : { step, late: EARLIEST, entry: 0 };
      // a page ends between two entries: one of them may have several rows
      let behind = at;
      for (const [late, entry, fits] of this.candidates(this.ways[way], match, at)) {
        if (late !== at.late || entry !== at.entry) {
          behind = at;
          if (this.rows >= MOST_ROWS) return this.page(behind);
          at = { step, late, entry };
        }
        this.rows++;
        if (!fits || this.entries.has(entry)) continue;
        if (this.found.length === limit) return this.page(behind);
        this.entries.add(entry);
        this.found.push({ key: this.read.keyOf.get(entry) as string, way, match: MATCHES[match] });
      }
    }
    return this.page(null);
  }

  private page(next: Place | null): Hits {
    return { hits: this.found, next: next && `${next.step}.${next.late}.${next.entry}` };
  }

  /** In order, whoever may match just so well. */
  private *candidates(way: Way, match: number, { late, entry }: Place): Generator<[late: number, entry: number, fits: boolean]> {
    if ('key' in way) {
      if (match > 0) return;
      const rows = this.read.keyed.all(way.key, `${way.key}\u{10ffff}`, late, entry, MOST_OF_A_KEY) as [late: number, entry: number][];
      for (const [at, id] of rows) yield [at, id, true];
      return;
    }
    const meant = way.words.map((word) => this.meant(way.kind, word, match));
    if (meant.some(({ ids }) => ids.length === 0) || meant.every(({ worst }) => worst < match)) return;
    const rarest = meant.reduce((a, b) => (b.uses < a.uses ? b : a));
    const runs = rarest.ids.map((id) => this.postings(id, late, entry, rarest.ids.length));
    for (const [at, id, words] of merged(runs, isBefore as (a: Posting, b: Posting) => boolean))
      yield [at, id, Math.max(...meant.map(({ matches }) => best(matches, words))) === match];
  }

  private *postings(word: number, late: number, entry: number, runs: number): Generator<Posting> {
    let text = Number.MAX_SAFE_INTEGER;
    for (let many = runs > 20 ? 8 : 64; ; many = Math.min(many * 4, 1000)) {
      const rows = this.read.postings.all(word, late, entry, text, many) as Posting[];
      yield* rows;
      if (rows.length < many) return;
      [late, entry, , text] = rows[rows.length - 1];
    }
  }

  /** What may stand for a word, up to a match. */
  private meant(kind: string, word: string, match: number): Meant {
    const name = `${match} ${kind} ${word}`;
    const known = this.known.get(name);
    if (known) return known;
    const before = match === 0 ? NO_WORD : this.meant(kind, word, match - 1);
    const matches = new Map(before.matches);
    const ids = [...before.ids];
    let { uses, worst } = before;
    for (const [id, , rows] of this.like(kind, word, MATCHES[match])) {
      const code = codeOf(id);
      if (matches.has(code)) continue;
      matches.set(code, match);
      ids.push(id);
      uses += rows;
      worst = match;
    }
    const meant = { matches, ids, uses, worst };
    this.known.set(name, meant);
    return meant;
  }

  private like(kind: string, word: string, match: Match): WordRow[] {
    if (match === 'exact') return this.read.word.all(kind, word) as WordRow[];
    if (match === 'prefix') return this.read.prefixed.all(kind, word, `${word}\u{10ffff}`, MOST_PREFIXED) as WordRow[];
    const near = this.indexing.nearness(word).flatMap((one) => this.read.near.all(hashOf(one), kind) as WordRow[]);
    const alike = [...new Map(near.map((row) => [row[0], row])).values()].filter(([, other]) => this.indexing.alike(word, other));
    return alike.sort(([, , a], [, , b]) => b - a).slice(0, MOST_NEAR);
  }
}

const NO_WORD: Meant = { matches: new Map(), ids: [], uses: 0, worst: -1 };

/** The best match among the words of a text; beyond all matches if there is none. */
const best = (matches: ReadonlyMap<string, number>, words: string): number => {
  let least: number = MATCHES.length;
  for (let i = 0; i < words.length; i += CODE_LENGTH) least = Math.min(least, matches.get(words.slice(i, i + CODE_LENGTH)) ?? least);
  return least;
};
