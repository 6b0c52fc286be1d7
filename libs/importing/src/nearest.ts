import { ImportKind } from './import.events.js';
import { IMPORT_FIELDS, importField } from './import-fields.js';

/** Some names as a message lists them. */
export const listed = (names: readonly string[]): string =>
  names
    .slice(0, 12)
    .map((name) => JSON.stringify(name))
    .join(', ') + (names.length > 12 ? ` and ${names.length - 12} more` : '');

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The field that may have been meant, or all that there are. */
export const didYouMean = (name: string, kind: ImportKind): string => {
  const names = Object.keys(IMPORT_FIELDS).filter((field) => importField(field, kind));
  const near = names.find((field) => plain(field).startsWith(plain(name).slice(0, 4)));
  return near ? ` Did you mean ${JSON.stringify(near)}?` : ` It has ${names.join(', ')}, fields.… and attributes.….`;
};
