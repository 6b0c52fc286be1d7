import { canonicalJson, Decider, DomainError } from '@boucle/eventsourcing';
import { AddCatalogueEntry, DeclareField, RelabelCatalogueEntry, RetireCatalogueEntry, RetireField } from './catalogue.commands.js';
import { CatalogueEvent } from './catalogue.events.js';
import { Catalogues, CustomField, Entry, FIRST_CATALOGUES } from './catalogues.js';

/** All catalogues are one stream: few and slow, and an engine that starts knows them after one read. */
export const CATALOGUES_STREAM = 'catalogues';

const commands = { DeclareField, RetireField, AddCatalogueEntry, RelabelCatalogueEntry, RetireCatalogueEntry };

const fieldIn = ({ fields }: Catalogues, field: string): CustomField | null => (Object.hasOwn(fields, field) ? fields[field] : null);

const entryIn = ({ entries }: Catalogues, catalogue: string, code: string): Entry | null => {
  if (!Object.hasOwn(entries, catalogue))
    throw new DomainError(
      'unknown-catalogue',
      `There is no catalogue ${catalogue}: declare a field of that name, of kind code`,
      'catalogue',
    );
  return Object.hasOwn(entries[catalogue], code) ? entries[catalogue][code] : null;
};

const mustBeThere = (catalogues: Catalogues, catalogue: string, code: string): Entry => {
  const entry = entryIn(catalogues, catalogue, code);
  if (!entry) throw new DomainError('unknown-entry', `There is no ${code} in the catalogue ${catalogue}`, 'code');
  return entry;
};

const withEntry = (catalogues: Catalogues, catalogue: string, code: string, entry: Entry): Catalogues => ({
  ...catalogues,
  entries: { ...catalogues.entries, [catalogue]: { ...catalogues.entries[catalogue], [code]: entry } },
});

const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

export const catalogueDecider: Decider<Catalogues, typeof commands, CatalogueEvent> = {
  commands,
  stream: () => CATALOGUES_STREAM,
  initial: FIRST_CATALOGUES,
  decide: {
    DeclareField: (catalogues, { field, kind, labels }) => {
      const known = fieldIn(catalogues, field);
      if (known && !known.retired && same([known.kind, known.labels], [kind, labels])) return [];
      if (known ? known.kind !== kind : Object.hasOwn(catalogues.entries, field))
        throw new DomainError('field-exists', `${field} is already a field of another kind: choose another name`, 'field');
      return [{ type: 'FieldDeclared', data: { field, kind, labels } }];
    },
    RetireField: (catalogues, { field }) => {
      const known = fieldIn(catalogues, field);
      if (!known) throw new DomainError('unknown-field', `There is no custom field ${field}`, 'field');
      return known.retired ? [] : [{ type: 'FieldRetired', data: { field } }];
    },
    AddCatalogueEntry: (catalogues, { catalogue, code, labels }) => {
      const known = entryIn(catalogues, catalogue, code);
      if (known && !known.retired && same(known.labels, labels)) return [];
      if (known && !known.retired)
        throw new DomainError('entry-exists', `${code} is already in the catalogue ${catalogue}: relabel it instead`, 'code');
      return [{ type: 'CatalogueEntryAdded', data: { catalogue, code, labels } }];
    },
    RelabelCatalogueEntry: (catalogues, { catalogue, code, labels }) => {
      const known = mustBeThere(catalogues, catalogue, code);
      return same(known.labels, labels) ? [] : [{ type: 'CatalogueEntryRelabelled', data: { catalogue, code, labels } }];
    },
    RetireCatalogueEntry: (catalogues, { catalogue, code }) =>
      mustBeThere(catalogues, catalogue, code).retired ? [] : [{ type: 'CatalogueEntryRetired', data: { catalogue, code } }],
  },
  evolve: {
    FieldDeclared: (catalogues, { field, kind, labels }) => {
      const fields = { ...catalogues.fields, [field]: { kind, labels, retired: false } };
      const isNew = kind === 'code' && !Object.hasOwn(catalogues.entries, field);
      return { fields, entries: isNew ? { ...catalogues.entries, [field]: {} } : catalogues.entries };
    },
    FieldRetired: (catalogues, { field }) => ({
      ...catalogues,
      fields: { ...catalogues.fields, [field]: { ...catalogues.fields[field], retired: true } },
    }),
    CatalogueEntryAdded: (catalogues, { catalogue, code, labels }) => withEntry(catalogues, catalogue, code, { labels, retired: false }),
    CatalogueEntryRelabelled: (catalogues, { catalogue, code, labels }) =>
      withEntry(catalogues, catalogue, code, { ...catalogues.entries[catalogue][code], labels }),
    CatalogueEntryRetired: (catalogues, { catalogue, code }) =>
      withEntry(catalogues, catalogue, code, { ...catalogues.entries[catalogue][code], retired: true }),
  },
};
