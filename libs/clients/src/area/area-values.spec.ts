import { specDecider } from '../../../eventsourcing/src/testing.js';
import { day, order } from '../testing.js';
import { EnterAreaFigures, InstallAreaStatistics, RemoveAreaStatistics } from './area-statistics.commands.js';
import { areaStatisticsDecider } from './area-statistics.decider.js';
import { AreaFigure } from './area-statistics.events.js';
import { areaFields, areaReading, areaValues, postalAreaOf } from './area-values.js';

const given = specDecider(areaStatisticsDecider, day(0));
const figure = (facts: Partial<AreaFigure>): AreaFigure => ({
  country: 'CH',
  kind: 'commune',
  code: '351',
  measure: 'income',
  value: 1,
  ...facts,
});
const figures = [figure({ value: 84_000 }), figure({ kind: 'postal-area', code: '3005', measure: 'households', value: 4_100 })];
const of = { source: 'bfs', year: 2024 };
const entered = { type: 'AreaFiguresEntered', data: { edition: 'e1', part: 0, figures } } as const;
const installed = { type: 'AreaStatisticsInstalled', data: { edition: 'e1', ...of, figures: 2 } } as const;
const removed = { type: 'AreaStatisticsRemoved', data: { edition: 'e1', ...of } } as const;

describe('Figures of areas', () => {
  const install = order(InstallAreaStatistics, { edition: 'e1', ...of });
  it('are entered and count from their installation on', () => {
    given()
      .when(order(EnterAreaFigures, { edition: 'e1', part: 0, figures }))
      .then(entered);
    given(entered).when(install).then(installed);
    given(entered, installed).when(install).thenNothing();
    given().when(install).thenRejected('empty-list');
  });
  it('are removed, and may come again', () => {
    const remove = order(RemoveAreaStatistics, of);
    given(entered, installed).when(remove).then(removed);
    given(entered, installed, removed).when(remove).thenNothing();
    given(entered, installed, removed, entered).when(install).then(installed);
  });
});

describe('The figures of a postal area', () => {
  const table = { edition: 'e1', ...of, installedAt: day(0), figures };
  const place = (postalCode: string, communeCode: string) => ({ country: 'CH', postalCode, locality: 'Bern', communeCode });
  const localities = [place('3005', '351'), place('3006', '351'), place('3007', '351'), place('3007', '352')];
  const lists = { installed: { CH: { edition: 'l', source: 'swisstopo', installedAt: day(0), countries: ['CH'], localities } } };
  const valuesOf = (postalCode: string | null, country = 'CH') => areaValues({ installed: [table] }, lists, { country, postalCode });

  it('are its own and those of its commune, named with source and year', () => {
    expect(valuesOf('3005')).toEqual({ 'area.income.bfs.2024': 84_000, 'area.households.bfs.2024': 4_100 });
    expect(valuesOf('3006')).toEqual({ 'area.income.bfs.2024': 84_000 });
  });
  it('are fields as far as they are installed', () =>
    expect(areaFields({ installed: [table] })).toEqual([
      { name: 'area.households.bfs.2024', measure: 'households', ...of },
      { name: 'area.income.bfs.2024', measure: 'income', ...of },
    ]));
  it('are not guessed where the code belongs to several communes, or is not known', () => {
    for (const values of [valuesOf('3007'), valuesOf('9999'), valuesOf(null), valuesOf('3005', 'LI')]) expect(values).toEqual({});
  });
  it('are those of where a client lives on a day', () => {
    const address = { country: 'CH', validity: { from: null, until: null, season: null }, returned: false };
    const addresses = {
      old: { ...address, postalCode: '3006' },
      new: { ...address, postalCode: '3005', validity: { from: '2026-01-01', until: null, season: null } },
      wrong: { ...address, postalCode: '3007', returned: true },
    };
    expect(postalAreaOf({ addresses }, '2026-03-01')).toMatchObject({ postalCode: '3005' });
    expect(postalAreaOf({ addresses }, '2025-03-01')).toMatchObject({ postalCode: '3006' });
    expect(postalAreaOf(null, '2025-03-01')).toBeNull();
    const read = areaReading({ installed: [table] }, lists);
    expect(read({ addresses }, '2026-03-01')).toEqual(valuesOf('3005'));
    expect(read({ addresses }, '2025-03-01')).toEqual(valuesOf('3006'));
    expect(read(null, '2026-03-01')).toEqual({});
  });
});
