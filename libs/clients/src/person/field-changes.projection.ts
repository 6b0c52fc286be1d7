import { Projection } from '@boucle/eventsourcing';
import { ClientEvent } from '../client/client.events.js';
import { Identity } from './identity.projection.js';
import { namesOf } from './person.js';

/** When a field of a person was last told anew, whoever he is. */
export interface FieldChange {
  readonly field: string;
  readonly lastChange: string;
}

type Event = Extract<ClientEvent, { type: 'ClientRegistered' | 'ClientDetailsChanged' }>;

const changed = (change: FieldChange | null, at: string, field: string): FieldChange =>
  change && change.lastChange >= at ? change : { field, lastChange: at };

/** One document per field of which something was ever said. */
export const fieldChangesProjection: Projection<FieldChange, Event> = {
  name: 'field-changes',
  key: ({ type, data }) => (type === 'ClientRegistered' ? (data.told ?? []) : data.changed),
  on: {
    ClientRegistered: (change, { metadata }, field) => changed(change, metadata.occurredAt, field),
    ClientDetailsChanged: (change, { metadata }, field) => changed(change, metadata.occurredAt, field),
  },
};

/** How well a field is filled. */
export interface FieldReport {
  readonly field: string;
  readonly filled: number;
  readonly rate: number;
  readonly lastChange: string | null;
  /** Segments whose rules ask it. */
  readonly usedBy: readonly string[];
}

/** Counts the fields of people. */
export class FieldCount {
  private clients = 0;
  private readonly filled = new Map<string, number>();

  add({ person }: Identity): void {
    this.clients++;
    for (const field of namesOf(person)) this.filled.set(field, (this.filled.get(field) ?? 0) + 1);
  }

  /**
   * @param fields those to report also where nobody has any
   * @param usersOf the segments that ask a field
   */
  report(fields: readonly string[], changes: readonly FieldChange[], usersOf: (field: string) => readonly string[]): FieldReport[] {
    const lastChange = new Map(changes.map(({ field, lastChange: at }) => [field, at]));
    const all = [...new Set([...fields, ...this.filled.keys(), ...lastChange.keys()])].sort();
    return all.map((field) => {
      const filled = this.filled.get(field) ?? 0;
      const rate = this.clients === 0 ? 0 : filled / this.clients;
      return { field, filled, rate, lastChange: lastChange.get(field) ?? null, usedBy: usersOf(field) };
    });
  }
}
