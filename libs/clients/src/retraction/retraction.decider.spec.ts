import { specDecider } from '../../../eventsourcing/src/testing.js';
import { clientDecider } from '../client/client.decider.js';
import { day, order } from '../testing.js';
import { RetractTold } from './retraction.commands.js';
import { Retractable } from './retraction.events.js';

const given = specDecider(clientDecider, day(9));
const clientId = 'ann';
const registered = { type: 'ClientRegistered', data: { clientId, attributes: { region: 'north' }, told: [], personal: {} } } as const;
const bought = { clientId, purchaseId: 'p-1', amount: 900, currency: 'EUR' };
const purchase: Retractable = { type: 'PurchaseRecorded', data: { ...bought, at: day(9) } };
const back = { clientId, returnId: 'r-1', purchaseId: 'p-1', amount: 300, currency: 'EUR', kept: true, reason: null };
const recorded = { type: 'PurchaseRecorded', data: { ...bought, credit: null } } as const;
const returned = { type: 'PurchaseReturned', data: back } as const;
const retract = (told: Partial<RetractTold>): RetractTold =>
  order(RetractTold, {
    ...{ clientId, records: [], consentIds: [], pointIds: [], waiting: [], respondedLast: null },
    details: { said: {}, before: {} },
    attributes: { said: {}, before: {} },
    heard: { before: day(9), after: day(0), reacted: false },
    ...told,
  });
const retracted = { type: 'PurchaseRetracted', data: { ...purchase.data, heardOf: day(0), reacted: false } };

describe('What was told by mistake', () => {
  it('is taken back, so that it may be told again', () => {
    given(registered, recorded)
      .when(retract({ records: [purchase] }))
      .then(retracted);
    const again = order(clientDecider.commands.RecordPurchase, { ...bought });
    given(registered, recorded, retracted).when(again).then(recorded);
  });

  it('is taken back once', () =>
    given(registered, recorded, retracted)
      .when(retract({ records: [purchase] }))
      .thenNothing());

  it('stays where a return rests on it, unless that is taken back too', () => {
    given(registered, recorded, returned)
      .when(retract({ records: [purchase] }))
      .thenNothing();
    const both: readonly Retractable[] = [{ type: 'PurchaseReturned', data: { ...back, at: day(9) } }, purchase];
    given(registered, recorded, returned)
      .when(retract({ records: both }))
      .then({ type: 'ReturnRetracted', data: { ...back, at: day(9), heardOf: day(0), reacted: false } }, retracted);
  });

  it('gives a field the value that was known before, unless it was said again', () => {
    const details = { said: { lastName: 'Roth' }, before: { lastName: 'Frei' } };
    const named = (lastName: string) =>
      ({ type: 'ClientDetailsChanged', data: { clientId, changed: ['lastName'], personal: { lastName } } }) as const;
    given(registered, named('Roth')).when(retract({ details })).then(named('Frei'));
    given(registered, named('Roth'), named('Keller')).when(retract({ details })).thenNothing();
    const attributes = { said: { region: 'north' }, before: {} };
    given(registered)
      .when(retract({ attributes }))
      .then({ type: 'AttributesChanged', data: { clientId, attributes: { region: null } } });
  });

  it('needs somebody of whom it was told', () => {
    given().when(retract({})).thenRejected('unknown-client');
  });
});
