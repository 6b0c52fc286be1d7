import { specDecider } from '../../../eventsourcing/src/testing.js';
import { SetForgettingPolicy } from './forgetting-policy.commands.js';
import { forgettingPolicyDecider } from './forgetting-policy.decider.js';
import { day, faults, order } from '../testing.js';

const given = specDecider(forgettingPolicyDecider, day(0));
const policy = {
  months: { prospects: 12, clients: 36, consents: 24, children: 12 },
  automaticAfterDays: 30,
  filesAfterDays: 7,
  subscribers: ['mail-house'],
  acknowledgeWithinDays: 14,
};
const { version: _, ...byItself } = forgettingPolicyDecider.initial;
const set = (version: number, more = {}) => ({ type: 'ForgettingPolicySet', data: { ...policy, ...more, version } });

describe('SetForgettingPolicy', () => {
  const command = order(SetForgettingPolicy, policy);
  it('sets the first version', () => given().when(command).then(set(1)));
  it('sets the next, whole', () =>
    given(set(1, { automaticAfterDays: null }))
      .when(command)
      .then(set(2)));
  it('is repeatable', () => given(set(1)).when(command).thenNothing());
  it('says nothing new where it repeats what holds by itself', () => given().when(order(SetForgettingPolicy, byItself)).thenNothing());

  it.each([
    [{ months: { ...policy.months, clients: 0 } }, ['months.clients']],
    [{ months: { prospects: 1 } }, ['months.clients', 'months.consents', 'months.children']],
    [{ months: undefined }, ['months']],
    [{ automaticAfterDays: -1 }, ['automaticAfterDays']],
    [{ automaticAfterDays: undefined }, ['automaticAfterDays']],
    [{ filesAfterDays: 0 }, ['filesAfterDays']],
    [{ subscribers: ['a', 'a'] }, ['subscribers']],
    [{ subscribers: ['Mrs Smith'] }, ['subscribers']],
    [{ acknowledgeWithinDays: 1.5 }, ['acknowledgeWithinDays']],
  ])('has a shape: not %j', (change, fields) => expect(faults(SetForgettingPolicy, { ...policy, ...change })).toEqual(fields));
  it('may leave proposals to people', () => expect(faults(SetForgettingPolicy, { ...policy, automaticAfterDays: null })).toEqual([]));
});
