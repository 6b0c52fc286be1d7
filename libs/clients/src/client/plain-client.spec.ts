import { RecordedEvent } from '@boucle/eventsourcing';
import { day, logged } from '../testing.js';
import { ClientEvent } from './client.events.js';
import { plainRecords } from './plain-client.js';

const registered: ClientEvent = { type: 'ClientRegistered', data: { clientId: 'ann', attributes: {} } };
const assigned: ClientEvent = {
  type: 'ReferenceAssigned',
  data: { clientId: 'ann', system: 'shop', lookup: 'number-7', personal: null },
};
const bought: ClientEvent = {
  type: 'PurchaseRecorded',
  data: { clientId: 'ann', purchaseId: 'p-1', amount: 700, currency: 'CHF', credit: null },
};
const told = (...events: ClientEvent[]) => events.map((event) => logged(event, day(0)) as RecordedEvent<ClientEvent>);

describe('the records of somebody plain', () => {
  it('are told from what he bought', () => {
    expect(plainRecords(told(registered, assigned, bought), 'number-7')).toEqual(['purchase/p-1']);
  });

  it('are not told of somebody who is not registered, or has another number', () => {
    expect(plainRecords(told(), 'number-7')).toBeNull();
    expect(plainRecords(told(assigned), 'number-7')).toBeNull();
    expect(plainRecords(told(registered, assigned), 'number-8')).toBeNull();
  });

  it('are not told where anything else has happened', () => {
    const closed: ClientEvent = { type: 'ClientClosed', data: { clientId: 'ann' } };
    expect(plainRecords(told(registered, assigned, closed), 'number-7')).toBeNull();
  });
});
