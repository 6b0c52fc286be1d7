import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { boucle, jsonOf } from './support/command-line.js';
import { newFolder } from './support/folders.js';
import { writeShopFile } from './support/shop-file.js';

jest.setTimeout(300_000);

const mapping = join(__dirname, '../examples/imports/online-shop.json');
const BUYERS = 'count(purchases) >= 1';

let dir: string;
let buyers: number;
const segment = (...args: string[]) => boucle('segment', ...args, '--dir', dir);
const saidBy = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await segment(...args);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return stdout;
};

beforeAll(async () => {
  dir = newFolder();
  const file = join(newFolder(), 'orders.csv');
  buyers = writeShopFile(file, 300).clients;
  await boucle('import', '--dir', dir, '--file', file, '--mapping', mapping);
});

it('leads from a ready segment to one of our own, and tells who is in it and why', async () => {
  const written = join(newFolder(), 'rule.txt');
  const { stdout: ready } = await boucle('segment', 'ready', 'bought-once');
  writeFileSync(written, ready.replace('= 1', '>= 1').split(' and ')[0]);
  expect(await saidBy('check', '--file', written)).toBe(`${BUYERS}\n`);

  expect(await saidBy('define', 'buyers', '--name', 'All who bought', '--file', written)).toContain(
    'buyers: rule 1; boucle segment activate',
  );
  expect(await saidBy('list')).toMatch(/^buyers +draft +rule 1 +All who bought\n$/);
  expect(await saidBy('count', '--segment', 'buyers')).toMatch(
    new RegExp(`^${buyers} people of ${buyers}\n +${BUYERS.replace(/[()]/g, '\\$&')}`),
  );
  expect(await saidBy('activate', 'buyers')).toBe(`buyers: ${buyers} people\n`);
  expect(await saidBy('list')).toContain(`${buyers} people`);
  expect(await saidBy('show', 'buyers')).toContain(`${buyers} people in it now`);

  const out = join(newFolder(), 'members.csv');
  await saidBy('members', 'buyers', '--to', out);
  const [header, first, ...others] = readFileSync(out, 'utf8').trim().split('\r\n');
  expect(header).toBe('clientId,since');
  expect(others).toHaveLength(buyers - 1);
  const [clientId] = first.split(',');
  expect(await saidBy('explain', 'buyers', clientId)).toMatch(/^in, because count\(purchases\) >= 1 holds/);
  expect((await saidBy('sample', BUYERS)).split('\n')).toContain(clientId);

  expect(await saidBy('define', 'buyers', 'count(purchases) > 1000', '--name', 'Nobody')).toBe('buyers: rule 2\n');
  expect(await saidBy('list')).toMatch(/^buyers +0 people +rule 2 +Nobody\n$/);
  expect(await saidBy('explain', 'buyers', clientId)).toMatch(/^out, because/);
  expect(await saidBy('retire', 'buyers')).toContain('nobody is kept in it any more');
});

it('reads a rule as JSON, and prints one', async () => {
  const json = join(newFolder(), 'rule.json');
  writeFileSync(json, JSON.stringify(jsonOf(await segment('check', BUYERS, '--json'))));
  expect(await saidBy('check', '--file', json)).toBe(`${BUYERS}\n`);
});

it.each([
  [['check', 'class in ("regular")\n  and shoesize > 40'], /line 2, column 7: .*/],
  [['check', 'sum(amount.EUR of purchases) / 0 > 1'], /line 1, column \d+: .*zero/],
  [['check', '{"is": '], /begins as JSON and is none/],
  [['define', 'circle', 'segment "circle"', '--name', 'Circle'], /circle/],
  [['define', 'mine', BUYERS, '--name', ''], /--name/],
  [['count', BUYERS, '--segment', 'mine'], /--segment: name a segment or write a rule/],
  [['explain', 'nowhere', 'ann'], /There is no segment nowhere/],
])('refuses %j with the place and the remedy', async (args, says) => {
  expect(await segment(...args)).toMatchObject({ code: 1, stderr: expect.stringMatching(says) });
});

it('says what it can do', async () => {
  expect(await boucle('segment', 'open')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('"open" is not known; say boucle segment list'),
  });
});

it('lists the twelve ready ones, and names them where there is none of a name', async () => {
  const { stdout } = await boucle('segment', 'ready');
  expect(stdout.match(/^[a-z]/gm)).toHaveLength(12);
  expect(await boucle('segment', 'ready', 'nowhere')).toMatchObject({ code: 1, stderr: expect.stringContaining('there are new-clients') });
});
