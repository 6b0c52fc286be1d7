import { specDecider } from '../../../eventsourcing/src/testing.js';
import { clientDecider } from '../client/client.decider.js';
import { day, order } from '../testing.js';
import { ClassifyClient } from './life-cycle.commands.js';

const given = specDecider(clientDecider, day(0));
const said = (type: string, data: object = {}) => ({ type, data: { clientId: 'ann', ...data } });
const registered = said('ClientRegistered', { attributes: {} });
const facts = { lapsing: false, cause: 'purchase', policyVersion: 0 } as const;
const changed = (from: string | null, to: string | null, more = {}) => said('ClientClassChanged', { from, to, ...facts, ...more });

describe('ClassifyClient', () => {
  const command = order(ClassifyClient, { clientId: 'ann', to: 'trial-buyer', ...facts });
  it('says where a client stands', () => given(registered).when(command).then(changed('suspect', 'trial-buyer')));
  it('is repeatable', () => given(registered, changed('suspect', 'trial-buyer')).when(command).thenNothing());
  it('says nothing of somebody who stands where everybody does', () =>
    given(registered)
      .when(order(ClassifyClient, { clientId: 'ann', to: 'suspect', ...facts }))
      .thenNothing());
  it('says nothing of before it was said last', () =>
    given(registered, changed('suspect', 'prospect')).when(command, day(-1)).thenNothing());
  it('says when he begins to lapse', () =>
    given(registered, changed('suspect', 'trial-buyer'))
      .when(order(ClassifyClient, { clientId: 'ann', to: 'trial-buyer', ...facts, lapsing: true }))
      .then(changed('trial-buyer', 'trial-buyer', { lapsing: true })));
  it('says nothing of somebody erased, unknown, or merged meanwhile', () => {
    given(registered, said('ClientErased')).when(command).thenNothing();
    given().when(command).thenNothing();
    given(registered, said('AliasBegun', { survivorId: 'bob' }))
      .when(command)
      .thenNothing();
  });
  it('says that an alias is nobody of his own', () =>
    given(registered, said('AliasBegun', { survivorId: 'bob' }))
      .when(order(ClassifyClient, { clientId: 'ann', to: null, ...facts }))
      .then(changed('suspect', null)));
});
