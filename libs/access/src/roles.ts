/** What a request is about. */
export type Action =
  /** Reads what is known about one client. */
  | 'look-up'
  /** Reads campaigns and their results. */
  | 'read'
  /** Plans, launches, pauses and ends campaigns. */
  | 'plan'
  /** Decides on a wave that was proposed. */
  | 'approve'
  /** Brings in clients, contacts, purchases and responses. */
  | 'record'
  /** Reads who was given a key, and where messages go. */
  | 'audit'
  /** Issues and revokes keys, sends messages elsewhere. */
  | 'administer';

const PERMISSIONS = {
  'campaign-manager': ['look-up', 'read', 'plan'],
  approver: ['look-up', 'read', 'approve'],
  auditor: ['look-up', 'read', 'audit'],
  service: ['look-up', 'record'],
  administrator: ['look-up', 'read', 'plan', 'approve', 'record', 'audit', 'administer'],
} as const satisfies Record<string, readonly Action[]>;

export type Role = keyof typeof PERMISSIONS;

export const ROLES = Object.keys(PERMISSIONS) as Role[];

/** Who may do something. */
export const rolesFor = (action: Action): Role[] => ROLES.filter((role) => (PERMISSIONS[role] as readonly Action[]).includes(action));
