export type ChannelName = 'email' | 'sms' | 'post' | 'phone';

/** One thing that can happen to a client in a wave: an offer on a channel, or not contacted. */
export interface Arm {
  name: string;
  /** null: not contacted */
  channel: ChannelName | null;
  /** cents a contact */
  cost: number;
  /** cents a response */
  margin: number;
}

export interface MarketClient {
  foreignId: string;
  attributes: Record<string, string | number | null>;
}

/** What a client did: responded or not, and the cents of the purchase, if any; `'unknown'` where the market cannot tell. */
export type Answer = { responded: boolean; amount: number | null } | 'unknown';

export interface Question {
  /** index into `clients` */
  client: number;
  /** null: held out */
  arm: string | null;
  cell: string;
  priorContacts: number;
  /** the next number of the question's own random stream, in [0, 1) */
  uniform(): number;
}

/** Clients who answer: whatever `boucle demo` runs a campaign against. */
export interface Market {
  readonly name: string;
  /** Tells apart markets that answer differently: other rows, or another way to answer from them. */
  readonly origin: string;
  /** ISO instant of the first wave */
  readonly start: string;
  /** in code-unit order of their names, so that runs agree */
  readonly arms: readonly Arm[];
  readonly attributes: readonly string[];
  /** the columns whose values make a cell, unless the run names others */
  readonly cells: readonly string[];
  readonly clients: readonly MarketClient[];
  /** Pure, given the numbers of `question.uniform`. */
  answer(question: Question): Answer;
  /** Response rates of uniform assignment and of the best single arm for everybody, by the file or the truth. */
  readonly baselines: { uniform: number; best: { arm: string; rate: number } };
  /** How many answers fell back from cell and arm to the arm alone since the start. */
  readonly fallbacks?: () => number;
}

/** What is wrong with a market (file, column, row), and the remedy, in a sentence or two. */
export class MarketError extends Error {
  override readonly name = 'MarketError';
}

/** Code-unit order: the same on every machine, whatever its language. */
export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The arm with the highest rate, the first by name among equals; `rates` stand in the order of `arms`. */
export function baselinesOf(arms: readonly Arm[], rates: readonly number[]): Market['baselines'] {
  const best = rates.indexOf(Math.max(...rates));
  return { uniform: rates.reduce((sum, rate) => sum + rate, 0) / rates.length, best: { arm: arms[best].name, rate: rates[best] } };
}
