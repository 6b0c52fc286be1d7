import { Message } from '@boucle/eventsourcing';

/** What a person's whole file is handed out for. */
export const EXPORT_PURPOSES = [
  'requested-by-person',
  'requested-by-representative',
  'requested-by-authority',
  'complaint',
  'internal-check',
] as const;
export type ExportPurpose = (typeof EXPORT_PURPOSES)[number];

export type PersonFileEvent =
  /** Everything that is known of a client, so many events, was handed to whoever asked for it. */
  Message<'PersonFileExported', { clientId: string; exportId: string; purpose: ExportPurpose; events: number }>;
