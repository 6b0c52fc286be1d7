import type { Document } from 'mongodb';
import type { Condition, Filter, Scalar } from '@boucle/eventsourcing';

const STRANGE = /[\0\x01\ud7ff-\uffff]/;
const STRANGE_NAME = /^[$_~]|[\0\x01\ud7ff-\uffff]/;

const spelt = (unit: string): string =>
  unit < '\x02' ? `\x01${unit === '\0' ? '\x01' : '\x02'}` : `\ud7ff${String.fromCharCode(unit.charCodeAt(0) - 0xd7fe)}`;

/**
 * A text whose UTF-8 bytes MongoDB takes and orders as JavaScript does its code units: without NUL, and with surrogates and what stands behind them
 * spelt by signs before them. Nearly every text stays as it is, and to see that is quicker than to replace nothing.
 */
const plain = (text: string): string => (STRANGE.test(text) ? text.replace(/[\0\x01\ud7ff-\uffff]/g, spelt) : text);

/** Names that MongoDB or its driver would take for something else begin with a tilde. */
const nameOf = (field: string): string => (STRANGE_NAME.test(field) ? plain(field).replace(/^[$_~]/, '~$&') : field);

const scalarOf = (value: Scalar): Scalar => {
  if (typeof value === 'string') return plain(value);
  // JSON knows no -0
  return typeof value === 'number' ? value + 0 : value;
};

/** What filters ask of a document; a list is an object too, else MongoDB would look into its items where our filters do not. */
export const fieldsOf = (document: object): Document => {
  const fields: Document = Array.isArray(document) ? { length: document.length } : {};
  for (const name of Object.keys(document)) {
    // no dotted path leads to such a field
    if (name === '' || name.includes('.')) continue;
    const value = (document as Record<string, object | Scalar | undefined>)[name];
    fields[nameOf(name)] = typeof value === 'object' && value !== null ? fieldsOf(value) : scalarOf(value ?? null);
  }
  return fields;
};

/** Where a field of a dotted path stands in what is stored. */
export const fieldPath = (path: string): string => `fields.${path.split('.').map(nameOf).join('.')}`;

const NOTHING: Document = { _id: { $in: [] } };

const condition = ({ field, is, value }: Condition): Document => {
  if (is === 'in') return { [fieldPath(field)]: { $in: (value as readonly Scalar[]).map(scalarOf) } };
  const scalar = value as Scalar;
  const ordered = typeof scalar === 'number' || typeof scalar === 'string';
  if (is !== 'eq' && is !== 'ne' && !ordered) return NOTHING;
  return { [fieldPath(field)]: { [`$${is}`]: scalarOf(scalar) } };
};

/** The filter in MongoDB's words over `fieldsOf` a document: it means what `compileFilter` means. */
export const mongoFilter = (filter: Filter): Document => {
  if ('all' in filter) return filter.all.length > 0 ? { $and: filter.all.map(mongoFilter) } : {};
  if ('any' in filter) return filter.any.length > 0 ? { $or: filter.any.map(mongoFilter) } : NOTHING;
  if ('not' in filter) return { $nor: [mongoFilter(filter.not)] };
  return condition(filter);
};
