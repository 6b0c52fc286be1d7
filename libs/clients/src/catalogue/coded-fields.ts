import { Lookup } from '@boucle/eventsourcing';
import { Catalogues, CODED, isOpenUntilListed } from './catalogues.js';

/** Custom fields of a person are named behind this. */
export const OPEN_PREFIX = 'fields.';

/** The catalogue of each field of a row that holds a code, where it is not called as the field. */
const CATALOGUES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(CODED.map((name) => [name, name])),
  originHow: 'origin',
  salesChannel: 'salesChannel',
  outcome: 'contactOutcome',
  subject: 'responseSubject',
  coupon: 'coupon',
};

/** The catalogue that a field of a row holds a code of; null: it holds none. */
export const catalogueOf = ({ fields }: Catalogues, field: string): string | null => {
  if (!field.startsWith(OPEN_PREFIX)) return Object.hasOwn(CATALOGUES, field) ? CATALOGUES[field] : null;
  const name = field.slice(OPEN_PREFIX.length);
  return Object.hasOwn(fields, name) && !fields[name].retired && fields[name].kind === 'code' ? name : null;
};

const folded = (text: string): string => text.trim().toLowerCase();

/** Whether a text is what people call a value, in any language. */
export const isLabel = (labels: Readonly<Record<string, string>>, text: string): boolean =>
  Object.values(labels).some((label) => folded(label) === folded(text));

/** The code that a text stands for: itself, or the one that is called so; null: the catalogue does not know. */
export const codeFor = (catalogues: Catalogues, catalogue: string, text: string): string | null => {
  const entries = Object.hasOwn(catalogues.entries, catalogue) ? catalogues.entries[catalogue] : {};
  if ((Object.hasOwn(entries, text) && !entries[text].retired) || isOpenUntilListed(catalogue, entries)) return text;
  const called = Object.entries(entries).filter(([, { labels, retired }]) => !retired && isLabel(labels, text));
  return called.length === 1 ? called[0][0] : null;
};

/** What a text of a field is known by in the files of a source, however it is cased; shows nothing of it. */
export const waitingLookup = (lookup: Lookup, source: string, field: string, text: string): string =>
  `value-${lookup(`waiting/${source}/${field}`, folded(text))}`;
