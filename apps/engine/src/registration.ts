import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Lookups } from '@boucle/adapters';
import { Cause, DomainError, Outcome } from '@boucle/eventsourcing';
import {
  AddAddress,
  AddEmail,
  AddPhone,
  AssignReference,
  ClaimReference,
  inOrder,
  mustBePhone,
  Reference,
  ReferenceFields,
  referenceLookup,
  RegisterClient,
  RegistrationFields,
  ReleaseReference,
  TellPeopleApart,
} from '@boucle/clients';
import { CommandDoor } from './door.js';

/** What became of a registration. */
export interface Registered {
  readonly clientId: string;
  readonly outcomes: readonly Outcome[];
}

/** Registers people so that each is there once: who has a number of another system that is known already is the client who has it. */
@Injectable()
export class Registration {
  constructor(
    private readonly door: CommandDoor,
    private readonly lookups: Lookups,
  ) {}

  /** Throws a `DomainError` that names the reference which belongs to somebody else. */
  async register(fields: RegistrationFields, cause: Cause): Promise<Registered> {
    const { attributes = {}, person, origin, references = [], otherThan = [] } = fields;
    const country = fields.country ?? fields.address?.country;
    if (fields.phone !== undefined) mustBePhone(fields.phone, country ?? null);
    const { clientId, claimed } = await this.claim(fields.clientId ?? null, references, cause);
    const register = commandOf(RegisterClient, { clientId, attributes, person, origin });
    const points = this.points(clientId, fields, country);
    const outcomes = await this.assigned(clientId, claimed, cause, [register, ...points]);
    for (const otherId of otherThan) {
      const apart = commandOf(TellPeopleApart, { clientIds: inOrder(clientId, otherId) });
      outcomes.push(await this.door.execute(apart, { ...cause, key: otherId }));
    }
    return { clientId, outcomes };
  }

  /** The commands that record where he can be reached. */
  private points(clientId: string, { address, email, phone }: RegistrationFields, country: string | undefined): object[] {
    return [
      ...(address ? [commandOf(AddAddress, { clientId, addressId: 'home', address })] : []),
      ...(email === undefined ? [] : [commandOf(AddEmail, { clientId, emailId: 'email', email })]),
      ...(phone === undefined ? [] : [commandOf(AddPhone, { clientId, phoneId: 'phone', phone, ...(country && { country }) })]),
    ];
  }

  /** Gives a client another number. */
  async refer(clientId: string, reference: ReferenceFields, cause: Cause): Promise<Outcome> {
    const { claimed } = await this.claim(clientId, [reference], cause);
    return (await this.assigned(clientId, claimed, cause))[0];
  }

  /** Takes the numbers for one client: the one that is named, the one who has one of them already, or a new one. */
  private async claim(
    named: string | null,
    references: readonly ReferenceFields[],
    cause: Cause,
  ): Promise<{ clientId: string; claimed: Claimed[] }> {
    const lookup = references.length > 0 ? await this.lookups.lookup() : null;
    const claimed: Claimed[] = [];
    let clientId = named;
    for (const [n, { system, number }] of references.entries()) {
      const claim = { system, number, lookup: referenceLookup(lookup!, system, number) };
      const wanted = clientId ?? randomUUID();
      const { state, events } = await this.door.execute(commandOf(ClaimReference, { lookup: claim.lookup, clientId: wanted }), cause);
      const holder = (state as Reference).clientId!;
      if (clientId !== null && holder !== clientId) {
        await this.release(clientId, claimed, cause);
        throw new DomainError('reference-taken', `This number of ${system} belongs to another client`, `references[${n}].number`);
      }
      clientId = holder;
      claimed.push({ ...claim, fresh: events.length > 0 });
    }
    return { clientId: clientId ?? randomUUID(), claimed };
  }

  /** Tells the client of his numbers, behind what comes before; gives up those that were free if any of it is refused. */
  private async assigned(clientId: string, claimed: readonly Claimed[], cause: Cause, before: readonly object[] = []): Promise<Outcome[]> {
    try {
      const outcomes: Outcome[] = [];
      for (const command of before) outcomes.push(await this.door.execute(command, cause));
      for (const { system, number, lookup } of claimed)
        outcomes.push(await this.door.execute(commandOf(AssignReference, { clientId, system, number, lookup }), { ...cause, key: lookup }));
      return outcomes;
    } catch (error) {
      // a number that still leads to somebody who was erased is free
      const gone = error instanceof DomainError && ERASED.includes(error.code);
      await this.release(clientId, gone ? claimed.map((one) => ({ ...one, fresh: true })) : claimed, cause);
      throw error;
    }
  }

  /** Gives up the numbers that were nobody's before. */
  private async release(clientId: string, claimed: readonly Claimed[], cause: Cause): Promise<void> {
    for (const { lookup, fresh } of claimed) if (fresh) await this.door.execute(commandOf(ReleaseReference, { lookup, clientId }), cause);
  }
}

interface Claimed extends ReferenceFields {
  readonly lookup: string;
  /** It was nobody's before. */
  readonly fresh: boolean;
}

const ERASED: readonly string[] = ['client-erased', 'id-of-erased'];

const commandOf = <C extends object>(type: new () => C, fields: C): C => Object.assign(new type(), fields);
