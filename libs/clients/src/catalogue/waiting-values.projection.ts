import { DocumentStore, DomainError, everyDocument, Projection } from '@boucle/eventsourcing';
import { ClientEvent } from '../client/client.events.js';
import { MapWaitingValue } from './value-meaning.commands.js';
import { stillWaiting } from './waiting-value.decider.js';

/** A value of a client that waits for its meaning, as the file had it: personal. */
export interface WaitingValue {
  readonly valueId: string;
  readonly source: string;
  readonly field: string;
  readonly recordId: string | null;
  readonly catalogue: string;
  readonly text: string;
  /** The import that brought it, and whether it told of the past. */
  readonly importId: string;
  readonly history: boolean;
}

/** What waits of one client. */
export interface WaitingOfClient {
  readonly clientId: string;
  readonly values: readonly WaitingValue[];
  /** The values by their ids, to be found by. */
  readonly of: Readonly<Record<string, true>>;
}

type Event = Extract<ClientEvent, { type: 'ValueLeftWaiting' | 'WaitingValueSettled' | 'ClientDetailsChanged' | 'ClientErased' }>;

const holding = (clientId: string, values: readonly WaitingValue[]): WaitingOfClient | null =>
  values.length === 0 ? null : { clientId, values, of: Object.fromEntries(values.map(({ valueId }) => [valueId, true])) };

const elsewhere = (waiting: WaitingOfClient | null, { field, recordId }: Pick<WaitingValue, 'field' | 'recordId'>): WaitingValue[] =>
  (waiting?.values ?? []).filter((one) => one.field !== field || one.recordId !== recordId);

/** One document per client of whom something waits. */
export const waitingValuesProjection: Projection<WaitingOfClient, Event> = {
  name: 'waiting-values',
  key: ({ data }) => data.clientId,
  on: {
    ValueLeftWaiting: (waiting, { data: { clientId, personal, ...place }, metadata: { correlationId: importId, history = false } }) =>
      // of an erased client nothing but the place is known, until the next event takes that away too
      holding(clientId, [...elsewhere(waiting, place), { ...place, text: personal?.text ?? '', importId, history }]),
    WaitingValueSettled: (waiting, { data }) => holding(data.clientId, elsewhere(waiting, data)),
    ClientDetailsChanged: (waiting, { data: { clientId, changed } }) => waiting && holding(clientId, stillWaiting(waiting.values, changed)),
    ClientErased: () => null,
  },
};

/** A value that waits, whoever it is said of. */
export interface WaitingList extends Pick<WaitingValue, 'valueId' | 'source' | 'field' | 'catalogue' | 'text'> {
  readonly rows: number;
  readonly clients: number;
  /** The first of them. */
  readonly clientIds: readonly string[];
}

const MOST_NAMED = 20;

/** All that waits, what most rows have first; reads every client of whom something waits. */
export const listWaitingValues = async (documents: Pick<DocumentStore, 'scan'>): Promise<readonly WaitingList[]> => {
  const lists = new Map<string, { -readonly [N in keyof WaitingList]: WaitingList[N] }>();
  for await (const page of everyDocument<WaitingOfClient>(documents, waitingValuesProjection.name))
    for (const { document } of page) {
      const met = new Set<string>();
      for (const { valueId, source, field, catalogue, text } of document?.values ?? []) {
        const list = lists.get(valueId) ?? { valueId, source, field, catalogue, text, rows: 0, clients: 0, clientIds: [] };
        list.rows++;
        if (!met.has(valueId)) list.clients++;
        if (!met.has(valueId) && list.clientIds.length < MOST_NAMED) list.clientIds = [...list.clientIds, document!.clientId];
        met.add(valueId);
        lists.set(valueId, list);
      }
    }
  return [...lists.values()].sort((a, b) => b.rows - a.rows || (a.valueId < b.valueId ? -1 : 1));
};

/** What says what a value means that waits; refused if none does under this id. */
export const mappingOf = async (documents: Pick<DocumentStore, 'scan'>, valueId: string, code: string | null): Promise<MapWaitingValue> => {
  const found = (await listWaitingValues(documents)).find((one) => one.valueId === valueId);
  if (!found) throw new DomainError('unknown-value', `No value ${valueId} waits`, 'valueId');
  const { source, field, catalogue } = found;
  return Object.assign(new MapWaitingValue(), { valueId, source, field, catalogue, code });
};
