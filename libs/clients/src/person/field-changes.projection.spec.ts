import { specProjection } from '../../../eventsourcing/src/testing.js';
import { FieldCount, fieldChangesProjection } from './field-changes.projection.js';
import { Identity } from './identity.projection.js';
import { day } from '../testing.js';

const clientId = 'client-1';
const given = specProjection(fieldChangesProjection, day(3));

describe('the change of a field', () => {
  const registered = { type: 'ClientRegistered', data: { clientId, attributes: {}, told: ['lastName'], personal: { lastName: 'Keller' } } };
  const changed = { type: 'ClientDetailsChanged', data: { clientId, changed: ['language', 'shoeSize'], personal: null } };

  it('is dated, also of a person who was erased', () => {
    given(registered, changed).then('lastName', { field: 'lastName', lastChange: day(3) });
    given({ ...registered, data: { ...registered.data, personal: null } }, changed).then('lastName', {
      field: 'lastName',
      lastChange: day(3),
    });
    given(registered, changed).then('shoeSize', { field: 'shoeSize', lastChange: day(3) });
  });
  it('is not told of who was registered without a word', () =>
    given({ type: 'ClientRegistered', data: { clientId, attributes: {} } }).then('lastName', null));
});

it('fields are counted over all clients', () => {
  const count = new FieldCount();
  for (const person of [{ lastName: 'Keller', fields: { shoeSize: 42 } }, { lastName: 'Meier' }, {}, {}]) count.add({ person } as Identity);
  const usersOf = (field: string): string[] => (field === 'hat' ? ['elegant'] : []);
  expect(count.report(['lastName', 'hat'], [{ field: 'lastName', lastChange: day(1) }], usersOf)).toEqual([
    { field: 'hat', filled: 0, rate: 0, lastChange: null, usedBy: ['elegant'] },
    { field: 'lastName', filled: 2, rate: 0.5, lastChange: day(1), usedBy: [] },
    { field: 'shoeSize', filled: 1, rate: 0.25, lastChange: null, usedBy: [] },
  ]);
});
