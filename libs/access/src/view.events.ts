import { Message } from '@boucle/eventsourcing';
import { FieldGroup } from './field-groups.js';
import { Role } from './roles.js';

/** What shows several people at once, and which groups of their fields. */
export const VIEWS = {
  search: ['identity', 'contact-points', 'consents', 'behaviour'],
  portfolio: ['behaviour'],
  calendar: ['identity', 'behaviour'],
  household: ['identity', 'behaviour'],
  company: ['identity'],
  duplicates: ['identity', 'contact-points', 'behaviour'],
  'doubtful-addresses': ['contact-points'],
  'household-proposals': ['identity', 'contact-points'],
  'erasure-proposals': ['behaviour'],
  report: ['money', 'consents', 'behaviour', 'analysis'],
} as const satisfies Record<string, readonly FieldGroup[]>;
export type View = keyof typeof VIEWS;

/** What a role looks at clients for, unless it says otherwise. */
export const PURPOSES: Readonly<Record<Role, string>> = {
  'campaign-manager': 'campaigns',
  approver: 'approval',
  auditor: 'audit',
  service: 'service',
  'call-centre': 'client-service',
  salesperson: 'sales',
  'data-protection': 'data-protection',
  administrator: 'administration',
};

export type ViewEvent =
  /** Somebody was shown several people at once, so often and so many in all; the selection is a kind or an id, and never what was typed. */
  Message<
    'ClientsViewed',
    {
      viewId: string;
      actor: string;
      role: Role;
      view: View;
      selection: string;
      fields: readonly FieldGroup[];
      purpose: string;
      /** ISO instants of the first time and the last. */
      from: string;
      until: string;
      requests: number;
      clients: number;
    }
  >;
