import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { Clock, ConcurrencyError, DomainError, EventStore, Lookup, Outcome, Request } from '@boucle/eventsourcing';
import { placeOfPoint, readClient } from '@boucle/clients';
import { LineProblem, RETURN_COLUMNS, ReturnKind, ReturnLine, rowOfCode, toldBy } from '@boucle/exporting';
import { RejectedLine } from './http/bulk.js';
import { ShapeError } from './http/problem.filter.js';
import { refusal } from './http/reading.js';
import { happensAt } from './http/writing.js';

const AT_ONCE = 500;
const LONGEST_LINE = 100_000;

/** What became of the lines of a file. */
export interface Returned {
  readonly accepted: number;
  /** Known already. */
  readonly repeated: number;
  /** Calls that were not made. */
  readonly empty: number;
  readonly rejected: readonly RejectedLine[];
  readonly position: number;
}

/** What it takes to enter what came back. */
export interface ReturnNeeds {
  readonly events: EventStore;
  readonly lookup: Lookup;
  readonly clock: Clock;
  readonly actor: string;
  readonly executeMany: (requests: readonly Request[]) => Promise<(Outcome | Error)[]>;
}

interface Read {
  readonly record: ReturnLine;
  readonly info: { readonly lines: number };
}

/** The separator that a title line is written with. */
const separatorOf = (title: string): string =>
  [',', ';', '\t'].reduce((best, one) => (title.split(one).length > title.split(best).length ? one : best));

const titles =
  (kind: ReturnKind) =>
  (names: readonly string[]): string[] => {
    const found = names.map((name) => name.trim().toLowerCase());
    const missing = RETURN_COLUMNS[kind].needed.filter((name) => !found.includes(name));
    if (missing.length > 0)
      throw new ShapeError(
        missing.map((field) => ({ field, reason: `There is no column ${field}: name it in the first line of the file` })),
      );
    return found;
  };

/** Enters what came back by the codes of exports: returned mail, or what came of calls. Each line stands for itself; all accepted ones are durable before it answers. */
export const enterReturns = async (kind: ReturnKind, csv: Readable, title: string, needs: ReturnNeeds): Promise<Returned> => {
  const { events, lookup, clock, actor, executeMany } = needs;
  const rejected: RejectedLine[] = [];
  let [accepted, repeated, empty, position] = [0, 0, 0, 0];

  const requestsOf = async ({ record }: Read): Promise<Request[] | LineProblem> => {
    const row = await rowOfCode(events, lookup, record.code ?? '');
    if (!row)
      return {
        field: 'code',
        reason: `"${record.code ?? ''}" is no code of an export of ours: look for a misprint, and enter the line again`,
      };
    const told = toldBy(kind, record, row);
    if (!Array.isArray(told)) return told;
    const id = randomUUID();
    const causeOf = (data: object) => ({ id, correlationId: id, now: happensAt(data, clock), actor });
    return told.map((message) => ({ message, cause: { ...causeOf(message.data), key: message.type } }));
  };

  /** Executes them; an address that the person has in a file merged into his is looked for there. */
  const executeInFiles = async (requests: readonly Request[]): Promise<(Outcome | Error)[]> => {
    const outcomes = await executeMany(requests);
    for (const [n, outcome] of outcomes.entries()) {
      if (!(outcome instanceof DomainError && outcome.code === 'unknown-address')) continue;
      const { message, cause } = requests[n];
      const { clientId, addressId } = message.data as { clientId: string; addressId: string };
      const place = placeOfPoint(await readClient(events, clientId), clientId, addressId);
      if (place.clientId === clientId) continue;
      const data = { ...message.data, clientId: place.clientId, addressId: place.pointId };
      [outcomes[n]] = await executeMany([{ message: { ...message, data }, cause }]);
    }
    return outcomes;
  };

  const enter = async (lines: readonly Read[]): Promise<void> => {
    const sent: { line: number; request: Request; last: boolean }[] = [];
    for (const read of lines) {
      const line = read.info.lines;
      const requests = await requestsOf(read).catch((error: Error) => {
        if (error instanceof DomainError) return { ...refusal(error, 'line'), field: 'at' };
        throw error;
      });
      if (!Array.isArray(requests)) rejected.push({ line, ...requests });
      else if (requests.length === 0) empty++;
      else requests.forEach((request, n) => sent.push({ line, request, last: n === requests.length - 1 }));
    }
    const outcomes = await executeInFiles(sent.map(({ request }) => request));
    outcomes.forEach((outcome, n) => {
      const { line, last } = sent[n];
      if (outcome instanceof DomainError) rejected.push({ line, ...refusal(outcome, 'line') });
      else if (outcome instanceof ConcurrencyError) rejected.push({ line, field: 'line', reason: outcome.message });
      else if (outcome instanceof Error) throw outcome;
      else {
        position = Math.max(position, outcome.position);
        if (last && outcome.events.length > 0) accepted++;
        else if (last) repeated++;
      }
    });
  };

  const unread = ({ code, message, lines }: CsvError): void => {
    const line = Number(lines);
    // several things may be wrong with one
    if (rejected.some((one) => one.line === line)) return;
    const upTo = code === 'CSV_QUOTE_NOT_CLOSED' ? 'from where it opens to the end nothing was read' : 'the line was passed over';
    rejected.push({ line, field: 'line', reason: `${message}: ${upTo}; correct it and enter the file again` });
  };
  const parser = csv.pipe(
    parse({
      ...{ bom: true, info: true, trim: true, skip_empty_lines: true, relax_column_count: true },
      ...{ delimiter: separatorOf(title), max_record_size: LONGEST_LINE, columns: titles(kind) },
      skip_records_with_error: true,
      on_skip: (error) => {
        if (error) unread(error);
        return undefined;
      },
    }),
  );
  csv.on('error', (error) => parser.destroy(error));
  let lines: Read[] = [];
  for await (const read of parser as AsyncIterable<Read>) {
    lines.push(read);
    if (lines.length < AT_ONCE) continue;
    await enter(lines);
    lines = [];
  }
  await enter(lines);
  return { accepted, repeated, empty, rejected: rejected.sort((a, b) => a.line - b.line), position };
};
