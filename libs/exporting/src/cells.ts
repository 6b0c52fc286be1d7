/** What a field of a row holds. */
export type Cell = string | number | boolean | null;

/** A spreadsheet takes what begins so for a formula. */
const FORMULA = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/** A text that no spreadsheet takes for a formula; the mark before it is taken away again by `plainText`. */
export const safeText = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** A text as it was before `safeText`. */
export const plainText = (text: string): string => (text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text);
