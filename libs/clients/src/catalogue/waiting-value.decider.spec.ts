import { specDecider } from '../../../eventsourcing/src/testing.js';
import { clientDecider } from '../client/client.decider.js';
import { day, order } from '../testing.js';
import { LeaveValueWaiting, SettleWaitingValue } from './waiting-value.commands.js';

const clientId = 'client-1';
const given = specDecider(clientDecider, day(0));

const registered = { type: 'ClientRegistered', data: { clientId, attributes: {}, origin: { how: 'unknown', file: 'broker-7' } } };
const place = (field = 'civility', valueId = 'value-1', recordId: string | null = null) => ({ clientId, valueId, field, recordId });
const leave = (at = place()) => order(LeaveValueWaiting, { ...at, source: 'erp', catalogue: 'civility', text: 'Fräulein' });
const left = (at = place()) => ({
  type: 'ValueLeftWaiting',
  data: { ...at, source: 'erp', catalogue: 'civility', personal: { text: 'Fräulein' } },
});
const settle = (code: string | null, at = place()) => order(SettleWaitingValue, { ...at, code });
const settled = (code: string | null, at = place()) => ({ type: 'WaitingValueSettled', data: { ...at, code } });
const changed = (civility: string) => ({ type: 'ClientDetailsChanged', data: { clientId, changed: ['civility'], personal: { civility } } });

describe('A value that no catalogue knows', () => {
  it('waits', () => given(registered).when(leave()).then(left()));
  it('waits once', () => given(registered, left()).when(leave()).thenNothing());
  it('waits of nobody unknown', () => given().when(leave()).thenRejected('unknown-client'));
  it('of a row that was refused waits for nothing', () =>
    given(registered)
      .when(leave(place('salesChannel', 'value-1', 'purchase/p-1')))
      .thenNothing());

  it('fills the field once somebody says what it means', () => {
    given(registered, left()).when(settle('ms')).then(changed('ms'), settled('ms'));
    given(registered, left(), settled('ms')).when(settle('ms')).thenNothing();
    given(registered, left()).when(settle(null)).then(settled(null));
  });
  it('tells nothing new where it means what is known', () =>
    given(registered, changed('ms'), left()).when(settle('ms')).then(settled('ms')));
  it('gives way to what is said meanwhile, and to what a later file says', () => {
    given(registered, left(), changed('neutral')).when(settle('ms')).thenNothing();
    given(registered, left(), left(place('civility', 'value-2')))
      .when(settle('ms'))
      .thenNothing();
  });
});
