import { DataOf } from '@boucle/eventsourcing';
import { Client } from '../client/client.js';
import { ClientEvent } from '../client/client.events.js';
import { Undecided } from './merge.events.js';
import { MergedFile, Merging } from './merging.js';

type About = {
  readonly [T in ClientEvent['type']]?: (
    data: DataOf<ClientEvent, T>,
    client: Client,
    mergedId: string,
    file: MergedFile,
  ) => readonly string[];
};

/** What is said of a survivor and may be meant of somebody else, with what it is about; nothing: it is his own. */
const ABOUT: About = {
  ClientDetailsChanged: ({ changed }, _, mergedId, { winners }) => changed.filter((field) => winners[field] === mergedId),
  HouseholdJoined: ({ householdId }) => [householdId],
  HouseholdLeft: ({ householdId }) => [householdId],
  CompanyJoined: ({ companyId }) => [companyId],
  CompanyLeft: ({ companyId }) => [companyId],
  AccountOwnerAssigned: ({ salespersonId }) => [salespersonId ?? 'nobody'],
  // to a contact point that only a merged file has
  MailingDispatched: ({ mailingId, pointId }, { points }) => (pointId === undefined || Object.hasOwn(points, pointId) ? [] : [mailingId]),
  ReactionCredited: ({ underId, reactionId }, _, mergedId) => (underId === mergedId ? [reactionId] : []),
};

/** The files once something has happened to the survivor; the same object if it leaves nobody in doubt. */
export const undecidedAfter = (client: Client, type: string, data: object, at: string): Merging => {
  const { merging } = client;
  const about = (ABOUT as Readonly<Record<string, ((...args: unknown[]) => readonly string[]) | undefined>>)[type];
  const ids = Object.keys(merging.files);
  if (!about || ids.length === 0) return merging;
  const files = ids.map((id): [string, MergedFile] => {
    const file = merging.files[id];
    const of = about(data, client, id, file);
    const undecided: readonly Undecided[] = of.length > 0 ? [...file.undecided, { what: type, at, of }] : file.undecided;
    return [id, { ...file, undecided }];
  });
  return { ...merging, files: Object.fromEntries(files) };
};
