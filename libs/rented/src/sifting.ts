import { DomainError, EventStore, fold, Lookup, RecordedEvent } from '@boucle/eventsourcing';
import { emailLookup, NOTHING_SAID, phoneLookup, reach, Screening, Traits, traitsOf } from '@boucle/clients';
import { CHANNEL_OF } from '@boucle/exporting';
import { Batch, RentedFile, rentedFileDecider, rentedFileStream } from './rented-file.decider.js';
import { Addressing, NetCounts, RentedFileEvent, RentedPerson, RentedRowsEvent, SiftedOut } from './rented-file.events.js';
import { asIdentity, placesIn, sameness } from './rented-person.js';
import { rentedRowsStream } from './rented-rows.decider.js';

/** A row that may be used. */
export interface NetRow {
  /** From 1. */
  readonly row: number;
  readonly person: RentedPerson;
}

/** What rows are matched against. */
export interface Registers {
  readonly events: EventStore;
  readonly screening: Screening;
  readonly lookup: Lookup;
  /** How likely it is that a client of ours is meant, from 0 to 1. */
  readonly isOurs: (traits: Traits) => Promise<boolean>;
}

/** A rented file as the log tells of it. */
export const rentedFileOf = async (events: EventStore, fileId: string): Promise<RentedFile> =>
  fold(rentedFileDecider, rentedFileDecider.initial, (await events.read(rentedFileStream(fileId))) as RecordedEvent<RentedFileEvent>[]);

/** The people of a batch in order; refused where they are not there, or are forgotten. */
export const peopleOf = async (events: EventStore, fileId: string, { batchId, first }: Pick<Batch, 'batchId' | 'first'>) => {
  const [stored] = (await events.read(rentedRowsStream(fileId, batchId), 0, 1)) as RecordedEvent<RentedRowsEvent>[];
  if (!stored)
    throw new DomainError(
      'rows-missing',
      `The rows of ${fileId} from ${first} on did not arrive whole: send the same lines again`,
      'fileId',
    );
  if (!stored.data.personal) throw new DomainError('file-expired', `Rented file ${fileId} has expired: rent it anew`, 'fileId');
  return stored.data.personal.rows;
};

/** What tells whether somebody in a row is a client of ours. */
const traitsIn = ({ firstName, lastName, address, email, phone }: RentedPerson, lookup: Lookup): Traits =>
  traitsOf({
    person: { firstName, lastName },
    addresses: address ? [address] : [],
    emails: email === undefined ? [] : [emailLookup(lookup, email)],
    phones: phone ? [phoneLookup(lookup, phone.number)] : [],
  });

/** Who is left of a file, and what the broker is told. */
export interface Sifted {
  /** A batch at a time. */
  readonly rows: AsyncIterable<readonly NetRow[]>;
  /** So far. */
  readonly counts: () => NetCounts;
}

/** Sifts a rented file for one way of addressing, as everything is known at an instant. */
export const sifted = (
  registers: Registers,
  fileId: string,
  file: RentedFile,
  wanted: { addressing: Addressing; purpose: string },
  at: string,
): Sifted => {
  const { events, screening, lookup, isOurs } = registers;
  const { addressing, purpose } = wanted;
  const sending = { channel: CHANNEL_OF[addressing]!, purpose, consentRequired: false, at };
  const seen = new Set<string>();
  const leftOut: Partial<Record<SiftedOut, number>> = {};
  let [rows, net] = [0, 0];

  const isDouble = (person: RentedPerson): boolean => {
    const same = sameness(person, addressing, lookup);
    if (same === null) return false;
    const double = seen.has(same);
    seen.add(same);
    return double;
  };

  async function* sift() {
    for (const batch of file.batches) {
      const people = await peopleOf(events, fileId, batch);
      const keys = people.map((_, i) => String(batch.first + i));
      const hits = await screening.people(people.map((person, i) => asIdentity(person, keys[i])));
      const left: NetRow[] = [];
      for (const [i, person] of people.entries()) {
        const row = batch.first + i;
        const reached = reach({ places: placesIn(person), consent: NOTHING_SAID, suppressions: hits.get(keys[i]) ?? [] }, sending);
        const reason = async (): Promise<SiftedOut | null> => {
          if ('reason' in reached) return 'suppressed';
          if (reached.pointId === null) return 'no-contact-point';
          if (isDouble(person)) return 'double';
          if (Object.hasOwn(file.answered, row)) return 'answered';
          return (await isOurs(traitsIn(person, lookup))) ? 'ours' : null;
        };
        const why = await reason();
        if (why === null) left.push({ row, person });
        else leftOut[why] = (leftOut[why] ?? 0) + 1;
      }
      rows += people.length;
      net += left.length;
      yield left;
    }
  }
  return { rows: sift(), counts: () => ({ rows, net, leftOut: { ...leftOut } }) };
};
