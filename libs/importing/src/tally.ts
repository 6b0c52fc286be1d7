import { Sums, Tally } from './import.events.js';

export const NOTHING: Tally = {
  rows: 0,
  accepted: 0,
  repeated: 0,
  rejected: 0,
  created: 0,
  matched: 0,
  changed: {},
  waiting: {},
  refused: {},
  records: 0,
  inLog: 0,
  anonymous: 0,
  months: {},
};

const sumsTogether = (a: Tally['months'], b: Tally['months']): Tally['months'] => {
  const sums: Record<string, Sums> = { ...a };
  for (const [month, { file, log }] of Object.entries(b)) {
    const before = sums[month] ?? { file: 0, log: 0 };
    sums[month] = { file: before.file + file, log: before.log + log };
  }
  return sums;
};

const countsTogether = (a: Tally['changed'] = {}, b: Tally['changed'] = {}): Tally['changed'] => {
  const counts: Record<string, number> = { ...a };
  for (const [field, count] of Object.entries(b)) counts[field] = (counts[field] ?? 0) + count;
  return counts;
};

/** What became of some rows and of others. */
export const together = (a: Tally, b: Tally): Tally => ({
  rows: a.rows + b.rows,
  accepted: a.accepted + b.accepted,
  repeated: a.repeated + b.repeated,
  rejected: a.rejected + b.rejected,
  created: a.created + b.created,
  matched: a.matched + b.matched,
  changed: countsTogether(a.changed, b.changed),
  waiting: countsTogether(a.waiting, b.waiting),
  refused: countsTogether(a.refused, b.refused),
  records: a.records + b.records,
  inLog: a.inLog + b.inLog,
  anonymous: a.anonymous + b.anonymous,
  months: sumsTogether(a.months, b.months),
});
