import { randomUUID } from 'node:crypto';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { IssueKey, isValid, Key, keyDecider, KEYS_STREAM, RevokeKey, Role, ROLES } from '@boucle/access';
import { commandHandling, EventStore, fold, Outcome } from '@boucle/eventsourcing';
import { onFolder, openAdapters } from '../../engine/src/adapters.js';
import { readConfig } from '../../engine/src/config.js';
import { newSecret } from '../../engine/src/secret.js';
import { oneOf } from './arguments.js';
import { UsageError } from './usage-error.js';

const ACTOR = 'command-line';

/** Works on the log that the settings name, or on that of a data folder. */
const onLog = async <T>(dir: string | undefined, work: (events: EventStore) => Promise<T>): Promise<T> => {
  const adapters = await openAdapters(dir === undefined ? readConfig(process.env) : onFolder(dir));
  try {
    return await work(adapters.events);
  } finally {
    await adapters.close();
  }
};

const execute = (events: EventStore, command: IssueKey | RevokeKey): Promise<Outcome> => {
  const id = randomUUID();
  const cause = { id, correlationId: id, now: new Date().toISOString(), actor: ACTOR };
  return commandHandling(events).handle(keyDecider, { command, cause });
};

const DIR = { flags: '--dir <folder>', description: 'a data folder that no engine holds; what the settings name if left out' };

/** What fields of a key are called here. */
const OPTIONS: Readonly<Record<string, string>> = { expiresAt: 'expires', salespersonId: 'salesperson' };

@SubCommand({ name: 'create', description: 'Issue a key and show it, this once' })
class CreateKeyCommand extends CommandRunner {
  async run(_: string[], given: { role: Role; name: string; salesperson?: string; expires?: string; dir?: string }): Promise<void> {
    const { keyId, key, sha256 } = newSecret();
    const { role, name, salesperson, expires } = given;
    const command = plainToInstance(IssueKey, {
      ...{ keyId, name, role, sha256 },
      ...(salesperson !== undefined && { salespersonId: salesperson }),
      ...(expires !== undefined && { expiresAt: expires }),
    });
    const [wrong] = validateSync(command);
    if (wrong) throw new UsageError(`--${OPTIONS[wrong.property] ?? wrong.property}: ${Object.values(wrong.constraints!).join('; ')}`);
    await onLog(given.dir, (events) => execute(events, command));
    console.log(key);
    process.stderr.write(`Key ${keyId} (${role}, ${name}). It is shown this once: send it as "Authorization: Bearer …".\n`);
  }

  @Option({ flags: '--role <role>', description: ROLES.join(', '), required: true })
  role(value: string): string {
    return oneOf('--role', ROLES, value);
  }

  @Option({ flags: '--name <name>', description: "what the key is for; no person's name", required: true })
  name(value: string): string {
    return value;
  }

  @Option({ flags: '--salesperson <id>', description: 'whose portfolio it opens, for the role salesperson' })
  salesperson(value: string): string {
    return value;
  }

  @Option({ flags: '--expires <instant>', description: 'when it opens nothing any more, for example 2027-03-01T12:00:00Z' })
  expires(value: string): string {
    return value;
  }

  @Option(DIR)
  dir(value: string): string {
    return value;
  }
}

const stateOf = (key: Key): string => {
  if (key.revokedAt !== null) return `revoked ${key.revokedAt}`;
  if (key.expiresAt === null) return 'valid';
  return `${isValid(key, new Date().toISOString()) ? 'valid until' : 'expired'} ${key.expiresAt}`;
};

@SubCommand({ name: 'list', description: 'Every key ever issued' })
class ListKeysCommand extends CommandRunner {
  async run(_: string[], { dir }: { dir?: string }): Promise<void> {
    const keys: readonly Key[] = await onLog(dir, async (events) => fold(keyDecider, keyDecider.initial, await events.read(KEYS_STREAM)));
    for (const key of keys)
      console.log(`${key.keyId}  ${key.role.padEnd(16)}  issued ${key.issuedAt}  ${stateOf(key).padEnd(36)}  ${key.name}`);
    if (keys.length === 0) process.stderr.write('No key was ever issued: the engine needs none, and serves its own machine only.\n');
  }

  @Option(DIR)
  dir(value: string): string {
    return value;
  }
}

@SubCommand({ name: 'revoke', arguments: '<id>', description: 'Revoke a key by its id, as boucle key list shows it' })
class RevokeKeyCommand extends CommandRunner {
  async run([keyId]: string[], { dir }: { dir?: string }): Promise<void> {
    const { events } = await onLog(dir, (log) => execute(log, Object.assign(new RevokeKey(), { keyId })));
    process.stderr.write(events.length > 0 ? `Key ${keyId} opens nothing any more.\n` : `Key ${keyId} was revoked before.\n`);
  }

  @Option(DIR)
  dir(value: string): string {
    return value;
  }
}

@Command({
  name: 'key',
  description: 'Issue, list and revoke the keys of the engine',
  subCommands: [CreateKeyCommand, ListKeysCommand, RevokeKeyCommand],
})
export class KeyCommand extends CommandRunner {
  async run([stray]: string[]): Promise<void> {
    throw new UsageError(`${stray === undefined ? 'Say' : `"${stray}" is not known; say`} boucle key create, list or revoke`);
  }
}

/** What the command line needs for its keys. */
export const keyCommands = [KeyCommand, CreateKeyCommand, ListKeysCommand, RevokeKeyCommand];
