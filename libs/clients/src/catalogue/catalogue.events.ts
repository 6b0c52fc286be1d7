import { Message, Upcasters } from '@boucle/eventsourcing';

/** What people read, by language (ISO 639). */
export type Labels = Readonly<Record<string, string>>;

/** What a custom field of a person may hold. */
export const FIELD_KINDS = ['code', 'number', 'flag', 'day'] as const;
export type FieldKind = (typeof FIELD_KINDS)[number];

export type CatalogueEvent =
  /** Something more may be known about a person; what is a code has a catalogue of the same name. */
  | Message<'FieldDeclared', { field: string; kind: FieldKind; labels: Labels }>
  /** A field is filled no more; what it holds stays. */
  | Message<'FieldRetired', { field: string }>
  /** A value joined the closed list of a field. */
  | Message<'CatalogueEntryAdded', { catalogue: string; code: string; labels: Labels }>
  /** A value of a closed list is called otherwise. */
  | Message<'CatalogueEntryRelabelled', { catalogue: string; code: string; labels: Labels }>
  /** A value is chosen no more; who has it keeps it. */
  | Message<'CatalogueEntryRetired', { catalogue: string; code: string }>;

export const catalogueUpcasters: Upcasters = {};
