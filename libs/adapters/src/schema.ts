import Database from 'better-sqlite3';
import { StoreUnavailableError } from '@boucle/eventsourcing';

/** Turns the tables of one version into those of the next, within one transaction. */
export type Upgrade = (db: Database.Database) => void;

/** How a file is laid out. */
export interface Schema {
  /** Makes the tables of today. */
  readonly create: string;
  /** A step from each past version, the first from version 1; the version of today is their number + 1. */
  readonly upgrades: readonly Upgrade[];
}

const versionIn = (db: Database.Database): number => db.pragma('user_version', { simple: true }) as number;

/** Lays out a new file, and brings one of a past version up to date or leaves it as it was; one of a version that is not known yet is refused. */
export const layOut = (db: Database.Database, file: string, { create, upgrades }: Schema): void => {
  const today = upgrades.length + 1;
  const found = versionIn(db);
  if (found > today || found < 0)
    throw new StoreUnavailableError(
      `${file} was written by a newer version of Boucle (schema ${found}, this one knows ${today}): start that version, or restore a backup made before it`,
    );
  if (found === today) return;
  db.transaction(() => {
    if (found === 0) db.exec(create);
    else for (const upgrade of upgrades.slice(found - 1)) upgrade(db);
    db.pragma(`user_version = ${today}`);
  }).immediate();
};
