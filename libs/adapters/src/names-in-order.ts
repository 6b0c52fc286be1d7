/** Names are sorted so many at a time as they come: all at once would hold up the event loop. */
const SORTED_AT_ONCE = 4096;

/** Names that come in any order, and are told in order of name some at a time. */
export class NamesInOrder {
  private fresh: string[] = [];
  /** Sorted pieces, each longer than the next. */
  private readonly pieces: string[][] = [];
  /** How much of each piece has been passed. */
  private passed: number[] = [];

  add(name: string): void {
    if (this.fresh.push(name) === SORTED_AT_ONCE) this.sortFresh();
  }

  /** The next names that are wanted, at most `count`, and what to pass to get those behind them. */
  next(count: number, wanted: (name: string) => boolean): { names: string[]; passed: number[] } {
    if (this.fresh.length > 0) this.sortFresh();
    const passed = this.pieces.map((_, i) => this.passed[i] ?? 0);
    const names: string[] = [];
    while (names.length < count) {
      let first = -1;
      this.pieces.forEach((piece, i) => {
        if (passed[i] < piece.length && (first < 0 || piece[passed[i]] < this.pieces[first][passed[first]])) first = i;
      });
      if (first < 0) break;
      const name = this.pieces[first][passed[first]++];
      if (wanted(name)) names.push(name);
    }
    return { names, passed };
  }

  pass(passed: number[]): void {
    this.passed = passed;
  }

  /** Two sorted pieces in a row are sorted by merging them. */
  private sortFresh(): void {
    let piece = this.fresh.sort();
    while (this.pieces.length > 0 && this.pieces[this.pieces.length - 1].length <= piece.length)
      piece = this.pieces.pop()!.concat(piece).sort();
    this.pieces.push(piece);
    this.fresh = [];
  }
}
