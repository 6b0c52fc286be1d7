import { specDecider } from '../../eventsourcing/src/testing.js';
import { MappingFields } from './import.commands.js';
import { DescribeMapping } from './mapping.commands.js';
import { mappingDecider } from './mapping.decider.js';

const given = specDecider(mappingDecider, '2026-03-01T09:00:00.000Z');
const mapping: MappingFields = { source: 'shop', kind: 'purchases', columns: { date: 'Day', amount: 'Sum' }, values: { currency: 'EUR' } };
const describeMapping = (changed: Partial<MappingFields> = {}) =>
  Object.assign(new DescribeMapping(), { mappingId: 'orders', mapping: { ...mapping, ...changed } });
const described = (changed: Partial<MappingFields> = {}) => ({
  type: 'MappingDescribed',
  data: { mappingId: 'orders', mapping: { ...mapping, ...changed } },
});

describe('A mapping', () => {
  it('is described, and described anew', () => {
    given().when(describeMapping()).then(described());
    given(described())
      .when(describeMapping({ tense: 'news' }))
      .then(described({ tense: 'news' }));
  });
  it('is described once', () => given(described()).when(describeMapping()).thenNothing());
  it('must make sense', () => {
    given()
      .when(describeMapping({ values: {} }))
      .thenRejected('wrong-mapping');
    given()
      .when(describeMapping({ columns: { ...mapping.columns, colour: 'Colour' } }))
      .thenRejected('wrong-mapping');
    given()
      .when(describeMapping({ existing: { lastNam: 'never' } }))
      .thenRejected('wrong-mapping');
    given()
      .when(describeMapping({ values: { currency: '=EUR' } }))
      .thenRejected('wrong-mapping');
    given()
      .when(describeMapping({ table: { file: 'a.csv', on: 'b' } }))
      .thenRejected('no-folder');
  });
});
