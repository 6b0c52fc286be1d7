import { MarketError } from './market.js';

const TOKEN = {
  space: /[ \t\r\n]*/y,
  text: /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y,
  scalar: /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y,
};

/** Where a text stops being JSON: the offset of the first character that cannot stand there. */
function faultIn(text: string): number {
  let at = 0;
  const take = (token: RegExp): boolean => {
    token.lastIndex = at;
    const found = token.test(text);
    if (found) at = token.lastIndex;
    return found;
  };
  const sign = (expected: string): boolean => {
    take(TOKEN.space);
    if (text[at] !== expected) return false;
    at += 1;
    return true;
  };
  const members = (close: string, member: () => boolean): boolean => {
    if (sign(close)) return true;
    do if (!member()) return false;
    while (sign(','));
    return sign(close);
  };
  const value = (): boolean => {
    take(TOKEN.space);
    if (sign('{')) return members('}', () => (take(TOKEN.space), take(TOKEN.text)) && sign(':') && value());
    if (sign('[')) return members(']', value);
    return take(TOKEN.text) || take(TOKEN.scalar);
  };
  if (value()) take(TOKEN.space);
  return at;
}

/** The value of a JSON text; a malformed one is refused with line and column. */
export function parseJson(text: string, path: string): unknown {
  const plain = text.replace(/^\uFEFF/, '');
  try {
    return JSON.parse(plain);
  } catch {
    const before = plain.slice(0, faultIn(plain)).split('\n');
    const found = plain.length > before.join('\n').length ? JSON.stringify(plain[before.join('\n').length]) : 'the end of the file';
    const place = `line ${before.length}, column ${before[before.length - 1].length + 1}`;
    throw new MarketError(`${path} is not JSON: ${found} cannot stand at ${place}. Look there for a missing comma, quote or bracket.`);
  }
}
