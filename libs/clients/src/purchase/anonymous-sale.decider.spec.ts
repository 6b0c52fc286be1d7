import { specDecider } from '../../../eventsourcing/src/testing.js';
import { RecordAnonymousSale, WithdrawAnonymousSale } from './anonymous-sale.commands.js';
import { anonymousSaleDecider } from './anonymous-sale.decider.js';

const given = specDecider(anonymousSaleDecider, '2026-03-01T09:00:00.000Z');
const sale = (facts: Partial<RecordAnonymousSale> = {}): RecordAnonymousSale =>
  Object.assign(new RecordAnonymousSale(), { saleId: 'till-7', amount: -500, currency: 'EUR', ...facts });
const recorded = { type: 'AnonymousSaleRecorded', data: { saleId: 'till-7', amount: -500, currency: 'EUR' } };

describe('A sale to nobody known', () => {
  it('is recorded, also what came back', () => given().when(sale()).then(recorded));
  it('says what each of its lines comes to', () =>
    given()
      .when(sale({ amount: 250, lines: [{ text: 'Mug', quantity: 2, unitPrice: 125 }] }))
      .then({
        type: 'AnonymousSaleRecorded',
        data: {
          saleId: 'till-7',
          amount: 250,
          currency: 'EUR',
          lines: [{ articleId: null, text: 'Mug', quantity: 2, unitPrice: 125, amount: 250 }],
        },
      }));
  it('is recorded once', () => given(recorded).when(sale()).thenNothing());
  it('is what its lines come to', () =>
    given()
      .when(sale({ lines: [{ text: 'Mug', quantity: 2, unitPrice: 125 }] }))
      .thenRejected('wrong-total'));
  const withdraw = Object.assign(new WithdrawAnonymousSale(), { saleId: 'till-7' });
  const withdrawn = { type: 'AnonymousSaleWithdrawn', data: { ...recorded.data, at: '2026-03-01T09:00:00.000Z' } };
  it('is withdrawn once, and may come again', () => {
    given(recorded).when(withdraw).then(withdrawn);
    given(recorded, withdrawn).when(withdraw).thenNothing();
    given().when(withdraw).thenNothing();
    given(recorded, withdrawn).when(sale()).then(recorded);
  });
});
