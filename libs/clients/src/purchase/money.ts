/** Quantities have three decimals. */
const SCALE = 1000;

const isSafe = (amount: bigint): boolean => amount >= Number.MIN_SAFE_INTEGER && amount <= Number.MAX_SAFE_INTEGER;

/** A quotient rounded half away from zero. */
export const rounded = (dividend: bigint, divisor: bigint): bigint => {
  const [a, b] = [dividend < 0n ? -dividend : dividend, divisor < 0n ? -divisor : divisor];
  const quotient = (2n * a + b) / (2n * b);
  return dividend < 0n === divisor < 0n ? quotient : -quotient;
};

/** A quantity in thousandths; null if it has more than three decimals. */
const thousandths = (quantity: number): bigint | null => {
  const whole = Math.round(quantity * SCALE);
  return Number.isSafeInteger(whole) && whole / SCALE === quantity ? BigInt(whole) : null;
};

/** Quantity × unit price in cents, rounded half away from zero; null if the quantity has more than three decimals or the amount is beyond what a number holds exactly. */
export const lineAmount = (quantity: number, unitPrice: number): number | null => {
  const units = thousandths(quantity);
  const amount = units === null ? null : rounded(units * BigInt(unitPrice), BigInt(SCALE));
  return amount !== null && isSafe(amount) ? Number(amount) : null;
};

/** The sum of amounts of one currency in cents; null if it is beyond what a number holds exactly. */
export const sumOf = (amounts: readonly number[]): number | null => {
  const sum = amounts.reduce((total, amount) => total + BigInt(amount), 0n);
  return isSafe(sum) ? Number(sum) : null;
};

/** How many hundredths, thousandths … a decimal text is, and of how many one is made. */
const parts = (decimal: string): { numerator: bigint; denominator: bigint } => {
  const [whole, fraction = ''] = decimal.split('.');
  return { numerator: BigInt(whole + fraction), denominator: 10n ** BigInt(fraction.length) };
};

/** Cents × a rate, a decimal text, rounded half away from zero; null if the amount is beyond what a number holds exactly. */
export const timesRate = (amount: number, rate: string): number | null => {
  const { numerator, denominator } = parts(rate);
  const product = rounded(BigInt(amount) * numerator, denominator);
  return isSafe(product) ? Number(product) : null;
};

/** The same by the rate of the other direction: cents ÷ rate. */
export const dividedByRate = (amount: number, rate: string): number | null => {
  const { numerator, denominator } = parts(rate);
  const quotient = rounded(BigInt(amount) * denominator, numerator);
  return isSafe(quotient) ? Number(quotient) : null;
};
