import Database from 'better-sqlite3';
import { layOut, Schema } from './schema.js';

const schema: Schema = {
  create: 'CREATE TABLE clients (name TEXT, town TEXT, country TEXT)',
  upgrades: [
    (db) => db.exec("ALTER TABLE clients ADD COLUMN town TEXT DEFAULT 'Bern'"),
    (db) => db.exec("ALTER TABLE clients ADD COLUMN country TEXT DEFAULT 'CH'"),
  ],
};

describe('the layout of a file', () => {
  let db: Database.Database;
  beforeEach(() => (db = new Database(':memory:')));
  afterEach(() => db.close());

  const version = (): unknown => db.pragma('user_version', { simple: true });
  const clients = (): unknown[] => db.prepare('SELECT * FROM clients').all();
  const inVersion1 = (): void => {
    db.exec("CREATE TABLE clients (name TEXT); INSERT INTO clients VALUES ('Ann')");
    db.pragma('user_version = 1');
  };

  it('is that of today in a new file', () => {
    layOut(db, 'new', schema);
    expect([version(), clients()]).toEqual([3, []]);
  });

  it('goes through every version that a past one lacks', () => {
    inVersion1();
    layOut(db, 'past', { ...schema, upgrades: schema.upgrades.slice(0, 1) });
    expect([version(), clients()]).toEqual([2, [{ name: 'Ann', town: 'Bern' }]]);
    layOut(db, 'past', schema);
    expect([version(), clients()]).toEqual([3, [{ name: 'Ann', town: 'Bern', country: 'CH' }]]);
  });

  it('stays as it was where a step fails', () => {
    inVersion1();
    const failing: Schema = { ...schema, upgrades: [schema.upgrades[0], (broken) => broken.exec('no SQL')] };
    expect(() => layOut(db, 'past', failing)).toThrow('syntax error');
    expect([version(), clients()]).toEqual([1, [{ name: 'Ann' }]]);
  });

  it('of a version to come is refused, with the remedy', () => {
    db.pragma('user_version = 4');
    expect(() => layOut(db, 'log.sqlite', schema)).toThrow(
      /log.sqlite was written by a newer version .*schema 4, this one knows 3.*start that version/,
    );
    expect(version()).toBe(4);
  });
});
