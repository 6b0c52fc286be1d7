/** One event of a stream: its revision and its position in the log. */
export type Entry = [stream: string, revision: number, position: number];

const NONE = -1;

/** Index entries in memory, as columns of numbers and one chain per stream: an object for each would be a hundred thousand to clear away. */
export class Generation {
  private readonly newest = new Map<string, number>();
  private readonly streams: string[] = [];
  private readonly revisions: number[] = [];
  private readonly positions: number[] = [];
  /** The place of the entry before, of the same stream. */
  private readonly before: number[] = [];

  get size(): number {
    return this.streams.length;
  }

  add(stream: string, revision: number, position: number): void {
    this.before.push(this.newest.get(stream) ?? NONE);
    this.newest.set(stream, this.streams.length);
    this.streams.push(stream);
    this.revisions.push(revision);
    this.positions.push(position);
  }

  /** The last revision of a stream, undefined if it has no entries. */
  revision(stream: string): number | undefined {
    const place = this.newest.get(stream);
    return place === undefined ? undefined : this.revisions[place];
  }

  /** The entries of a stream from a revision on, in order. */
  entries(stream: string, from = 0): Entry[] {
    const found: Entry[] = [];
    for (let place = this.newest.get(stream) ?? NONE; place !== NONE && this.revisions[place] >= from; place = this.before[place])
      found.push([stream, this.revisions[place], this.positions[place]]);
    return found.reverse();
  }

  /** The streams in order of name. */
  sortedStreams(): string[] {
    return [...this.newest.keys()].sort();
  }

  /** Takes back the entries behind a position, which are the last ones. */
  forget(after: number): void {
    while (this.size > 0 && this.positions[this.size - 1] > after) {
      const stream = this.streams.pop()!;
      const before = this.before.pop()!;
      this.revisions.pop();
      this.positions.pop();
      if (before === NONE) this.newest.delete(stream);
      else this.newest.set(stream, before);
    }
  }
}
