import fc from 'fast-check';
import { specDecider } from '../../../eventsourcing/src/testing.js';
import { RegisterClient } from '../client/client.commands.js';
import { clientDecider } from '../client/client.decider.js';
import { lineAmount } from './money.js';
import { CancelPurchase, LineFields, RecordPurchase, RefuseDelivery, ReturnPurchase } from './purchase.commands.js';
import { day, faults, live, order } from '../testing.js';

const clientId = 'client-1';
const purchaseId = 'p-1';
const given = specDecider(clientDecider, day(0));

const registered = { type: 'ClientRegistered', data: { clientId, attributes: {} } };
const thin = { clientId, purchaseId, amount: 4990, currency: 'EUR' };
const buy = order(RecordPurchase, thin);
const bought = { type: 'PurchaseRecorded', data: { ...thin, credit: null } };
const lines: LineFields[] = [
  { articleId: 'mug-7', variantId: 'blue', quantity: 3, unitPrice: 1250, amount: 3750, promotion: 'spring', coupon: 'SPRING10' },
  { text: 'Ribbon by the metre', quantity: 1.5, unitPrice: 333 },
  { articleId: 'card', text: 'A card', quantity: 1, unitPrice: 200, gift: true },
];
const details = { lines, discount: 250, freight: 690, vatIncluded: true, salesChannel: 'web', pointOfSaleId: 'shop-3', orderId: 'o-1' };
const full = order(RecordPurchase, { ...thin, amount: 4000, ...details, orderNumber: 'B-2026/0815' });
const fullyBought = {
  type: 'PurchaseRecorded',
  data: {
    ...thin,
    amount: 4000,
    ...details,
    lines: [
      { articleId: 'mug-7', variantId: 'blue', quantity: 3, unitPrice: 1250, amount: 3750, promotion: 'spring', coupon: 'SPRING10' },
      { articleId: null, text: 'Ribbon by the metre', quantity: 1.5, unitPrice: 333, amount: 500 },
      { articleId: 'card', text: 'A card', quantity: 1, unitPrice: 200, amount: 0, gift: true },
    ],
    personal: { orderNumber: 'B-2026/0815' },
    credit: null,
  },
};
const giveBack = (fields: Partial<ReturnPurchase> = {}) => order(ReturnPurchase, { clientId, returnId: 'r-1', purchaseId, ...fields });
const returned = (amount: number, kept: boolean | null, fields: object = {}) => ({
  type: 'PurchaseReturned',
  data: { clientId, returnId: 'r-1', purchaseId, amount, currency: 'EUR', kept, reason: null, ...fields },
});
const cancel = order(CancelPurchase, { clientId, purchaseId, reason: 'too-late' });
const cancelled = { type: 'PurchaseCancelled', data: { clientId, purchaseId, amount: 4990, currency: 'EUR', reason: 'too-late' } };
const refuse = order(RefuseDelivery, { clientId, purchaseId });
const refused = { type: 'DeliveryRefused', data: { clientId, purchaseId, amount: 4990, currency: 'EUR', reason: null } };

const refusalOf = (command: object): string => {
  const [, { refusal }] = live([day(0), order(RegisterClient, { clientId, attributes: {} })], [day(0), command]).answers;
  return refusal!;
};

describe('RecordPurchase with lines', () => {
  it('tells what each line comes to, and seals the order number', () => given(registered).when(full).then(fullyBought));
  it('is repeatable', () => given(registered, fullyBought).when(full).thenNothing());
  it('stays as thin as it was when nothing more is known', () => given(registered).when(buy).then(bought));
  it('refuses a total that is not that of the lines', () => {
    expect(refusalOf(order(RecordPurchase, { ...full, amount: 4001 }))).toBe('wrong-total');
    expect(() =>
      clientDecider.decide.RecordPurchase(
        live([day(0), order(RegisterClient, { clientId, attributes: {} })]).client,
        { ...full, amount: 4001 },
        day(0),
      ),
    ).toThrow('amount is 4001, but the lines come to 4000: lines[0] 3750, lines[1] 500, lines[2] 0, less the discount 250');
  });
  it.each<[string, string, LineFields]>([
    ['lines[1]', 'state the articleId, or a text where it is not known', { quantity: 1, unitPrice: 100 }],
    ['lines[1].amount', '1.5 × 333 comes to 500, not to 499', { text: 'Ribbon', quantity: 1.5, unitPrice: 333, amount: 499 }],
    ['lines[1].amount', 'a gift comes to 0, not to 333', { text: 'Ribbon', quantity: 1, unitPrice: 333, amount: 333, gift: true }],
    ['lines[1].quantity', '0.0005 × 333 has no exact amount', { text: 'Ribbon', quantity: 0.0005, unitPrice: 333 }],
  ])('names the line at fault: %s: %s', (field, reason, line) => {
    const { client } = live([day(0), order(RegisterClient, { clientId, attributes: {} })]);
    const command = order(RecordPurchase, { ...thin, lines: [lines[0], line] });
    expect(() => clientDecider.decide.RecordPurchase(client, command, day(0))).toThrow(
      expect.objectContaining({ code: 'wrong-line', field }),
    );
    expect(() => clientDecider.decide.RecordPurchase(client, command, day(0))).toThrow(`${field}: ${reason}`);
  });
  it('refuses lines that are more than a number holds', () =>
    expect(
      refusalOf(
        order(RecordPurchase, {
          ...thin,
          lines: Array<LineFields>(2).fill({ text: 'Gold', quantity: 1, unitPrice: Number.MAX_SAFE_INTEGER }),
        }),
      ),
    ).toBe('wrong-line'));

  it('takes exactly the sum of its lines less the discount', () => {
    const line = fc.record({ thousandths: fc.integer({ min: 0, max: 100_000 }), unitPrice: fc.integer({ min: 0, max: 100_000 }) });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), fc.nat(1000), fc.integer({ min: -2, max: 2 }), (all, discount, off) => {
        const stated = all.map(({ thousandths, unitPrice }) => ({ text: 'It', quantity: thousandths / 1000, unitPrice }));
        const total = stated.reduce((sum, { quantity, unitPrice }) => sum + lineAmount(quantity, unitPrice)!, -discount);
        const refusal = refusalOf(order(RecordPurchase, { ...thin, amount: total + off, lines: stated, discount }));
        expect(refusal).toBe(off === 0 ? null : 'wrong-total');
      }),
    );
  });
});

describe('ReturnPurchase', () => {
  it('gives back all that is left, if it says no amount', () => given(registered, bought).when(giveBack()).then(returned(4990, false)));
  it('gives back a part', () =>
    given(registered, bought)
      .when(giveBack({ amount: 990, reason: 'too-small' }))
      .then(returned(990, true, { reason: 'too-small' })));
  it('gives back what its lines come to', () =>
    given(registered, fullyBought)
      .when(giveBack({ lines: [{ articleId: 'mug-7', quantity: 1, unitPrice: 1250 }] }))
      .then(returned(1250, true, { lines: [{ articleId: 'mug-7', quantity: 1, unitPrice: 1250, amount: 1250 }] })));
  it('gives back the rest', () => {
    const again = { ...returned(4000, false), data: { ...returned(4000, false).data, returnId: 'r-2' } };
    given(registered, bought, returned(990, true))
      .when(giveBack({ returnId: 'r-2' }))
      .then(again);
  });
  it('gives back what cost nothing', () => {
    const free = { ...bought, data: { ...bought.data, amount: 0 } };
    given(registered, free).when(giveBack()).then(returned(0, false));
    given(registered, free, returned(0, false))
      .when(giveBack({ returnId: 'r-2' }))
      .thenRejected('purchase-not-kept');
  });
  it('stands alone where the purchase is not known, or none is named', () => {
    given(registered)
      .when(giveBack({ amount: 500, currency: 'CHF' }))
      .then(returned(500, null, { currency: 'CHF' }));
    given(registered, bought)
      .when(order(ReturnPurchase, { clientId, returnId: 'r-1', amount: 500, currency: 'EUR' }))
      .then(returned(500, null, { purchaseId: null }));
  });
  it('counts for a purchase that arrives later', () =>
    given(registered, returned(4990, null), bought).when(cancel).thenRejected('purchase-not-kept'));
  it('is repeatable', () => given(registered, bought, returned(4990, false)).when(giveBack()).thenNothing());
  it('needs a registered client', () => given().when(giveBack()).thenRejected('unknown-client'));
  it('needs an amount and a currency to stand alone', () => {
    given(registered).when(giveBack()).thenRejected('unmatched-return');
    given(registered)
      .when(giveBack({ amount: 500 }))
      .thenRejected('unmatched-return');
  });
  it('is not more than what is left', () => {
    given(registered, bought)
      .when(giveBack({ amount: 4991 }))
      .thenRejected('more-than-bought');
    given(registered, bought, returned(990, true))
      .when(giveBack({ returnId: 'r-2', amount: 4001 }))
      .thenRejected('more-than-bought');
  });
  it('is not of what was taken back before', () => {
    for (const before of [cancelled, refused, returned(4990, false)])
      given(registered, bought, before)
        .when(giveBack({ returnId: 'r-2', amount: 1 }))
        .thenRejected('purchase-not-kept');
  });
  it('is in the currency of the purchase', () =>
    given(registered, bought)
      .when(giveBack({ amount: 500, currency: 'CHF' }))
      .thenRejected('other-currency'));
  it('comes to what its lines do', () =>
    given(registered, bought)
      .when(giveBack({ amount: 500, lines: [{ articleId: 'mug-7', quantity: 1, unitPrice: 499 }] }))
      .thenRejected('wrong-total'));
});

describe.each([
  ['CancelPurchase', cancel, cancelled],
  ['RefuseDelivery', refuse, refused],
])('%s', (_, command, event) => {
  it('tells what was kept until then', () => {
    given(registered, bought).when(command).then(event);
    given(registered, bought, returned(990, true))
      .when(command)
      .then({ ...event, data: { ...event.data, amount: 4000 } });
  });
  it('is repeatable', () => given(registered, bought, event).when(command).thenNothing());
  it('needs a registered client', () => given().when(command).thenRejected('unknown-client'));
  it('needs a purchase', () => given(registered).when(command).thenRejected('unknown-purchase'));
  it('is refused when nothing is kept of it', () => {
    for (const before of [cancelled, refused, returned(4990, false)].filter(({ type }) => type !== event.type))
      given(registered, bought, before).when(command).thenRejected('purchase-not-kept');
  });
});

it.each([
  [RecordPurchase, { ...full, lines: [] }, 'lines'],
  [RecordPurchase, { ...full, lines: [{ ...lines[0], quantity: -1 }] }, 'lines.0.quantity'],
  [RecordPurchase, { ...full, lines: [{ ...lines[0], unitPrice: 0.5 }] }, 'lines.0.unitPrice'],
  [RecordPurchase, { ...full, freight: -1 }, 'freight'],
  [RecordPurchase, { ...full, vatIncluded: 'yes' }, 'vatIncluded'],
  [RecordPurchase, { ...full, orderNumber: ' 1' }, 'orderNumber'],
  [ReturnPurchase, { ...giveBack(), amount: -1 }, 'amount'],
  [CancelPurchase, { ...cancel, reason: 'of two words' }, 'reason'],
])('%p: what is wrong is named', (type, fields, field) => expect(faults(type, fields)).toEqual([field]));
