import { Attributes } from '@boucle/clients';

const shown = (value: string): string => (value === '' || /[\s='"]/.test(value) ? `'${value.replaceAll("'", "''")}'` : value);

/**
 * The name of a client's cell, e.g. `mens=1 womens=0`; attributes in the order given, the empty list gives `all`.
 * A value that is empty or holds a space is quoted, so two different cells never share a name.
 */
export const cellOf = (attributes: Attributes, names: readonly string[]): string =>
  names.length === 0
    ? 'all'
    : names.map((name) => `${name}=${shown(String((Object.hasOwn(attributes, name) ? attributes[name] : null) ?? ''))}`).join(' ');
