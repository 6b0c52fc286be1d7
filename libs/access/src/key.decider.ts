import { Decider, DomainError } from '@boucle/eventsourcing';
import { IssueKey, RevokeKey } from './key.commands.js';
import { KeyEvent } from './key.events.js';
import { Role } from './roles.js';

/** A key as the engine knows it. */
export interface Key {
  readonly keyId: string;
  readonly name: string;
  readonly role: Role;
  /** Whose key it is, if it is a salesperson's. */
  readonly salespersonId: string | null;
  readonly sha256: string;
  readonly issuedAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

/** All keys are one stream: few and slow, and an engine that starts knows them after one read. */
export const KEYS_STREAM = 'keys';

const commands = { IssueKey, RevokeKey };

/** Whether a key opens anything at an instant. */
export const isValid = ({ expiresAt, revokedAt }: Key, now: string): boolean =>
  revokedAt === null && (expiresAt === null || now < expiresAt);

/** Refuses a key of which nobody knows whose portfolio it opens. */
const mustSayWho = ({ role, salespersonId }: IssueKey): void => {
  if (role === 'salesperson' && salespersonId === undefined)
    throw new DomainError('no-salesperson', 'salespersonId is needed for the role salesperson: whose clients it is about', 'salespersonId');
  if (role !== 'salesperson' && salespersonId !== undefined)
    throw new DomainError('no-portfolio', `A key of the role ${role} opens no portfolio: leave salespersonId out`, 'salespersonId');
};

export const keyDecider: Decider<readonly Key[], typeof commands, KeyEvent> = {
  commands,
  stream: () => KEYS_STREAM,
  initial: [],
  decide: {
    IssueKey: (keys, command, now) => {
      const { keyId, name, role, sha256, expiresAt, salespersonId } = command;
      const known = keys.find((key) => key.keyId === keyId);
      if (known?.sha256 === sha256) return [];
      if (known) throw new DomainError('key-exists', `There is a key ${keyId} already`, 'keyId');
      mustSayWho(command);
      const end = expiresAt === undefined ? null : new Date(expiresAt).toISOString();
      if (end !== null && end <= now)
        throw new DomainError('already-expired', `expiresAt must be in the future (now is ${now})`, 'expiresAt');
      return [{ type: 'KeyIssued', data: { keyId, name, role, sha256, expiresAt: end, ...(salespersonId && { salespersonId }) } }];
    },
    RevokeKey: (keys, { keyId }) => {
      const known = keys.find((key) => key.keyId === keyId);
      if (!known) throw new DomainError('unknown-key', `There is no key ${keyId}`, 'keyId');
      return known.revokedAt === null ? [{ type: 'KeyRevoked', data: { keyId } }] : [];
    },
  },
  evolve: {
    KeyIssued: (keys, issued, issuedAt) => [...keys, { ...issued, salespersonId: issued.salespersonId ?? null, issuedAt, revokedAt: null }],
    KeyRevoked: (keys, { keyId }, revokedAt) => keys.map((key) => (key.keyId === keyId ? { ...key, revokedAt } : key)),
  },
};
