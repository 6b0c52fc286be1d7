import {
  IsIn,
  IsInt,
  isISO4217CurrencyCode,
  isISO8601,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  ValidationOptions,
} from 'class-validator';

/** What every id looks like: plain ASCII, so that all stores sort it alike. */
export const ID = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/;
const ID_RULE = { message: '$property must be 1 to 64 letters, digits, dots, underscores or hyphens, and not only dots' };
export const IsId = (options: ValidationOptions = {}) => Matches(ID, { ...ID_RULE, ...options });

/** What codes of catalogues and names of fields look like. */
export const CODE = /^[A-Za-z][A-Za-z0-9-]{0,39}$/;

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

/** Whether a text is an instant with its time zone. */
export const isInstant = (value: unknown): value is string =>
  typeof value === 'string' && INSTANT.test(value) && isISO8601(value, { strict: true }) && !Number.isNaN(Date.parse(value));

/** The instant at which something outside happened, with its time zone. */
export const IsInstant = () =>
  ValidateBy({
    name: 'instant',
    validator: {
      validate: isInstant,
      defaultMessage: () => '$property must be an instant with its time zone, for example 2026-03-01T12:00:00Z',
    },
  });

/** A text on one line. */
export const IsWord = (least: number, most: number, options?: ValidationOptions) =>
  ValidateBy(
    {
      name: 'word',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && hasLength(value, least, most) && value.trim() === value,
        defaultMessage: () => `$property must be ${least} to ${most} characters without spaces around`,
      },
    },
    options,
  );

/** How the document describes it. */
export const wordProperty = (most: number, example: string) => ({ minLength: 1, maxLength: most, example });

const DAY = /^(19|20)\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** How the document describes a day. */
export const dayProperty = { type: 'string' as const, pattern: DAY.source, example: '2026-03-01' };
/** A day of the calendar. */
export const IsDay = () => Matches(DAY, { message: '$property must be a day such as 2026-03-01' });

const LONGEST_NOTE = 2000;

/** How the document describes what somebody wrote or said. */
export const noteProperty = { minLength: 1, maxLength: LONGEST_NOTE, description: 'Personal: sealed in the log' };

/** What somebody wrote or said, the only free text. */
export const IsNote = () =>
  ValidateBy({
    name: 'note',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && hasLength(value, 1, LONGEST_NOTE),
      defaultMessage: () => `$property must be 1 to ${LONGEST_NOTE} characters`,
    },
  });

/** How the document describes a code. */
export const codeProperty = (example: string) => ({ pattern: CODE.source, description: 'A code of its catalogue', example });

/** A code of a catalogue. */
export const IsCode = () => Matches(CODE, { message: '$property must be a code of its catalogue, letters, digits and hyphens' });

/** How the document describes an amount of money. */
export const centsProperty = {
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  type: 'integer' as const,
  description: 'In cents',
  example: 4990,
};

/** An amount of money in cents, not below nought. */
export const IsCents = (): PropertyDecorator => (target, property) => {
  for (const rule of [IsInt(), Min(0), Max(Number.MAX_SAFE_INTEGER)]) rule(target, property);
};

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** Every code of ISO 4217. */
const CURRENCIES = LETTERS.flatMap((a) => LETTERS.flatMap((b) => LETTERS.map((c) => a + b + c))).filter(isISO4217CurrencyCode);

/** How the document describes a currency. */
export const currencyProperty = { enum: CURRENCIES, description: 'ISO 4217', example: 'EUR' };

/** A currency. */
export const IsCurrency = () => IsIn(CURRENCIES, { message: '$property must be an ISO 4217 code in capital letters' });
