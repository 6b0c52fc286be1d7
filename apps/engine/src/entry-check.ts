import { Injectable } from '@nestjs/common';
import { Lookups } from '@boucle/adapters';
import { Clock, DocumentStore, EventStore, fold, FollowedStream } from '@boucle/eventsourcing';
import {
  Address,
  ADDRESS_RESULTS,
  AddressCheck,
  AddressFields,
  AddressResult,
  BirthDateCheck,
  checkAddress,
  checkBirthDate,
  checkEmail,
  DoubtfulAddress,
  EmailCheck,
  emailLookup,
  identityProjection,
  localitiesDecider,
  LOCALITIES_STREAM,
  LocalityLists,
  NoteAddressCheck,
  PhoneNumber,
  PersonFields,
  phoneLookup,
  phoneNumber,
  Probable,
  recheckAddresses,
  referenceDecider,
  ReferenceFields,
  referenceLookup,
  referenceStream,
  traitsOf,
} from '@boucle/clients';
import { addressIn, personIn, RowFacts } from '@boucle/importing';
import { ClientFound, ClientSearch } from './client-search.js';
import { DuplicateReading } from './duplicate.queries.js';
import { ProbableDuplicateError } from './probable-duplicate.js';

/** What somebody types of a person before there is a file. */
export interface Typed {
  readonly person?: PersonFields;
  readonly address?: AddressFields;
  readonly email?: string;
  readonly phone?: string;
  /** Where a phone number without a country code belongs; that of the address if left out. */
  readonly country?: string;
}

/** What is known of somebody before there is a file; null: nothing was said of it. */
export interface EntryChecked {
  /** Clients who may be the person, the most likely first. */
  readonly duplicates: readonly (Probable & ClientFound)[];
  readonly address: AddressCheck | null;
  readonly email: EmailCheck | null;
  readonly birthDate: BirthDateCheck | null;
  readonly phone: { readonly valid: boolean; readonly number: string | null; readonly line: string | null } | null;
}

/** A registration, as far as it tells whether it would make a second file. */
export interface Entering extends Typed {
  readonly clientId?: string;
  readonly references?: readonly ReferenceFields[];
  readonly otherThan?: readonly string[];
}

/** Addresses that the lists do not know, and how many there were of each kind. */
export interface DoubtfulAddresses {
  readonly addresses: readonly DoubtfulAddress[];
  readonly counts: Readonly<Record<AddressResult, number>>;
  readonly cursor: string | null;
}

const PAGES_AT_ONCE = 10;
const ENOUGH_DOUBTFUL = 200;

/** Looks at what is entered before it is a file. */
@Injectable()
export class EntryCheck {
  private readonly localities: FollowedStream<LocalityLists>;

  constructor(
    private readonly reading: DuplicateReading,
    private readonly lookups: Lookups,
    private readonly documents: DocumentStore,
    private readonly events: EventStore,
    private readonly search: ClientSearch,
    private readonly clock: Clock,
  ) {
    this.localities = new FollowedStream(events, localitiesDecider, LOCALITIES_STREAM);
  }

  /** All that can be said of what somebody typed. */
  async check(typed: Typed): Promise<EntryChecked> {
    const { person, address, email, phone, country } = typed;
    const probable = await this.probable(typed);
    const clients = await this.search.those(probable.map(({ clientId }) => clientId));
    const number: PhoneNumber | null = phone === undefined ? null : phoneNumber(phone, country ?? address?.country ?? null);
    return {
      duplicates: probable.flatMap((one) => {
        const client = clients.get(one.clientId);
        return client ? [{ ...one, ...client }] : [];
      }),
      address: address === undefined ? null : await this.address(address),
      email: email === undefined ? null : checkEmail(email),
      birthDate: person?.birthDate ? checkBirthDate(person.birthDate, this.clock.now().slice(0, 10)) : null,
      phone: phone === undefined ? null : { valid: number !== null, number: number?.number ?? null, line: number?.line ?? null },
    };
  }

  /** The lists of localities that are installed. */
  lists(): Promise<LocalityLists> {
    return this.localities.now();
  }

  /** Whether the postal code of an address and its locality belong together. */
  async address(address: Address): Promise<AddressCheck> {
    return checkAddress(await this.lists(), address);
  }

  /** Addresses that the lists of today do not know, among some thousand clients behind one; `cursor` is the last of these, null: there are no more. */
  async doubtfulAddresses(behind?: string): Promise<DoubtfulAddresses> {
    const counts: Record<AddressResult, number> = { checked: 0, doubtful: 0, unchecked: 0 };
    const addresses: DoubtfulAddress[] = [];
    let pages = 0;
    for await (const page of recheckAddresses(this.documents, await this.lists(), this.clock.now().slice(0, 10), behind)) {
      addresses.push(...page.doubtful);
      for (const result of ADDRESS_RESULTS) counts[result] += page.counts[result];
      if (++pages === PAGES_AT_ONCE || addresses.length >= ENOUGH_DOUBTFUL) return { addresses, counts, cursor: page.through };
    }
    return { addresses, counts, cursor: null };
  }

  /** Clients who may be the person, the most likely first. */
  async probable({ person = {}, address, email, phone, country }: Typed, besides: readonly string[] = []): Promise<Probable[]> {
    const lookup = await this.lookups.lookup();
    const number = phone === undefined ? null : phoneNumber(phone, country ?? address?.country ?? null);
    const told = Object.fromEntries(Object.entries(person).filter(([, value]) => value !== null));
    const traits = traitsOf({
      person: told,
      addresses: address ? [address] : [],
      emails: email === undefined ? [] : [emailLookup(lookup, email)],
      phones: number ? [phoneLookup(lookup, number.number)] : [],
    });
    return (await this.reading.finder()).probable([traits], besides);
  }

  /** Whether somebody who is new to a file is probably registered already. */
  async isThereAlready(facts: RowFacts): Promise<boolean> {
    const { email, phone } = facts as { readonly email?: string; readonly phone?: string };
    return (await this.probable({ person: personIn(facts), address: addressIn(facts) ?? undefined, email, phone })).length > 0;
  }

  /** What is to be kept with an address of what was found; null: there was no list to ask. */
  note(clientId: string, addressId: string, { result, edition }: AddressCheck): NoteAddressCheck | null {
    if (result === 'unchecked' || edition === null) return null;
    return Object.assign(new NoteAddressCheck(), { clientId, addressId, result, edition });
  }

  /** Throws if a registration would probably make a second file of somebody of whom the caller has not said that he is another. */
  async mustBeNew(entering: Entering): Promise<void> {
    if (await this.isThere(entering)) return;
    const { clientId = [], otherThan = [] } = entering;
    const probable = await this.probable(entering, [clientId, otherThan].flat());
    if (probable.length > 0) throw new ProbableDuplicateError(probable);
  }

  /** Whether a registration leads to a file that is there, by its id or a number of another system. */
  private async isThere({ clientId, references = [] }: Entering): Promise<boolean> {
    if (clientId !== undefined && (await this.documents.get(identityProjection.name, clientId)) !== null) return true;
    const lookup = await this.lookups.lookup();
    for (const { system, number } of references) {
      const stream = referenceStream(referenceLookup(lookup, system, number));
      if (fold(referenceDecider, referenceDecider.initial, await this.events.read(stream)).clientId !== null) return true;
    }
    return false;
  }
}
