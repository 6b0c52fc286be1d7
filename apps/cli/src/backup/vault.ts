import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedKeyVault, openSnapshot, readRegister } from '@boucle/adapters';
import { REGISTER_FILE, VAULT_FILE } from '../../../engine/src/adapters.js';
import { sync } from './files.js';

/** Copies a vault and its register while somebody uses them, and tells what it has made. No key can be destroyed while the vault is copied, so that is done by itself; the register comes after the vault, so that it is never behind it. */
export const copyVault = async (dir: string, to: string): Promise<readonly string[]> => {
  const made: string[] = [];
  for (const name of [VAULT_FILE, REGISTER_FILE]) {
    if (!existsSync(join(dir, name))) continue;
    const snapshot = openSnapshot(join(dir, name));
    try {
      await snapshot.copyTo(join(to, name));
    } finally {
      snapshot.close();
    }
    sync(join(to, name));
    made.push(name);
  }
  return made;
};

/** Destroys in a restored vault what was destroyed since: what its own register says, and what that of today says. */
export const forgetAgain = async (dir: string, today: string | undefined): Promise<void> => {
  if (today === undefined && !existsSync(join(dir, VAULT_FILE))) return;
  const vault = new EmbeddedKeyVault(join(dir, VAULT_FILE), join(dir, REGISTER_FILE));
  try {
    if (today !== undefined) await vault.destroy(readRegister(today));
  } finally {
    vault.close();
  }
};
