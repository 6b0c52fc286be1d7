import { Place, RuleError } from './rule-error.js';

/** A piece of the text of a rule. */
export interface Token {
  readonly is: 'name' | 'word' | 'text' | 'number' | 'day' | 'sign' | 'end';
  /** What it says: of a text without its quotes. */
  readonly says: string;
  readonly place: Place;
}

const WORDS = new Set(
  'and or not in between is empty filled has the last next more than ago since of where segment random begins with yes no count sum first'.split(
    ' ',
  ),
);

const PIECES: readonly [Token['is'] | 'space', RegExp][] = [
  ['space', /\s+/y],
  ['day', /\d{4}-\d{2}-\d{2}(?![\w-])/y],
  ['number', /\d+(\.\d+)?([eE][+-]?\d+)?(?![\w.])/y],
  ['name', /[A-Za-z_][\w-]*(\.[\w-]+)*/y],
  ['name', /`[^`]+`/y],
  ['text', /"([^"\\\n]|\\.)*"/y],
  ['sign', /<=|>=|!=|[=<>+\-*/(),%]/y],
];

/** Whether a name can stand in a rule as it is, and need not be quoted. */
export const isPlainName = (name: string): boolean => /^[A-Za-z_][\w-]*(\.[\w-]+)*$/.test(name) && !WORDS.has(name.toLowerCase());

const unquoted = (text: string, place: Place): string => {
  try {
    return JSON.parse(text) as string;
  } catch {
    throw new RuleError(place, `the text ${text} cannot be read: before a quote or a backslash in it, write a backslash`);
  }
};

const tokenOf = (is: Token['is'], says: string, place: Place): Token => {
  if (is === 'text') return { is, says: unquoted(says, place), place };
  if (is === 'name' && says.startsWith('`')) return { is, says: says.slice(1, -1), place };
  if (is === 'name' && WORDS.has(says.toLowerCase())) return { is: 'word', says: says.toLowerCase(), place };
  return { is, says, place };
};

/** The pieces of a text, in order, with an end behind them. */
export const tokensOf = (text: string): readonly Token[] => {
  const tokens: Token[] = [];
  let [offset, line, start] = [0, 1, 0];
  const here = (): Place => ({ line, column: offset - start + 1 });
  while (offset < text.length) {
    const piece = PIECES.find(([, pattern]) => {
      pattern.lastIndex = offset;
      return pattern.test(text);
    });
    if (!piece) {
      const reason = text[offset] === '"' ? 'the text that begins here has no closing quote' : `${text[offset]} has no meaning in a rule`;
      throw new RuleError(here(), `${reason}: texts stand in double quotes, days are written 2026-03-01, numbers 12.5`);
    }
    const end = piece[1].lastIndex;
    const says = text.slice(offset, end);
    if (piece[0] !== 'space') tokens.push(tokenOf(piece[0], says, here()));
    for (let i = offset; i < end; i++) if (text[i] === '\n') [line, start] = [line + 1, i + 1];
    offset = end;
  }
  return [...tokens, { is: 'end', says: 'the end', place: here() }];
};
