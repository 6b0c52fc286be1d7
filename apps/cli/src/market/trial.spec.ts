import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderWith, load, refusal, sampleCsv, sampleTrial } from './testing.js';
import { loadTrial } from './trial.js';

const withIds = { ...sampleTrial, id: 'id', value: { column: 'spend' } };
const expectedRows = [
  { foreignId: 'a', attributes: { age: 30, town: 'Bern' }, arm: 0, probability: 0.5, positive: true, amount: 999 },
  { foreignId: 'b', attributes: { age: 40, town: 'Thun' }, arm: 1, probability: 0.5, positive: false, amount: null },
  { foreignId: 'c', attributes: { age: 30, town: '' }, arm: 0, probability: 0.5, positive: false, amount: 0 },
  { foreignId: 'd', attributes: { age: 40, town: 'Bern' }, arm: 1, probability: 0.5, positive: true, amount: 500 },
];

describe('a recorded trial', () => {
  it('is read row by row', async () => {
    const trial = await load(withIds, sampleCsv);
    expect(trial.rows).toEqual(expectedRows);
    expect(trial).toMatchObject({
      name: 'sample',
      start: '2024-01-01T00:00:00.000Z',
      notContacted: 1,
      attributes: ['age', 'town'],
      cells: ['age'],
    });
  });

  it('has its arms in order of name, not contacted without a channel', async () => {
    const trial = await load({ ...sampleTrial, offers: { mail: { cost: 0.5, margin: 3, channel: 'post' } } }, sampleCsv);
    expect(trial.arms).toEqual([
      { name: 'mail', channel: 'post', cost: 50, margin: 300 },
      { name: 'none', channel: null, cost: 0, margin: 0 },
    ]);
  });

  it.each([
    ['a byte order mark', `\uFEFF${sampleCsv}`],
    ['CRLF', sampleCsv.replaceAll('\n', '\r\n')],
    ['mixed ends of lines', sampleCsv.replace('\n', '\r\n')],
    ['no end of the last line', sampleCsv.trimEnd()],
    ['blank lines', sampleCsv.replaceAll('\n', '\n\n')],
    ['everything in quotes', sampleCsv.replace(/[^,\n]+/g, '"$&"')],
    ['spaces around header names and values', sampleCsv.replaceAll(',', ' , ')],
    ['quoted header names with spaces', sampleCsv.replace('arm,visit', '" arm "," visit "')],
  ])('is the same with %s', async (_, csv) => expect((await load(withIds, csv)).rows).toEqual(expectedRows));

  it.each([';', '\t', '|'])('is the same with %j between fields', async (delimiter) => {
    expect((await load({ ...withIds, delimiter }, sampleCsv.replaceAll(',', delimiter))).rows).toEqual(expectedRows);
  });

  it('may have quoted fields with delimiters, quotes and new lines', async () => {
    const trial = await load(withIds, sampleCsv.replace('Thun', '"a ""b"",\nc"').replace('d,none', '"d\n,""",none'));
    expect(trial.rows.map(({ attributes }) => attributes.town)).toEqual(['Bern', 'a "b",\nc', '', 'Bern']);
    expect(trial.rows[3].foreignId).toBe('d\n,"');
  });

  it('takes the row number for a missing id', async () => {
    expect((await load(sampleTrial, sampleCsv)).rows.map(({ foreignId }) => foreignId)).toEqual(['2', '3', '4', '5']);
  });

  it('makes numbers only of what is written as one', async () => {
    const texts = ['007', '1.0', '1e3', '-2.5', 'NaN', 'Infinity', '-0', '0', '12', ' 3 '];
    const csv = `arm,visit,age,town\n${texts.map((text, i) => `${i % 2 ? 'mail' : 'none'},1,"${text}",x`).join('\n')}`;
    const ages = (await load(sampleTrial, csv)).rows.map(({ attributes }) => attributes.age);
    expect(ages).toEqual(['007', '1.0', '1e3', -2.5, 'NaN', 'Infinity', '-0', 0, 12, ' 3 ']);
  });

  it.each([[['1']], [[1]], [['1.0']], [['yes', ' 1 ']]])('counts 1, 1.0 and 01 as %j', async (positive) => {
    const csv = 'arm,visit,age,town\nmail,1,1,x\nnone,1.0,1,x\nmail,01,1,x\nmail,10,1,x\nmail,,1,x\n';
    const trial = await load({ ...sampleTrial, response: { column: 'visit', positive } }, csv);
    expect(trial.rows.map((row) => row.positive)).toEqual([true, true, true, false, false]);
  });

  it('may have twenty arms, told from the file', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `offer ${i}`);
    const csv = `arm,visit,age,town\n${names.map((name) => `${name},1,1,x`).join('\n')}`;
    const trial = await load({ ...sampleTrial, offer: { column: 'arm' }, probabilities: 0.05 }, csv);
    expect(trial.arms.map(({ name }) => name)).toEqual([...names].sort());
    expect(trial.rows.map(({ arm }) => trial.arms[arm].name)).toEqual(names);
    expect(trial.notContacted).toBeNull();
  });

  it('may record the probability of each row', async () => {
    const csv = 'arm,visit,p,age,town\nmail,1,0.5,1,x\nnone,1,.5,1,x\n';
    const trial = await load({ ...sampleTrial, probabilities: { column: 'p' } }, csv);
    expect(trial.rows.map(({ probability }) => probability)).toEqual([0.5, 0.5]);
  });

  it('is looked for beside its trial file, then in the folder named', async () => {
    const folder = folderWith({ 'trial.json': sampleTrial });
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'sample.csv'), sampleCsv);
    expect((await loadTrial(join(folder, 'trial.json'), { searchIn: join(folder, 'data') })).rows).toHaveLength(4);
  });

  it('says how far it has read', async () => {
    const folder = folderWith({
      'trial.json': sampleTrial,
      'sample.csv': `arm,visit,age,town\n${'mail,1,1,x\nnone,0,1,x\n'.repeat(12_500)}`,
    });
    const heard: number[] = [];
    await loadTrial(join(folder, 'trial.json'), { searchIn: folder, onProgress: (rows) => heard.push(rows) });
    expect(heard).toEqual([10_000, 20_000, 25_000]);
  });

  it('that is nowhere is refused with both places', async () => {
    const folder = folderWith({ 'trial.json': sampleTrial });
    const message = await refusal(loadTrial(join(folder, 'trial.json'), { searchIn: join(folder, 'data') }));
    for (const word of [join(folder, 'sample.csv'), join(folder, 'data', 'sample.csv'), 'BOUCLE_DATA_DIR']) expect(message).toContain(word);
  });
});
