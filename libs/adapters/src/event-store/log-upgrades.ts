import Database from 'better-sqlite3';
import { inserter } from '../sqlite.js';
import { Upgrade } from '../schema.js';

const AT_ONCE = 1000;

type Row = [position: number, type: string, body: string, stream: string];

/** Version 2: each event knows the one before it in its stream, and a table of the last ones takes the place of the index. */
const knowsTheOneBefore: Upgrade = (db: Database.Database): void => {
  db.exec(`
    DROP VIEW events;
    DROP TRIGGER log_is_append_only_update;
    DROP TRIGGER log_is_append_only_delete;
    DROP TABLE stream_index;
    DROP TABLE stream_index_reach;
    ALTER TABLE log RENAME TO log_1;
    CREATE TABLE log (position INTEGER PRIMARY KEY, before INTEGER NOT NULL, type TEXT NOT NULL, body TEXT NOT NULL);
    CREATE TRIGGER log_is_append_only_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
    CREATE TRIGGER log_is_append_only_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
    CREATE VIEW events AS
      SELECT position, body ->> '$.stream' AS stream, body ->> '$.revision' AS revision, type, body ->> '$.metadata.occurredAt' AS time,
             body -> '$.data' AS data, body -> '$.metadata' AS metadata, body ->> '$.recordedAt' AS recorded
      FROM log;
    CREATE TABLE stream_heads (stream TEXT PRIMARY KEY, revision INTEGER NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE stream_heads_reach (position INTEGER NOT NULL);
    INSERT INTO stream_heads_reach VALUES (0);
  `);
  const next = db
    .prepare(`SELECT position, type, body, body ->> '$.stream' FROM log_1 WHERE position > ? ORDER BY position LIMIT ${AT_ONCE}`)
    .raw();
  const insert = inserter(db, 'INSERT INTO log', 4);
  const last = new Map<string, number>();
  for (let rows: Row[], after = 0; (rows = next.all(after) as Row[]).length > 0; after = rows[rows.length - 1][0])
    insert(
      rows.flatMap(([position, type, body, stream]) => {
        const before = last.get(stream) ?? 0;
        last.set(stream, position);
        return [position, before, type, body];
      }),
    );
  db.exec('DROP TABLE log_1');
};

/** What a log of each past version needs: its tables as they were after that step, frozen; test/logs holds a log of each. */
export const logUpgrades: readonly Upgrade[] = [knowsTheOneBefore];
