import { specDecider } from '../../../eventsourcing/src/testing.js';
import { day, faults, order } from '../testing.js';
import { SetDuplicatePolicy } from './duplicate-policy.commands.js';
import { duplicatePolicyDecider } from './duplicate-policy.decider.js';

const given = specDecider(duplicatePolicyDecider, day(0));
const set = (version: number, mergeFrom: number | null) => ({ type: 'DuplicatePolicySet', data: { version, mergeFrom } });

describe('SetDuplicatePolicy', () => {
  const command = order(SetDuplicatePolicy, { mergeFrom: 0.999 });
  it('sets the first version', () => given().when(command).then(set(1, 0.999)));
  it('sets the next', () =>
    given(set(1, 0.999))
      .when(order(SetDuplicatePolicy, { mergeFrom: null }))
      .then(set(2, null)));
  it('is repeatable', () => given(set(1, 0.999)).when(command).thenNothing());
  it('says nothing new where nothing was merged before', () =>
    given()
      .when(order(SetDuplicatePolicy, { mergeFrom: null }))
      .thenNothing());
  it.each([0.9, 1.1, '0.999', undefined])('has a shape: not %j', (mergeFrom) =>
    expect(faults(SetDuplicatePolicy, { mergeFrom })).toEqual(['mergeFrom']),
  );
});
