const PLAIN_NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** The number a text spells (`12`, `-0.5`, `1e3`), or null: no signs of money, no thousands separators, no hex. */
export function numberIn(text: string): number | null {
  const number = PLAIN_NUMBER.test(text) ? Number(text) : NaN;
  return Number.isFinite(number) ? number : null;
}

/** Integer cents of a decimal amount of money (not negative), half a cent rounded up: 1.005 -> 101. */
export function cents(amount: number): number {
  const digits = String(amount);
  return Math.round(digits.includes('e') ? amount * 100 : Number(`${digits}e2`));
}
