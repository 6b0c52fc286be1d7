import { Identity } from '../person/identity.projection.js';
import { Address } from '../person/person.events.js';
import { holdsOn } from '../person/person.js';

/** People who may live together. */
export interface HouseholdProposal {
  /** Same name and address; or the same address only, which a person has to look at. */
  readonly kind: 'same-name' | 'same-roof';
  readonly clientIds: readonly string[];
}

/** Letters without accents and case, and nothing else. */
export const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/[^a-z0-9]/g, '');

const SHORT: readonly (readonly [RegExp, string])[] = [
  [/^(avenue|av\.?)\s/i, 'av '],
  [/^(boulevard|bd\.?|blvd\.?)\s/i, 'bd '],
  [/^(route|rte\.?)\s/i, 'rte '],
  [/^(chemin|ch\.?)\s/i, 'ch '],
];

/** A street however it is abbreviated: Bahnhofstrasse, Bahnhofstraße, Bahnhofstr.; avenue, av. */
const foldedStreet = (street: string): string =>
  folded(SHORT.reduce((text, [long, short]) => text.replace(long, short), street)).replace(/strasse$/, 'str');

/** An address as one writes it in whatever way; null if it is too vague to tell who lives there. */
export const roofOf = ({ country, postalCode, street, houseNumber, poBox }: Address): string | null => {
  if (!postalCode || (!poBox && !(street && houseNumber))) return null;
  const place = poBox ? `box ${folded(poBox)}` : `${foldedStreet(street!)} ${folded(houseNumber!)}`;
  return `${country} ${folded(postalCode)} ${place}`;
};

/** Finds people under one roof who are in no household yet. */
export class Roofs {
  private readonly roofs = new Map<string, [clientId: string, name: string][]>();

  /** @param day on which addresses must hold, YYYY-MM-DD */
  constructor(private readonly day: string) {}

  add({ clientId, person, addresses, householdId, state }: Identity): void {
    if (householdId !== null || state.deceased || state.closed) return;
    for (const { address, validity, returned } of Object.values(addresses)) {
      const roof = address && returned === null && holdsOn(validity, this.day) ? roofOf(address) : null;
      if (roof === null) continue;
      const people = this.roofs.get(roof) ?? [];
      if (people.length === 0) this.roofs.set(roof, people);
      if (!people.some(([known]) => known === clientId)) people.push([clientId, folded(person.lastName ?? '')]);
    }
  }

  /** Those of one name first, in order of client id; who is nameless is only under the same roof. */
  proposals(): HouseholdProposal[] {
    const found: HouseholdProposal[] = [];
    for (const people of this.roofs.values()) {
      if (people.length < 2) continue;
      const names = new Map<string, string[]>();
      for (const [clientId, name] of people) if (name !== '') names.set(name, [...(names.get(name) ?? []), clientId]);
      for (const clientIds of names.values()) if (clientIds.length > 1) found.push({ kind: 'same-name', clientIds: clientIds.sort() });
      if (names.size !== 1 || people.some(([, name]) => name === ''))
        found.push({ kind: 'same-roof', clientIds: people.map(([clientId]) => clientId).sort() });
    }
    return found.sort((a, b) => (a.kind === b.kind ? (a.clientIds[0] < b.clientIds[0] ? -1 : 1) : a.kind === 'same-name' ? -1 : 1));
  }
}
