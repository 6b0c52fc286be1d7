import { isISO8601, Matches, ValidateBy, ValidateIf } from 'class-validator';

/** What every id looks like: plain ASCII, so that all stores sort it alike. */
export const ID = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/;
const ID_RULE = { message: '$property must be 1 to 64 letters, digits, dots, underscores or hyphens, and not only dots' };
export const IsId = () => Matches(ID, ID_RULE);

/** Every object already has something under these names, so a record could not tell an entry of its own from it. */
export const RESERVED_NAMES: readonly string[] = Object.getOwnPropertyNames(Object.prototype);

/** The field may be left out; null is a value like any other. */
export const MayBeLeftOut = () => ValidateIf((_, value) => value !== undefined);

/** Whether a text has so many characters, each code point being one. */
export const hasLength = (text: string, least: number, most: number): boolean =>
  text.length >= least && (text.length <= most || (text.length <= 2 * most && [...text].length <= most));

/** How the document describes an id. */
export const idProperty = { pattern: ID.source, example: 'client-42' };

const INSTANT = /^(19|[2-9]\d)\d\d-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** How the document describes when something happened. */
export const whenProperty = {
  format: 'date-time',
  pattern: INSTANT.source,
  description: 'When it happened, since 1900; now if left out; 409 if it lies in the future',
  example: '2026-03-01T12:00:00Z',
};

/** The instant at which something outside happened, with its time zone. */
export const IsInstant = () =>
  ValidateBy({
    name: 'instant',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'string' && INSTANT.test(value) && isISO8601(value, { strict: true }) && !Number.isNaN(Date.parse(value)),
      defaultMessage: () => '$property must be an instant with its time zone, for example 2026-03-01T12:00:00Z',
    },
  });
