import { DocumentStore, EventStore, everyDocument, Lookup, RecordedEvent } from '@boucle/eventsourcing';
import {
  Catalogues,
  ExternalFileReading,
  externalFilesProjection,
  Identity,
  identityProjection,
  Labels,
  Profile,
  profileProjection,
  WholeFiles,
} from '@boucle/clients';
import { addressingAt } from './addressing.js';
import { figuresFor } from './area-figures.js';
import { Cell } from './cells.js';
import { Column, columnsOf } from './columns.js';
import { exportStream } from './export.decider.js';
import { ExportEvent, ExportOrder, LeftOut, LeftOutCounts, RowEntry } from './export.events.js';
import { ExportReading, exportsProjection } from './exports.projection.js';
import { ROWS_PER_EVENT } from './export.worker.js';
import { readReplyCode, replyCode } from './reply-code.js';
import { launchedPlan, Registers, termsOf } from './selection.js';

type Rows = RecordedEvent<Extract<ExportEvent, { type: 'RowsExported' }>>;

/** The event that holds the rows of a chunk, null: there is none. */
const chunkAt = async (events: EventStore, exportId: string, chunk: number): Promise<Rows | null> => {
  // the order is the first event of the stream, and the rows follow it
  const [event] = (await events.read(exportStream(exportId), chunk + 1, 1)) as RecordedEvent<ExportEvent>[];
  return event?.type === 'RowsExported' ? event : null;
};

/** Every chunk of an export in order. */
export async function* chunksOf(events: EventStore, exportId: string): AsyncGenerator<Rows['data']> {
  for (let chunk = 0; ; chunk++) {
    const event = await chunkAt(events, exportId, chunk);
    if (!event) return;
    yield event.data;
  }
}

/** Who stood in a row. */
export interface Coded extends RowEntry {
  /** As it was written first. */
  readonly code: string;
  readonly order: ExportOrder;
}

/** The row that a code stands for, null: no row of ours. */
export const rowOfCode = async (events: EventStore, lookup: Lookup, code: string): Promise<Coded | null> => {
  const place = readReplyCode(lookup, code);
  if (!place) return null;
  const [ordered] = (await events.read(exportStream(place.exportId), 0, 1)) as RecordedEvent<ExportEvent>[];
  if (ordered?.type !== 'ExportOrdered') return null;
  const rows = await chunkAt(events, place.exportId, Math.floor((place.row - 1) / ROWS_PER_EVENT));
  const entry = rows?.data.rows[(place.row - 1) % ROWS_PER_EVENT];
  return entry ? { ...entry, code: replyCode(lookup, place), order: ordered.data.order } : null;
};

/** What the rows of a file are made of. */
export interface Making extends Registers {
  readonly lookup: Lookup;
  readonly catalogues: Catalogues;
}

/** A file in the making. */
export interface File {
  readonly columns: readonly string[];
  /** The rows of those who may still be addressed, some hundreds at a time. */
  readonly rows: AsyncIterable<readonly (readonly Cell[])[]>;
  /** How many those were so far, and how many were left out of it meanwhile. */
  readonly counts: () => { readonly rows: number; readonly leftOut: LeftOutCounts };
}

/** The file of an export as people are known at an instant: who was erased, or may not be addressed any more, is left out. */
export const fileOf = async (making: Making, exportId: string, order: ExportOrder, at: string): Promise<File> => {
  const { events, documents, screening, lookup, catalogues } = making;
  const plan = order.mailings && (await launchedPlan(events, order.mailings));
  const still = addressingAt(order, termsOf(order, plan), at);
  const figures = await figuresFor(events, order, at);
  const wordings = new Map<string, Labels>();
  for await (const page of everyDocument<ExternalFileReading>(documents, externalFilesProjection.name))
    for (const { key, document } of page) if (document) wordings.set(key, document.wording);
  const columns = columnsOf(order, { catalogues, wordings });
  const leftOut: Partial<Record<LeftOut, number>> = {};
  let written = 0;

  const known = async <D extends object>(collection: string, keys: readonly string[]): Promise<ReadonlyMap<string, D>> => {
    const stored = await documents.getMany<D>(collection, [...new Set(keys)]);
    return new Map(stored.flatMap(({ key, document }) => (document ? [[key, document] as const] : [])));
  };

  const cellsOf = async (entries: readonly RowEntry[], before: number): Promise<Cell[][]> => {
    const ids = entries.map(({ clientId }) => clientId);
    const files = new WholeFiles(documents);
    const byId = <T extends { readonly clientId: string }>(all: readonly T[]) => new Map(all.map((one) => [one.clientId, one]));
    const profiles = byId(await files.profiles([...(await known<Profile>(profileProjection.name, ids)).values()]));
    const identities = byId(await files.identities([...(await known<Identity>(identityProjection.name, ids)).values()]));
    const suppressions = await screening.clients(ids);
    const together = order.preset === 'post' && !plan ? [...identities.values()].flatMap(({ householdId }) => householdId ?? []) : [];
    const households = await files.households(together);
    return entries.flatMap(({ clientId, pointId, offer = null }, n) => {
      const [profile, identity] = [profiles.get(clientId), identities.get(clientId)];
      const addressed = profile && identity ? still(pointId, profile, suppressions.get(clientId)) : { reason: 'erased' as const };
      if ('reason' in addressed) {
        leftOut[addressed.reason] = (leftOut[addressed.reason] ?? 0) + 1;
        return [];
      }
      written++;
      const code = replyCode(lookup, { exportId, row: before + n + 1 });
      const lives = households.get(identity!.householdId ?? '') ?? null;
      const household = lives?.addressee === null || lives?.addressee === clientId ? lives : null;
      const subject = { code, profile: profile!, identity: identity!, pointId, offer, household, figures: figures(profile!) };
      return [columns.map((column: Column) => column.cell(subject))];
    });
  };

  async function* rows() {
    let before = 0;
    for await (const { rows: entries } of chunksOf(events, exportId)) {
      yield await cellsOf(entries, before);
      before += entries.length;
    }
  }

  return { columns: columns.map(({ name }) => name), rows: rows(), counts: () => ({ rows: written, leftOut: { ...leftOut } }) };
};

/** The exports that hold one of these clients and that somebody has taken: he may hold them still. */
export const takenWith = async (events: EventStore, documents: DocumentStore, clientIds: readonly string[]): Promise<ExportReading[]> => {
  const found: ExportReading[] = [];
  for await (const page of everyDocument<ExportReading>(documents, exportsProjection.name))
    for (const { key, document } of page) {
      if (!document || document.takings.length === 0) continue;
      for await (const { rows } of chunksOf(events, key))
        if (rows.some(({ clientId }) => clientIds.includes(clientId))) {
          found.push(document);
          break;
        }
    }
  return found;
};
