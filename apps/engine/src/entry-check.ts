import { Injectable } from '@nestjs/common';
import { Lookups } from '@boucle/adapters';
import { DocumentStore, EventStore, fold } from '@boucle/eventsourcing';
import {
  AddressFields,
  emailLookup,
  identityProjection,
  PersonFields,
  phoneLookup,
  phoneNumber,
  Probable,
  referenceDecider,
  ReferenceFields,
  referenceLookup,
  referenceStream,
  traitsOf,
} from '@boucle/clients';
import { DuplicateReading } from './duplicate.queries.js';
import { ProbableDuplicateError } from './probable-duplicate.js';

/** What somebody types of a person before there is a file. */
export interface Typed {
  readonly person?: PersonFields;
  readonly address?: AddressFields;
  readonly email?: string;
  readonly phone?: string;
}

/** A registration, as far as it tells whether it would make a second file. */
export interface Entering extends Typed {
  readonly clientId?: string;
  readonly references?: readonly ReferenceFields[];
  readonly otherThan?: readonly string[];
}

/** Looks at what is entered before it is a file. */
@Injectable()
export class EntryCheck {
  constructor(
    private readonly reading: DuplicateReading,
    private readonly lookups: Lookups,
    private readonly documents: DocumentStore,
    private readonly events: EventStore,
  ) {}

  /** Clients who may be the person, the most likely first. */
  async probable({ person = {}, address, email, phone }: Typed, besides: readonly string[] = []): Promise<Probable[]> {
    const lookup = await this.lookups.lookup();
    const number = phone === undefined ? null : phoneNumber(phone, address?.country ?? null);
    const told = Object.fromEntries(Object.entries(person).filter(([, value]) => value !== null));
    const traits = traitsOf({
      person: told,
      addresses: address ? [address] : [],
      emails: email === undefined ? [] : [emailLookup(lookup, email)],
      phones: number ? [phoneLookup(lookup, number.number)] : [],
    });
    return (await this.reading.finder()).probable([traits], besides);
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
