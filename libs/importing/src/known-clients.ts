/** How full the table may be: beyond that, finding a place takes long. */
const MOST_FULL = 0.6;
/** Clients who are kept in one piece: a table that grew as a whole would stand in memory twice meanwhile. */
const BLOCK = 1 << 14;
const ID_BYTES = 16;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** 48 bits of a text of base64url from a place on. */
const numberAt = (hash: string, from: number): number => {
  let number = 0;
  for (let i = from; i < from + 8; i++) number = number * 64 + (hash.charCodeAt(i) & 0x3f);
  return number;
};

/** Which of 64 bits a record sets: one of 32 in the first or the second half. */
const bitOf = (record: string): { half: number; bit: number } => {
  let mixed = 0x811c9dc5;
  for (let i = 0; i < record.length; i++) mixed = Math.imul(mixed ^ record.charCodeAt(i), 0x01000193);
  return { half: (mixed >>> 27) & 1, bit: 1 << (mixed >>> 22) };
};

/** Some clients as columns. */
class Block {
  /** 96 bits of the hash of the number of each. */
  readonly keys = new Float64Array(2 * BLOCK);
  readonly ids = Buffer.alloc(ID_BYTES * BLOCK);
  /** Below nought: he is not known any more. */
  readonly revisions = new Int32Array(BLOCK);
  readonly records = new Int32Array(2 * BLOCK);
}

/**
 * The clients whom an import has met, by the keyed hash of their number, in fifty bytes or so for each, so that a million fit.
 * Of the records of each it keeps 64 bits, of which every record sets one: it knows what surely is not recorded yet.
 * Only clients whose id Boucle drew are kept; the others are looked up each time.
 */
export class KnownClients {
  /** By hash, which client of all stands here, from 1; 0: none. */
  private places = new Int32Array(1024);
  private readonly blocks: Block[] = [];
  private size = 0;

  /** The id of a client; null: he is not known. */
  of(lookup: string): string | null {
    const found = this.find(lookup);
    if (!found) return null;
    const [{ ids }, at] = found;
    const hex = ids.toString('hex', at * ID_BYTES, (at + 1) * ID_BYTES);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** The last event of his stream that is known of, up to which it surely has none of these records; null: it may have one. */
  revisionWithout(lookup: string, records: readonly string[]): number | null {
    const found = this.find(lookup);
    if (!found) return null;
    const [block, at] = found;
    for (const record of records) {
      const { half, bit } = bitOf(record);
      if ((block.records[2 * at + half] & bit) !== 0) return null;
    }
    return block.revisions[at];
  }

  /** Remembers the stream of a client up to a revision; of its records only those may be left out that were told of before. */
  remember(lookup: string, clientId: string, revision: number, records: readonly string[]): void {
    if (!UUID.test(clientId)) return this.forget(lookup);
    const [block, at] = this.entryOf(numberAt(lookup, 0), numberAt(lookup, 8));
    block.ids.write(clientId.replaceAll('-', ''), at * ID_BYTES, 'hex');
    block.revisions[at] = revision;
    for (const record of records) {
      const { half, bit } = bitOf(record);
      block.records[2 * at + half] |= bit;
    }
  }

  /** He is to be looked up again. */
  forget(lookup: string): void {
    const found = this.find(lookup);
    if (found) found[0].revisions[found[1]] = -1;
  }

  private find(lookup: string): [Block, at: number] | null {
    const number = this.places[this.placeOf(numberAt(lookup, 0), numberAt(lookup, 8))];
    if (number === 0) return null;
    const [block, at] = this.entry(number);
    return block.revisions[at] < 0 ? null : [block, at];
  }

  private entryOf(first: number, second: number): [Block, at: number] {
    const place = this.placeOf(first, second);
    if (this.places[place] !== 0) return this.entry(this.places[place]);
    if (this.size % BLOCK === 0) this.blocks.push(new Block());
    this.places[place] = ++this.size;
    const [block, at] = this.entry(this.size);
    block.keys[2 * at] = first;
    block.keys[2 * at + 1] = second;
    if (this.size >= this.places.length * MOST_FULL) this.grow();
    return [block, at];
  }

  private entry(number: number): [Block, at: number] {
    return [this.blocks[Math.floor((number - 1) / BLOCK)], (number - 1) % BLOCK];
  }

  /** Where a client stands, or may be put. */
  private placeOf(first: number, second: number): number {
    const last = this.places.length - 1;
    for (let place = (first % 2_147_483_647) & last; ; place = (place + 1) & last) {
      if (this.places[place] === 0) return place;
      const [{ keys }, at] = this.entry(this.places[place]);
      if (keys[2 * at] === first && keys[2 * at + 1] === second) return place;
    }
  }

  private grow(): void {
    this.places = new Int32Array(2 * this.places.length);
    for (let number = 1; number <= this.size; number++) {
      const [{ keys }, at] = this.entry(number);
      this.places[this.placeOf(keys[2 * at], keys[2 * at + 1])] = number;
    }
  }
}
