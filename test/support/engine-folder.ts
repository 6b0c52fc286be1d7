import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { canonicalJson, Message, RecordedEvent } from '@boucle/eventsourcing';
import { newFolder } from './folders.js';

const EVENTS = 'events.sqlite';
const DOCUMENTS = 'documents.sqlite';

/** The newest event of a log. */
export interface Newest {
  readonly position: number;
  readonly type: string;
  readonly stream: string;
  readonly id: string;
  /** Of the wave that it belongs to, if any. */
  readonly wave: number | null;
}

type Row = [position: number, stream: string, revision: number, type: string, data: string, metadata: string, recordedAt: string];

const NONE: Newest = { position: 0, type: '', stream: '', id: '', wave: null };

/** Looks at a log while an engine writes it. */
export const openLog = (dir: string): { newest(): Newest; close(): void } => {
  const db = new Database(join(dir, EVENTS), { readonly: true });
  const last = db.prepare(
    `SELECT position, type, stream, metadata ->> '$.id' AS id, data ->> '$.wave' AS wave FROM events
     WHERE position = (SELECT max(position) FROM events)`,
  );
  return { newest: () => (last.get() as Newest | undefined) ?? NONE, close: () => db.close() };
};

/** The newest event of a log that no engine holds. */
export const newestIn = (dir: string): Newest => {
  const log = openLog(dir);
  try {
    return log.newest();
  } finally {
    log.close();
  }
};

/** All events of a log that no engine holds, in order. */
export const eventsIn = <M extends Message = Message>(dir: string): RecordedEvent<M>[] => {
  const db = new Database(join(dir, EVENTS), { readonly: true });
  try {
    const all = db.prepare('SELECT position, stream, revision, type, data, metadata, recorded FROM events ORDER BY position');
    return (all.raw().all() as Row[]).map(([position, stream, revision, type, data, metadata, recordedAt]) => {
      const told = { data: JSON.parse(data), metadata: JSON.parse(metadata) };
      return { position, stream, revision, type, ...told, recordedAt } as RecordedEvent<M>;
    });
  } finally {
    db.close();
  }
};

/** Where workers are; when somebody is read next depends on what was read together: what is concluded stands in the log. */
const REMEMBERED = ['checkpoints', 'standings', 'standing-dues'];

/** Every document but what workers remember, by collection and key, as canonical JSON without its position. */
export const documentsIn = (dir: string): Record<string, Record<string, string>> => {
  const db = new Database(join(dir, DOCUMENTS), { readonly: true });
  try {
    const tables = db.prepare(`SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`).pluck().all() as string[];
    const read = (name: string): [string, string | null][] =>
      db.prepare(`SELECT key, document FROM "${name}" ORDER BY key`).raw().all() as [string, string | null][];
    return Object.fromEntries(
      tables
        .filter((name) => !REMEMBERED.includes(name))
        .map((name) => [name, Object.fromEntries(read(name).map(([key, text]) => [key, canonicalJson(JSON.parse(text ?? 'null'))]))]),
    );
  } finally {
    db.close();
  }
};

/** The lines of every file of the outbox. */
export const outboxIn = (dir: string): Record<string, string[]> => {
  const folder = join(dir, 'outbox');
  return Object.fromEntries(
    readdirSync(folder)
      .filter((name) => !name.endsWith('.tmp'))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8').split('\n')]),
  );
};

/** A copy of a folder's log and documents, to look at what a crash has left without repairing it. */
export const copyOf = (dir: string): string => {
  const copy = newFolder();
  for (const name of [EVENTS, DOCUMENTS])
    for (const file of [name, `${name}-wal`]) if (existsSync(join(dir, file))) copyFileSync(join(dir, file), join(copy, file));
  return copy;
};

const documentFiles = (dir: string): string[] => ['', '-wal', '-shm'].map((suffix) => join(dir, `${DOCUMENTS}${suffix}`));

/** Throws every read model and checkpoint away. */
export const dropDocuments = (dir: string): void => documentFiles(dir).forEach((file) => rmSync(file, { force: true }));

/** Bytes written so far into the files of the read models. */
export const documentBytes = (dir: string): number =>
  documentFiles(dir).reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
