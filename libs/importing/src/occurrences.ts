/** How full the table may be: beyond that, finding a place takes long. */
const MOST_FULL = 0.6;

/** 48 bits of a text of base64url; never 0, which stands for an empty place. */
const numberOf = (hash: string): number => {
  let number = 0;
  for (let i = 0; i < 8; i++) number = number * 64 + (hash.charCodeAt(i) & 0x3f);
  return number + 1;
};

/**
 * Counts how often each hash was seen, in twelve bytes or so for each, so that a file of millions of rows fits.
 * Two hashes taken for one would count as seen before; ids made with that count differ all the same.
 */
export class Occurrences {
  private keys = new Float64Array(1024);
  private counts = new Uint32Array(1024);
  private seen = 0;

  /** How many different hashes were seen. */
  get size(): number {
    return this.seen;
  }

  /** Counts it once more; tells how often it was there before. */
  next(hash: string): number {
    if (this.seen >= this.keys.length * MOST_FULL) this.grow();
    const number = numberOf(hash);
    const place = this.placeOf(number);
    if (this.keys[place] === 0) {
      this.keys[place] = number;
      this.seen++;
    }
    return this.counts[place]++;
  }

  private placeOf(number: number): number {
    const last = this.keys.length - 1;
    let place = (number % 2_147_483_647) & last;
    while (this.keys[place] !== 0 && this.keys[place] !== number) place = (place + 1) & last;
    return place;
  }

  private grow(): void {
    const { keys, counts } = this;
    this.keys = new Float64Array(keys.length * 2);
    this.counts = new Uint32Array(keys.length * 2);
    keys.forEach((number, i) => {
      if (number === 0) return;
      const place = this.placeOf(number);
      this.keys[place] = number;
      this.counts[place] = counts[i];
    });
  }
}
