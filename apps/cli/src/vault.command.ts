import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { CachedKeyVault, EmbeddedKeyVault, keyVaultServer, openFolder } from '@boucle/adapters';
import { REGISTER_FILE, VAULT_FILE } from '../../engine/src/adapters.js';
import { readConfig } from '../../engine/src/config.js';
import { copyVault } from './backup/vault.js';
import { publish } from './backup/files.js';
import { UsageError } from './usage-error.js';

const DEFAULT_PORT = 3100;

@SubCommand({ name: 'serve', description: 'Serve the keys of a folder to the processes of an engine that know BOUCLE_VAULT_TOKEN' })
class ServeVaultCommand extends CommandRunner {
  async run(_: string[], given: { dir: string; port?: number; host?: string }): Promise<void> {
    const { vaultToken: token } = readConfig(process.env);
    if (token === null) throw new UsageError('BOUCLE_VAULT_TOKEN must be set: whoever knows it may have every key');
    const folder = openFolder(given.dir);
    const vault = new CachedKeyVault(new EmbeddedKeyVault(folder.path(VAULT_FILE), folder.path(REGISTER_FILE)));
    const server = keyVaultServer(vault, token);
    server.listen(given.port ?? DEFAULT_PORT, given.host ?? '127.0.0.1');
    try {
      await once(server, 'listening');
      const { address, port, family } = server.address() as AddressInfo;
      process.stderr.write(`Serving the keys of ${given.dir} on http://${family === 'IPv6' ? `[${address}]` : address}:${port}\n`);
      const stop = new AbortController();
      await Promise.race(['SIGTERM', 'SIGINT'].map((signal) => once(process, signal, stop)));
      stop.abort();
      server.close();
      server.closeIdleConnections();
      await once(server, 'close');
    } finally {
      vault.close();
      folder.close();
    }
  }

  @Option({ flags: '--dir <folder>', description: 'where the vault and its register are; no engine runs on it', required: true })
  dir(value: string): string {
    return value;
  }

  @Option({ flags: '--port <port>', description: `on which it is served (${DEFAULT_PORT})` })
  port(value: string): number {
    const port = Number(value);
    if (/^\d+$/.test(value) && port <= 65_535) return port;
    throw new UsageError(`--port must be a whole number from 0 to 65535, not "${value}"`);
  }

  @Option({ flags: '--host <address>', description: 'the address it listens on (127.0.0.1: this machine only); others need TLS before it' })
  host(value: string): string {
    return value;
  }
}

@SubCommand({ name: 'backup', description: 'Copy a vault and its register, also while they are served' })
class BackupVaultCommand extends CommandRunner {
  async run(_: string[], { dir, to }: { dir: string; to: string }): Promise<void> {
    if (!existsSync(join(dir, VAULT_FILE))) throw new UsageError(`There is no vault in ${dir}: name its folder (--dir)`);
    await publish(to, '--to', async (unfinished) => void (await copyVault(dir, unfinished)));
  }

  @Option({ flags: '--dir <folder>', description: 'where the vault and its register are', required: true })
  dir(value: string): string {
    return value;
  }

  @Option({ flags: '--to <folder>', description: 'the folder to make', required: true })
  to(value: string): string {
    return value;
  }
}

@Command({
  name: 'vault',
  description: 'Serve the keys of personal data to many processes, or back them up',
  subCommands: [ServeVaultCommand, BackupVaultCommand],
})
export class VaultCommand extends CommandRunner {
  async run([stray]: string[]): Promise<void> {
    throw new UsageError(`${stray === undefined ? 'Say' : `"${stray}" is not known; say`} boucle vault serve or backup`);
  }
}

/** What the command line needs for its vault. */
export const vaultCommands = [VaultCommand, ServeVaultCommand, BackupVaultCommand];
