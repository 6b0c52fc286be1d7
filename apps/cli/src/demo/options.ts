import { PlanCampaign } from '@boucle/campaigns';
import { defaultFloor } from '@boucle/targeting';
import { canHoldOut, recordedMarket } from '../market/recorded-market.js';
import { Market, MarketError } from '../market/market.js';
import { syntheticMarket } from '../market/synthetic-market.js';
import { loadTrial } from '../market/trial.js';

/** What the command line may ask of the demo. */
export interface DemoOptions {
  readonly trial?: string;
  readonly answers: 'resample' | 'replay';
  readonly contactAll: boolean;
  readonly holdOut?: number;
  readonly waves: number;
  readonly waveSize: number;
  readonly seeds: readonly number[];
  readonly floor?: number;
  readonly cells?: readonly string[];
  readonly posterior: 'two-way' | 'independent';
  readonly dir?: string;
  readonly json: boolean;
}

const MOST_CELLS = 1000;
const SYNTHETIC_CLIENTS = 20_000;
const SYNTHETIC_HOLD_OUT = 0.1;
const RESPONSE_WINDOW_DAYS = 14;
const SYNTHETIC_CAP = { contacts: 3, days: 60 };

/** The market that the options name; a synthetic one for each seed if they name no trial. */
export const marketOf = async (
  options: DemoOptions,
  searchIn: string,
  progress: (what: string) => void,
): Promise<(seed: number) => Market> => {
  if (options.trial === undefined) {
    if (options.answers === 'replay' || options.contactAll)
      throw new MarketError('--answers replay and --contact-all need a recorded trial. Name one with --trial FILE.');
    const { waves, waveSize, holdOut = SYNTHETIC_HOLD_OUT, cells } = options;
    return (seed) => withCells(syntheticMarket(seed, SYNTHETIC_CLIENTS, { waves, waveSize, holdOut }), cells);
  }
  const trial = await loadTrial(options.trial, { searchIn, onProgress: (rows) => progress(`reading ${options.trial}: ${rows} rows`) });
  if ((options.holdOut ?? 0) > 0 && !canHoldOut(trial))
    throw new MarketError(
      `"${trial.name}" left nobody alone, so it cannot answer for a hold-out. Leave out --hold-out, or name offer.notContacted.`,
    );
  const market = recordedMarket(trial, { answers: options.answers, cells: options.cells ?? trial.cells, contactAll: options.contactAll });
  return () => market;
};

const withCells = (market: Market, cells: readonly string[] | undefined): Market => {
  const stranger = cells?.find((name) => !market.attributes.includes(name));
  if (stranger !== undefined)
    throw new MarketError(`Cells cannot be made of "${stranger}". The attributes are ${market.attributes.join(', ')}.`);
  return { ...market, cells: cells ?? market.cells };
};

/** Refuses what a campaign cannot learn with. */
const check = ({ arms, cells, clients }: Market, { floor }: DemoOptions): void => {
  if (arms.length < 2)
    throw new MarketError(`There is only one arm to choose from (${arms.map(({ name }) => name).join()}). Leave out --contact-all.`);
  if (floor !== undefined && floor * arms.length > 0.5)
    throw new MarketError(
      `--floor ${floor} x ${arms.length} arms = ${Number((floor * arms.length).toFixed(4))} leaves less than half of each wave to learn with. Use at most ${Math.floor(5000 / arms.length) / 10_000}.`,
    );
  const found = new Set(clients.map(({ attributes }) => cells.map((name) => String(attributes[name])).join('\u0000')));
  if (found.size > MOST_CELLS)
    throw new MarketError(
      `The cells ${cells.join(', ')} have ${found.size} combinations, more than ${MOST_CELLS}. Name fewer or coarser columns with --cells.`,
    );
};

/** The campaign that runs on a market. */
export const planOn = (market: Market, options: DemoOptions): Omit<PlanCampaign, 'seed'> => {
  check(market, options);
  const recorded = options.trial !== undefined;
  const slug = market.name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
  return {
    campaignId: slug || 'campaign',
    name: market.name.slice(0, 200),
    offers: market.arms.map(({ name, channel, cost, margin }) => ({ name, channel, cost, margin })),
    cells: [...market.cells],
    waveSize: options.waveSize,
    holdOut: options.holdOut ?? (recorded ? 0 : SYNTHETIC_HOLD_OUT),
    responseWindowDays: RESPONSE_WINDOW_DAYS,
    floor: options.floor ?? defaultFloor(market.arms.length),
    contactCap: recorded ? null : SYNTHETIC_CAP,
    drawOnce: recorded,
    stop: { waves: options.waves },
    posterior: options.posterior,
    // the people of a trial or a synthetic market have neither addresses nor consents
    consent: 'not-checked',
  };
};
