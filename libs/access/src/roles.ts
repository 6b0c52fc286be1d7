/** What a request is about. */
export type Action =
  /** Reads what is known about one client, but not who he is. */
  | 'look-up'
  /** Reads who a client is, and finds clients by it. */
  | 'identify'
  /** Reads campaigns and their results. */
  | 'read'
  /** Plans, launches, pauses and ends campaigns. */
  | 'plan'
  /** Decides on a wave that was proposed. */
  | 'approve'
  /** Takes people out of the house in files, as far as the groups of fields of the role go. */
  | 'export'
  /** Brings in clients, contacts, purchases and responses. */
  | 'record'
  /** Reads and records what concerns the clients of his own portfolio, and no others. */
  | 'sell'
  /** Reads who was given a key, and where messages go. */
  | 'audit'
  /** Erases clients, and hands out all that is known of one; ends suppression lists. */
  | 'forget'
  /** Issues and revokes keys, sends messages elsewhere. */
  | 'administer';

const PERMISSIONS = {
  'campaign-manager': ['look-up', 'read', 'plan', 'export'],
  approver: ['look-up', 'read', 'approve'],
  auditor: ['look-up', 'read', 'audit'],
  service: ['look-up', 'identify', 'record', 'export'],
  'call-centre': ['look-up', 'identify', 'record'],
  salesperson: ['sell'],
  'data-protection': ['look-up', 'identify', 'read', 'audit', 'forget'],
  administrator: ['look-up', 'identify', 'read', 'plan', 'approve', 'export', 'record', 'audit', 'forget', 'administer'],
} as const satisfies Record<string, readonly Action[]>;

export type Role = keyof typeof PERMISSIONS;

export const ROLES = Object.keys(PERMISSIONS) as Role[];

/** Who may do one of these. */
export const rolesFor = (...actions: readonly Action[]): Role[] =>
  ROLES.filter((role) => (PERMISSIONS[role] as readonly Action[]).some((action) => actions.includes(action)));
