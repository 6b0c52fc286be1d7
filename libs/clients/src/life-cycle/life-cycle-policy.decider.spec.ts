import { specDecider } from '../../../eventsourcing/src/testing.js';
import { day, faults, order } from '../testing.js';
import { SetLifeCyclePolicy } from './life-cycle-policy.commands.js';
import { lifeCyclePolicyDecider } from './life-cycle-policy.decider.js';

const given = specDecider(lifeCyclePolicyDecider, day(0));
const { version: _, ...byItself } = lifeCyclePolicyDecider.initial;
const policy = { ...byItself, lapseDays: 180, unanswered: 5 };
const set = (version: number, more = {}) => ({ type: 'LifeCyclePolicySet', data: { ...policy, ...more, version } });

describe('SetLifeCyclePolicy', () => {
  const command = order(SetLifeCyclePolicy, policy);
  it('sets the first version', () => given().when(command).then(set(1)));
  it('sets the next, whole', () =>
    given(set(1, { lapseDays: 90 }))
      .when(command)
      .then(set(2)));
  it('is repeatable', () => given(set(1)).when(command).thenNothing());
  it('says nothing new where it repeats what holds by itself', () => given().when(order(SetLifeCyclePolicy, byItself)).thenNothing());

  it.each([
    [{ lapseDays: 0 }, ['lapseDays']],
    [{ lapseGaps: -1 }, ['lapseGaps']],
    [{ unanswered: 0 }, ['unanswered']],
    [{ unsolicitedMonths: 1.5 }, ['unsolicitedMonths']],
    [{ interestDays: undefined }, ['interestDays']],
    [{ regularDays: 1 }, ['regularDays']],
    [{ regularVariation: '1' }, ['regularVariation']],
    [{ regularGaps: 101 }, ['regularGaps']],
  ])('has a shape: not %j', (change, fields) => expect(faults(SetLifeCyclePolicy, { ...policy, ...change })).toEqual(fields));
});
