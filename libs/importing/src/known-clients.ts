/** How full the table may be: beyond that, finding a place takes long. */
const MOST_FULL = 0.6;
const ID_BYTES = 16;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** 48 bits of a text of base64url from a place on; never 0, which stands for an empty place. */
const numberAt = (hash: string, from: number): number => {
  let number = 0;
  for (let i = from; i < from + 8; i++) number = number * 64 + (hash.charCodeAt(i) & 0x3f);
  return number + 1;
};

/** One bit of 32 for a record, in the first or the second half of 64. */
const bitOf = (record: string): { half: number; bit: number } => {
  let mixed = 0x811c9dc5;
  for (let i = 0; i < record.length; i++) mixed = Math.imul(mixed ^ record.charCodeAt(i), 0x01000193);
  return { half: (mixed >>> 27) & 1, bit: 1 << (mixed >>> 22) };
};

/**
 * The clients whom an import has met, by the keyed hash of their number, in seventy bytes or so for each, so that a million fit.
 * Of the records of each it keeps 64 bits, of which every record sets one: it knows what surely is not recorded yet.
 * Only clients whose id Boucle drew are kept; the others are looked up each time.
 */
export class KnownClients {
  private firstKeys = new Float64Array(1024);
  private secondKeys = new Float64Array(1024);
  private ids = Buffer.alloc(1024 * ID_BYTES);
  private revisions = new Int32Array(1024);
  private records = new Int32Array(2 * 1024);
  private size = 0;

  /** The id of a client; null: he is not known. */
  of(lookup: string): string | null {
    const place = this.placeOf(numberAt(lookup, 0), numberAt(lookup, 8));
    if (!this.isKnown(place)) return null;
    const hex = this.ids.toString('hex', place * ID_BYTES, (place + 1) * ID_BYTES);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** The last event of his stream that is known of, up to which it surely has none of these records; null: it may have one. */
  revisionWithout(lookup: string, records: readonly string[]): number | null {
    const place = this.placeOf(numberAt(lookup, 0), numberAt(lookup, 8));
    const lacks = (record: string): boolean => {
      const { half, bit } = bitOf(record);
      return (this.records[2 * place + half] & bit) === 0;
    };
    return this.isKnown(place) && records.every(lacks) ? this.revisions[place] : null;
  }

  /** Remembers the stream of a client up to a revision; of its records only those may be left out that were told of before. */
  remember(lookup: string, clientId: string, revision: number, records: readonly string[]): void {
    if (!UUID.test(clientId)) return this.forget(lookup);
    if (this.size >= this.revisions.length * MOST_FULL) this.grow();
    const [first, second] = [numberAt(lookup, 0), numberAt(lookup, 8)];
    const place = this.placeOf(first, second);
    if (this.firstKeys[place] === 0) {
      this.firstKeys[place] = first;
      this.secondKeys[place] = second;
      this.size++;
    }
    this.ids.write(clientId.replaceAll('-', ''), place * ID_BYTES, 'hex');
    this.revisions[place] = revision;
    for (const record of records) {
      const { half, bit } = bitOf(record);
      this.records[2 * place + half] |= bit;
    }
  }

  /** He is to be looked up again. */
  forget(lookup: string): void {
    const place = this.placeOf(numberAt(lookup, 0), numberAt(lookup, 8));
    if (this.firstKeys[place] !== 0) this.revisions[place] = -1;
  }

  private isKnown(place: number): boolean {
    return this.firstKeys[place] !== 0 && this.revisions[place] >= 0;
  }

  private placeOf(first: number, second: number): number {
    const last = this.revisions.length - 1;
    let place = (first % 2_147_483_647) & last;
    while (this.firstKeys[place] !== 0 && (this.firstKeys[place] !== first || this.secondKeys[place] !== second))
      place = (place + 1) & last;
    return place;
  }

  private grow(): void {
    const { firstKeys, secondKeys, ids, revisions, records } = this;
    const length = 2 * revisions.length;
    this.firstKeys = new Float64Array(length);
    this.secondKeys = new Float64Array(length);
    this.ids = Buffer.alloc(length * ID_BYTES);
    this.revisions = new Int32Array(length);
    this.records = new Int32Array(2 * length);
    firstKeys.forEach((first, i) => {
      if (first === 0) return;
      const place = this.placeOf(first, secondKeys[i]);
      this.firstKeys[place] = first;
      this.secondKeys[place] = secondKeys[i];
      ids.copy(this.ids, place * ID_BYTES, i * ID_BYTES, (i + 1) * ID_BYTES);
      this.revisions[place] = revisions[i];
      this.records[2 * place] = records[2 * i];
      this.records[2 * place + 1] = records[2 * i + 1];
    });
  }
}
