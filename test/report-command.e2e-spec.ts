import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { boucle, jsonOf } from './support/command-line.js';
import { newFolder } from './support/folders.js';
import { ShopFile, writeShopFile } from './support/shop-file.js';

jest.setTimeout(300_000);

const mapping = join(__dirname, '../examples/imports/online-shop.json');

let dir: string;
let file: string;
let shop: ShopFile;
beforeAll(async () => {
  dir = newFolder();
  file = join(newFolder(), 'orders.csv');
  shop = writeShopFile(file, 600);
  await boucle('import', '--dir', dir, '--file', file, '--mapping', mapping);
});

it('tells of a file that was just brought in, as values and as a sheet', async () => {
  const report = jsonOf<{ counted: number }>(await boucle('report', 'overview', '--dir', dir));
  expect(report.counted).toBe(shop.clients);
  const { stdout } = await boucle('report', 'overview', '--dir', dir, '--format', 'csv');
  expect(stdout).toContain(`Counted,${shop.clients}\r\n`);
});

it('writes a page to print into a file that is not there yet', async () => {
  const out = join(newFolder(), 'overview.html');
  const printing = ['report', 'overview', '--dir', dir, '--format', 'html', '--out', out];
  expect(await boucle(...printing)).toMatchObject({ code: 0, stdout: '' });
  expect(readFileSync(out, 'utf8')).toContain('<svg ');
  expect(await boucle(...printing)).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') });
});

it('tells of twelve segments as of the time of the file, each with a rule to be changed', async () => {
  const report = jsonOf<{ tables: { rows: Record<string, string | number>[] }[] }>(
    await boucle('report', 'segments', '--dir', dir, '--as-of', '2011-02-01'),
  );
  const [{ rows }] = report.tables;
  expect(rows).toHaveLength(12);
  expect(rows[0]).toMatchObject({ segmentId: 'new-clients', rule: 'first(purchases) in the last 90 days', people: expect.any(Number) });
  expect(rows[0].people as number).toBeGreaterThan(0);
});

it('tells by which thresholds clients are classed, tries others and sets them', async () => {
  const former = async (...set: string[]) => {
    const report = jsonOf<{ tables: { rows: Record<string, string | number>[] }[] }>(
      await boucle('report', 'class-backtest', '--dir', dir, '--as-of', '2010-12-10', ...set),
    );
    return report.tables[0].rows.find((row) => row.class === 'Former clients');
  };
  expect((await boucle('life-cycle', '--dir', dir)).stdout).toMatch(/^Thresholds version 0: nobody has set any\n {2}lapseDays=365/);
  const tried = await former('--set', 'lapseDays=1', '--set', 'lapseGaps=0');
  expect(tried?.other as number).toBeGreaterThan(tried?.now as number);
  const set = await boucle('life-cycle', '--dir', dir, '--set', 'lapseDays=1', '--set', 'lapseGaps=0');
  expect(set.stdout).toMatch(/^Thresholds version 1\n {2}lapseDays=1 /);
  expect((await former())?.now).toBe(tried?.other);
  expect((await boucle('life-cycle', '--dir', dir, '--set', 'lapse=3')).stderr).toContain(
    'there is no threshold lapse; there are lapseDays',
  );
  expect((await boucle('life-cycle', '--dir', dir, '--set', 'lapseDays=0')).stderr).toContain('lapseDays must not be less than 1');
});

it('lists the reports, and names them where there is none of a name', async () => {
  expect((await boucle('report')).stdout).toContain('overview: Your clients at a glance');
  expect((await boucle('report', 'weather', '--dir', dir)).stderr).toContain('There is no report weather; there are overview');
});
