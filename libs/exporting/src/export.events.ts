import { Filter, Message } from '@boucle/eventsourcing';
import { ExclusionReason } from '@boucle/campaigns';

/** What an export is made for: letters, e-mails, calls, or whatever somebody does with fields. */
export const PRESETS = ['post', 'email', 'calls', 'fields'] as const;
export type Preset = (typeof PRESETS)[number];

/** How an export is written. */
export const FORMATS = ['csv', 'ndjson', 'xlsx'] as const;
export type Format = (typeof FORMATS)[number];

/** The mailings of a wave. */
export interface MailingsOf {
  readonly campaignId: string;
  readonly wave: number;
  /** null: whichever the preset can carry. */
  readonly offer: string | null;
}

/** Who is to stand in an export, and with what. */
export interface ExportOrder {
  readonly preset: Preset;
  /** As a condition on profiles; null: everybody, or the mailings. */
  readonly universe: Filter | null;
  /** null: whoever the universe names. */
  readonly mailings: MailingsOf | null;
  /** Besides those of the preset. */
  readonly fields: readonly string[];
  /** Code: what people are addressed for, or what the fields are looked at for. */
  readonly purpose: string;
  /** Whether who is addressed must have consented where the law asks for it. */
  readonly consent: 'required' | 'not-checked';
  /** The country that letters leave from, ISO 3166: addresses elsewhere name theirs. null: all do. */
  readonly sender: string | null;
}

/** Why somebody does not stand in an export. */
export type LeftOut = ExclusionReason | 'same-household' | 'not-mailed' | 'erased';

/** How many, by reason. */
export type LeftOutCounts = Readonly<Partial<Record<LeftOut, number>>>;

/** Who stands in a row, and where he is addressed. */
export interface RowEntry {
  readonly clientId: string;
  /** null: he is not addressed. */
  readonly pointId: string | null;
  /** Of a mailing. */
  readonly offer?: string;
}

export type ExportEvent =
  /** Somebody wants a file of people. */
  | Message<'ExportOrdered', { exportId: string; order: ExportOrder }>
  /** Who stands in the next rows, in order of client id; `excluded` counts those between them, `through` is the last client looked at. */
  | Message<'RowsExported', { exportId: string; chunk: number; rows: readonly RowEntry[]; excluded: LeftOutCounts; through: string | null }>
  /** Everybody who belongs there stands in the export. */
  | Message<'ExportCompleted', { exportId: string; rows: number; excluded: LeftOutCounts }>
  /** The export cannot be made. */
  | Message<'ExportAbandoned', { exportId: string; reason: string }>
  /** Somebody begins to take the file; who may not be addressed any more is left out of it. */
  | Message<'ExportTaken', { exportId: string; takingId: string; format: Format }>
  /** He was given all of it. */
  | Message<'ExportHandedOut', { exportId: string; takingId: string; rows: number; leftOut: LeftOutCounts }>;
