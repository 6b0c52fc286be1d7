import { fold, Message } from '@boucle/eventsourcing';
import { recorded, specDecider } from '../../eventsourcing/src/testing.js';
import { IssueKey, RevokeKey } from './key.commands.js';
import { isValid, Key, keyDecider } from './key.decider.js';
import { FIELD_GROUPS, hiddenFrom, mayWrite } from './field-groups.js';
import { ROLES, rolesFor } from './roles.js';

const NOW = '2026-03-01T09:00:00.000Z';
const given = specDecider(keyDecider, NOW);

const keyId = '00112233445566aa';
const sha256 = 'a'.repeat(64);
const fields = { keyId, name: 'till 3', role: 'service', sha256 } as const;
const issued: Message = { type: 'KeyIssued', data: { ...fields, expiresAt: null } };
const revoked: Message = { type: 'KeyRevoked', data: { keyId } };
const issue = (more: Partial<IssueKey> = {}): IssueKey => Object.assign(new IssueKey(), { ...fields, ...more });
const revoke = Object.assign(new RevokeKey(), { keyId });

describe('IssueKey', () => {
  it('gives somebody a key', () => given().when(issue()).then(issued));
  it('is repeatable', () => given(issued).when(issue()).thenNothing());
  it('refuses another key of the same id', () =>
    given(issued)
      .when(issue({ sha256: 'b'.repeat(64) }))
      .thenRejected('key-exists'));
  it('may end the key by itself, in whatever time zone', () =>
    given()
      .when(issue({ expiresAt: '2026-03-02T00:00:00+02:00' }))
      .then({ type: 'KeyIssued', data: { ...fields, expiresAt: '2026-03-01T22:00:00.000Z' } }));
  it('says whose portfolio a salesperson sees', () => {
    const his = { role: 'salesperson', salespersonId: 'miller' } as const;
    given()
      .when(issue(his))
      .then({ type: 'KeyIssued', data: { ...fields, ...his, expiresAt: null } });
    given()
      .when(issue({ role: 'salesperson' }))
      .thenRejected('no-salesperson');
    given()
      .when(issue({ salespersonId: 'miller' }))
      .thenRejected('no-portfolio');
  });
  it('refuses an end that is past', () =>
    given()
      .when(issue({ expiresAt: NOW }))
      .thenRejected('already-expired'));
});

describe('RevokeKey', () => {
  it('takes the key back', () => given(issued).when(revoke).then(revoked));
  it('is repeatable', () => given(issued, revoked).when(revoke).thenNothing());
  it('needs a key', () => given().when(revoke).thenRejected('unknown-key'));
});

describe('a key', () => {
  const after = (...events: Message[]): Key => fold(keyDecider, keyDecider.initial, recorded(events, NOW))[0];

  it('is valid until it is revoked', () => {
    expect(isValid(after(issued), '2099-01-01T00:00:00.000Z')).toBe(true);
    expect(isValid(after(issued, revoked), NOW)).toBe(false);
  });

  it('is valid until it expires', () => {
    const key = after({ type: 'KeyIssued', data: { ...fields, expiresAt: '2026-03-02T00:00:00.000Z' } });
    expect(isValid(key, '2026-03-01T23:59:59.999Z')).toBe(true);
    expect(isValid(key, '2026-03-02T00:00:00.000Z')).toBe(false);
  });
});

describe('a role', () => {
  it.each([
    ['look-up', ROLES.filter((role) => role !== 'salesperson')],
    ['identify', ['service', 'call-centre', 'data-protection', 'administrator']],
    ['read', ['campaign-manager', 'approver', 'auditor', 'data-protection', 'administrator']],
    ['plan', ['campaign-manager', 'administrator']],
    ['approve', ['approver', 'administrator']],
    ['export', ['campaign-manager', 'service', 'administrator']],
    ['record', ['service', 'call-centre', 'administrator']],
    ['sell', ['salesperson']],
    ['audit', ['auditor', 'data-protection', 'administrator']],
    ['forget', ['data-protection', 'administrator']],
    ['administer', ['administrator']],
  ] as const)('to %s: %j', (action, roles) => expect(rolesFor(action)).toEqual(roles));
});

describe('a role without sight of a group', () => {
  it.each([
    ['campaign-manager', ['identity', 'contact-points']],
    ['approver', ['identity', 'contact-points']],
    ['auditor', ['identity', 'contact-points']],
    ['service', []],
    ['call-centre', ['family', 'analysis']],
    ['salesperson', ['family', 'money']],
    ['data-protection', []],
    ['administrator', []],
  ] as const)('%s: %j', (role, groups) => expect(hiddenFrom(role)).toEqual(groups));
  it('writes nothing of it', () => {
    for (const role of ROLES) expect(hiddenFrom(role).filter((group) => mayWrite(role, group))).toEqual([]);
  });
});

it.each([
  ['service', FIELD_GROUPS],
  ['call-centre', ['identity', 'contact-points', 'consents', 'behaviour']],
  ['salesperson', ['identity', 'contact-points', 'consents', 'behaviour']],
  ['data-protection', []],
] as const)('%s writes %j', (role, groups) => expect(FIELD_GROUPS.filter((group) => mayWrite(role, group))).toEqual(groups));
