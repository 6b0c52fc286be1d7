import { Role } from './roles.js';

/** What is known of a client, by who may see it: of the person, what was done and what he did, and what is concluded from it. */
export const FIELD_GROUPS = ['identity', 'contact-points', 'family', 'money', 'consents', 'behaviour', 'analysis'] as const;
export type FieldGroup = (typeof FIELD_GROUPS)[number];

const WRITES = 2;
const READS = 1;
const NOTHING = 0;

/** What each role may do with each group, in their order; who may not see something may not write it either. */
const RIGHTS: Readonly<
  Record<
    Role,
    readonly [identity: number, points: number, family: number, money: number, consents: number, behaviour: number, analysis: number]
  >
> = {
  'campaign-manager': [NOTHING, NOTHING, READS, READS, READS, READS, READS],
  approver: [NOTHING, NOTHING, READS, READS, READS, READS, READS],
  auditor: [NOTHING, NOTHING, READS, READS, READS, READS, READS],
  service: [WRITES, WRITES, WRITES, WRITES, WRITES, WRITES, WRITES],
  'call-centre': [WRITES, WRITES, NOTHING, READS, WRITES, WRITES, NOTHING],
  salesperson: [WRITES, WRITES, NOTHING, NOTHING, WRITES, WRITES, READS],
  'data-protection': [READS, READS, READS, READS, READS, READS, READS],
  administrator: [WRITES, WRITES, WRITES, WRITES, WRITES, WRITES, WRITES],
};

const rightOf = (role: Role, group: FieldGroup): number => RIGHTS[role][FIELD_GROUPS.indexOf(group)];

/** Whether a role may change what belongs to a group. */
export const mayWrite = (role: Role, group: FieldGroup): boolean => rightOf(role, group) === WRITES;

/** The groups of which a role sees nothing. */
export const hiddenFrom = (role: Role): readonly FieldGroup[] => FIELD_GROUPS.filter((group) => rightOf(role, group) === NOTHING);
