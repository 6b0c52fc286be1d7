import { Request } from '@boucle/eventsourcing';
import { Group, ImportedRecord, ImportKind, NOTHING, RowProblem, Sums, Tally, Uncoded } from '@boucle/importing';
import { Holder } from './import-clients.js';

/** A group of rows on its way into the log. */
export interface Going {
  readonly group: Group;
  readonly part: number;
  readonly records: readonly ImportedRecord[];
  /** What it says and no catalogue knows. */
  readonly waiting: readonly Uncoded[];
  /** Cells that are refused while the row is taken. */
  readonly refused: RowProblem[];
  readonly holder: Holder | null;
  problem: RowProblem | null;
  written: boolean;
  created: boolean;
  /** What became known of somebody who was there before. */
  readonly changed: string[];
  /** What of its records the log holds, in cents. */
  readonly kept: Map<ImportedRecord, number>;
}

/** A command that a group leads to. */
export interface Sent {
  readonly one: Going;
  readonly record: ImportedRecord | null;
  /** The field of a consent or opposition: if it is refused, the rest of the row is taken. */
  readonly consent?: string;
  readonly request: Request;
}

export const lastRow = (group: Group): number => group.at(-1)!.raw.row;

/** What became of groups, in numbers. */
export const tallyOf = (going: readonly Going[], kind: ImportKind): Tally => {
  const months: Record<string, Sums> = {};
  const changes: Record<string, number> = {};
  const waits: Record<string, number> = {};
  const cells: Record<string, number> = {};
  const matched = new Set<string>();
  const tally = { ...NOTHING, months, changed: changes, waiting: waits, refused: cells };
  const counts: Record<'rows' | 'accepted' | 'repeated' | 'rejected' | 'created' | 'records' | 'inLog' | 'anonymous', number> = tally;
  for (const { group, problem, written, created, changed, waiting, refused, records, kept, holder } of going) {
    counts.rows += group.length;
    counts[problem ? 'rejected' : written ? 'accepted' : 'repeated'] += group.length;
    if (created) counts.created++;
    if (kind === 'clients' && holder && holder.file !== 'new' && !created) matched.add(holder.clientId);
    for (const field of changed) changes[field] = (changes[field] ?? 0) + 1;
    for (const { field } of problem ? [] : waiting) waits[field] = (waits[field] ?? 0) + 1;
    for (const { field } of problem ? [] : refused) cells[field] = (cells[field] ?? 0) + 1;
    counts.records += records.length;
    counts.inLog += kept.size;
    if (!holder && !problem) counts.anonymous += records.length;
    for (const record of records) {
      if (!record.sum) continue;
      const { month, amount } = record.sum;
      const before = months[month] ?? { file: 0, log: 0 };
      months[month] = { file: before.file + amount, log: before.log + (kept.get(record) ?? 0) };
    }
  }
  return { ...tally, matched: matched.size };
};
