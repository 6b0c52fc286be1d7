import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Report } from '@boucle/reports';
import { randomStream } from '@boucle/targeting';
import { boucle } from './support/command-line.js';
import { newFolder } from './support/folders.js';

const MAPPING = join(__dirname, '../examples/imports/online-shop.json');
const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const CLIENTS = 120;

/** Line items of a shop in which candles go with holders, one invoice in twenty is taken back, and some clients are lost. */
const lineItems = (): string => {
  const random = randomStream('line-items', 1);
  const lines: string[] = [HEADER];
  const write = (invoice: string, day: number, client: number, items: readonly (readonly [string, number, number])[]): void => {
    const date = new Date(Date.UTC(2010, 11, 1 + day));
    const when = `${date.getUTCDate()}/${date.getUTCMonth() + 1}/${date.getUTCFullYear()} 10:30`;
    for (const [article, quantity, price] of items)
      lines.push(`${invoice},${article},${article},${quantity},${when},${(price / 100).toFixed(2)},${12_000 + client},United Kingdom`);
  };
  for (let client = 0; client < CLIENTS; client++) {
    const lost = random.uniform() < 0.4;
    const first = Math.floor(random.uniform() * 60);
    for (let day = first; day < (lost ? 120 : 360); day += 12 + Math.floor(60 * random.uniform())) {
      const invoice = `${500_000 + 400 * client + day}`;
      const candles = random.uniform() < 0.5;
      const price = 200 + Math.floor(random.uniform() * 1_000);
      write(
        invoice,
        day,
        client,
        candles
          ? [
              ['CANDLE', 2, price],
              ['HOLDER', 1, 450],
            ]
          : [['MUG', 1 + (client % 5), price]],
      );
      if (random.uniform() < 0.05) write(`C${invoice}`, day + 2, client, [[candles ? 'CANDLE' : 'MUG', -1, price]]);
      if (day === first && client % 3 === 0) break;
    }
  }
  return lines.join('\n');
};

const folder = newFolder();
const dir = join(folder, 'engine');

const run = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await boucle(...args);
  if (code !== 0) throw new Error(`boucle ${args.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
};
const report = async (name: string, ...set: string[]): Promise<Report> =>
  JSON.parse(await run('report', name, '--dir', dir, ...['currency=GBP', ...set].flatMap((one) => ['--set', one]))) as Report;
const rowsOf = ({ tables }: Report, name: string) => tables.find((table) => table.name === name)!.rows;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'orders.csv'), lineItems());
  await run('import', '--dir', dir, '--file', join(folder, 'orders.csv'), '--mapping', MAPPING);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a file of line items', () => {
  it('is scored by one command', async () => {
    const told = await run('score', '--dir', dir, '--currency', 'GBP', '--as-of', '2011-12-01');
    expect(told).toMatch(new RegExp(`^Scoring 2011-12-01, run 1: ${CLIENTS} clients scored, of ${CLIENTS} buyers`));
    expect(told).toMatch(/BG\/NBD, in weeks: r [\d.]+, alpha [\d.]+/);
    expect(told).toMatch(/Bought together: 2 rules/);
  });

  it('is told by recency, frequency and money', async () => {
    const rfm = await report('rfm');
    expect(rfm).toMatchObject({ counted: CLIENTS, leftOut: {} });
    expect(rfm.question.parameters).toEqual({
      currency: 'GBP',
      frequency: 'day',
      monetary: 'total',
      variant: 'independent',
      ties: 'shared',
    });
    for (const name of ['groups', 'grid'] as const) {
      const clients = rowsOf(rfm, name).flatMap(({ clients, f1, f2, f3, f4, f5 }) =>
        name === 'groups' ? [clients] : [f1, f2, f3, f4, f5],
      );
      expect(clients.reduce<number>((sum, count) => sum + Number(count), 0)).toBe(CLIENTS);
    }
    const exact = await report('rfm', 'ties=by-id', 'variant=nested', 'frequency=order');
    const fifths = rowsOf(exact, 'fifths').filter(({ group }) => (group as string).startsWith('Recency'));
    expect(fifths.map(({ clients }) => clients)).toEqual([24, 24, 24, 24, 24]);
  });

  it('is told by who brings how much, and what they buy', async () => {
    const portfolio = await report('portfolio');
    const [figures] = rowsOf(portfolio, 'figures');
    const tenths = rowsOf(portfolio, 'deciles');
    expect(tenths.reduce((sum, { total }) => sum + Number(total), 0)).toBe(figures.turnover);
    expect(Number(tenths[0].share) + Number(tenths[1].share)).toBeCloseTo(Number(figures.topShare), 9);
    expect(rowsOf(portfolio, 'abc').reduce((sum, { clients }) => sum + Number(clients), 0)).toBe(CLIENTS);
    expect(Number(figures.gini)).toBeGreaterThan(0.2);
  });

  it('is told by what is bought together', async () => {
    const rules = rowsOf(await report('cross-sell'), 'rules');
    expect(rules.map(({ article, next }) => [article, next]).sort()).toEqual([
      ['CANDLE', 'HOLDER'],
      ['HOLDER', 'CANDLE'],
    ]);
    const groups = await report('cross-sell', 'level=group');
    expect(groups.question.parameters).toEqual({ currency: 'GBP', basket: 'order', level: 'group' });
    expect(rowsOf(groups, 'rules')).toEqual([]);
    expect(Number(rules[0].liftLow)).toBeGreaterThan(1);
    expect(Number(rules[0].lift)).toBeGreaterThan(Number(rules[0].liftLow));
  });

  it('is told by what clients will be worth, and who is small now but promises much', async () => {
    const clv = await report('clv', 'marginPercent=40', 'horizonMonths=6');
    expect(clv.question.parameters).toMatchObject({ marginPercent: 40, horizonMonths: 6, discountPercent: 10 });
    expect(rowsOf(clv, 'alive').reduce((sum, { clients }) => sum + Number(clients), 0)).toBe(CLIENTS);
    expect(rowsOf(clv, 'alive').at(-1)).toMatchObject({ band: 'not known: bought once', clients: expect.any(Number) });
    const matrix = rowsOf(await report('potential'), 'matrix');
    expect(matrix.reduce((sum, { clients }) => sum + Number(clients), 0)).toBe(CLIENTS);
  });

  it('is a page to print, and says what is wrong with a question', async () => {
    const page = await run('report', 'portfolio', '--dir', dir, '--set', 'currency=GBP', '--format', 'html');
    expect(page).toContain('<svg');
    expect(page).toContain('currency=GBP');
    const { code, stderr } = await boucle('report', 'rfm', '--dir', dir);
    expect([code, stderr]).toEqual([1, expect.stringContaining('currency')]);
  });
});
