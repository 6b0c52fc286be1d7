import fc from 'fast-check';
import { RecordedEvent } from '@boucle/eventsourcing';
import { ClientEvent, WithheldReason } from './client.events.js';
import { Profile, profileProjection } from './profile.projection.js';
import { day, logged } from '../testing.js';

const clientId = 'client-1';

type On = Record<string, (profile: Profile | null, event: RecordedEvent, key: string) => Profile | null>;
type Past = readonly [at: string, event: ClientEvent];
const profileAfter = (...events: readonly Past[]): Profile | null =>
  events.reduce<Profile | null>((profile, [at, event], i) => {
    const recorded = logged(event, at, i + 1);
    expect(profileProjection.key(recorded as RecordedEvent<never>)).toBe(clientId);
    return (profileProjection.on as On)[event.type](profile, recorded, clientId);
  }, null);

const registered: ClientEvent = { type: 'ClientRegistered', data: { clientId, attributes: { region: 'north' } } };
const bought = (amount: number, currency = 'EUR'): ClientEvent => ({
  type: 'PurchaseRecorded',
  data: { clientId, purchaseId: `o-${amount}`, amount, currency, credit: null },
});
const called: ClientEvent = { type: 'ContactRecorded', data: { clientId, contactId: 'c-1', kind: 'call', channel: null } };
const placement = { clientId, campaignId: 'spring', cell: 'all', priorContacts: 0, windowEndsAt: day(30) };
const mailed = (wave = 1): ClientEvent => ({
  type: 'MailingDispatched',
  data: { ...placement, wave, arm: 'letter', mailingId: `spring.${wave}.client-1`, channel: 'post', cost: 55 },
});
const withheld = (reason: WithheldReason, wave = 1, shadow = false): ClientEvent => ({
  type: 'ContactWithheld',
  data: { ...placement, wave, arm: reason === 'hold-out' ? null : 'letter', reason, shadow },
});
const responded = (kind: 'click' | 'complaint'): ClientEvent => ({
  type: 'ResponseRecorded',
  data: { clientId, responseId: `r-${kind}`, kind, credit: null },
});

const unknown: Profile = {
  clientId,
  attributes: { region: 'north' },
  registeredAt: day(0),
  person: null,
  purchases: { days: [], count: 0, monetary: {}, first: null, last: null, history: { bought: [], returned: [], revoked: [] } },
  solicitations: { mailings: 0, otherContacts: 0, withheld: 0, sinceLastPurchase: 0, recent: [] },
  responses: { count: 0, last: null },
  consent: null,
  opposed: false,
  restricted: false,
  objectsToProfiling: false,
  waves: {},
};

describe('profile', () => {
  it('begins with what the client was registered with', () => expect(profileAfter([day(0), registered])).toEqual(unknown));

  it('is not made up for a client who was never registered', () => {
    const back: ClientEvent = {
      type: 'PurchaseReturned',
      data: { clientId, returnId: 'r-1', purchaseId: null, amount: 1, currency: 'EUR', kept: null, reason: null },
    };
    const revoked = { clientId, purchaseId: 'o-1', amount: 1, currency: 'EUR', reason: null };
    const cancelled: ClientEvent = { type: 'PurchaseCancelled', data: revoked };
    const refused: ClientEvent = { type: 'DeliveryRefused', data: revoked };
    for (const event of [back, cancelled, refused, bought(1), called, mailed(), withheld('arm'), responded('click')])
      expect(profileAfter([day(0), event])).toBeNull();
  });

  it('counts distinct days as frequency, whatever order purchases arrive in', () => {
    const purchases = profileAfter(
      [day(0), registered],
      [day(9, 8), bought(100)],
      [day(3, 8), bought(200)],
      [day(9, 20), bought(300)],
      [day(5, 1), bought(400)],
    )!.purchases;
    expect(new Set(purchases.days)).toEqual(new Set(['2026-03-10', '2026-03-04', '2026-03-06']));
    expect(purchases.days).toHaveLength(3);
    expect(purchases).toMatchObject({ count: 4, monetary: { EUR: 1000 }, first: day(3, 8), last: day(9, 20) });
  });

  it('has the same recency, frequency and monetary value in any order', () => {
    const purchase = fc.record({ at: fc.integer({ min: 0, max: 30 }), hour: fc.integer({ min: 0, max: 23 }), amount: fc.nat(10_000) });
    const lists = fc
      .array(purchase, { maxLength: 12 })
      .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));
    const rfm = (list: readonly { at: number; hour: number; amount: number }[]) => {
      const {
        days,
        history: _,
        ...rest
      } = profileAfter([day(0), registered], ...list.map(({ at, hour, amount }) => [day(at, hour), bought(amount)] as const))!.purchases;
      return { ...rest, days: [...days].sort() };
    };
    fc.assert(fc.property(lists, ([list, shuffled]) => expect(rfm(shuffled)).toEqual(rfm(list))));
  });

  it('never adds currencies', () =>
    expect(
      profileAfter([day(0), registered], [day(1), bought(100)], [day(1), bought(7, 'CHF')], [day(2), bought(50)])!.purchases.monetary,
    ).toEqual({
      EUR: 150,
      CHF: 7,
    }));

  describe('of what was not kept', () => {
    const buy = (purchaseId: string, amount: number, currency = 'EUR'): ClientEvent => ({
      type: 'PurchaseRecorded',
      data: { clientId, purchaseId, amount, currency, credit: null },
    });
    const back = (purchaseId: string | null, amount: number, currency = 'EUR'): ClientEvent => ({
      type: 'PurchaseReturned',
      data: { clientId, returnId: 'r', purchaseId, amount, currency, kept: null, reason: null },
    });
    const cancelled = (purchaseId: string, type: 'PurchaseCancelled' | 'DeliveryRefused' = 'PurchaseCancelled'): ClientEvent => ({
      type,
      data: { clientId, purchaseId, amount: 0, currency: 'EUR', reason: null },
    });
    const counted = (...events: readonly Past[]) => {
      const { purchases, solicitations } = profileAfter([day(0), registered], ...events)!;
      const { days, count, monetary, first, last } = purchases;
      return { days: [...days].sort(), count, monetary, first, last, since: solicitations.sinceLastPurchase };
    };

    it('keeps the rest of a purchase given back in part', () =>
      expect(counted([day(1), buy('a', 100)], [day(2), back('a', 30)])).toMatchObject({ count: 1, monetary: { EUR: 70 }, last: day(1) }));
    it('stands alone in another currency, or without a purchase', () =>
      expect(counted([day(1), buy('a', 100)], [day(2), back('a', 30, 'CHF')], [day(3), back(null, 5)])).toMatchObject({
        count: 1,
        monetary: { EUR: 95, CHF: -30 },
      }));
    it('counts contacts since the last purchase that was kept', () =>
      expect(
        counted(
          [day(1), buy('a', 1)],
          [day(2), called],
          [day(3), buy('b', 1)],
          [day(4), called],
          [day(5), cancelled('b', 'DeliveryRefused')],
        ),
      ).toMatchObject({ last: day(1), since: 2 }));

    it('is the profile of the purchases that were kept, whatever the order', () => {
      const purchase = fc.record({
        at: fc.integer({ min: 0, max: 12 }),
        amount: fc.nat(500),
        currency: fc.constantFrom('EUR', 'CHF'),
        fate: fc.constantFrom('kept', 'part', 'returned', 'returned twice', 'cancelled', 'refused'),
        share: fc.nat(100),
      });
      const instants = fc.array(fc.integer({ min: 0, max: 14 }), { maxLength: 6 });
      const history = fc.tuple(fc.array(purchase, { maxLength: 8 }), instants).chain(([purchases, calls]) => {
        const kept: Past[] = [];
        const all = purchases.flatMap(({ at, amount, currency, fate, share }, n): Past[] => {
          const id = `p-${n}`;
          const part = Math.floor((amount * share) / 101);
          const after: Readonly<Record<typeof fate, readonly ClientEvent[]>> = {
            kept: [],
            part: amount > 0 ? [back(id, part, currency)] : [],
            returned: [back(id, amount, currency)],
            'returned twice': [back(id, part, currency), back(id, amount - part, currency)],
            cancelled: [back(id, part, currency), cancelled(id)],
            refused: [cancelled(id, 'DeliveryRefused')],
          };
          if (fate === 'kept' || fate === 'part')
            kept.push([day(at), buy(id, fate === 'part' && amount > 0 ? amount - part : amount, currency)]);
          return [[day(at), buy(id, amount, currency)], ...after[fate].map((event): Past => [day(13), event])];
        });
        const contacted = calls.map((at): Past => [day(at), called]);
        const whole = [...all, ...contacted];
        return fc.tuple(fc.shuffledSubarray(whole, { minLength: whole.length }), fc.constant([...kept, ...contacted]));
      });
      fc.assert(fc.property(history, ([shuffled, kept]) => expect(counted(...shuffled)).toEqual(counted(...kept))));
    });
  });

  it('tells what was sent from what was withheld', () => {
    const { solicitations, waves } = profileAfter(
      [day(0), registered],
      [day(1), mailed(1)],
      [day(2), called],
      [day(3), withheld('hold-out', 2, true)],
      [day(4), withheld('arm', 3)],
      [day(5), withheld('opposed', 4)],
      [day(6), withheld('hold-out', 5)],
    )!;
    expect(solicitations).toEqual({ mailings: 1, otherContacts: 1, withheld: 4, sinceLastPurchase: 3, recent: [day(1), day(2), day(3)] });
    expect(waves).toEqual({ spring: 5 });
  });

  it('counts solicitations since the last purchase, in whatever order both are recorded', () => {
    const since = (...events: readonly Past[]) => profileAfter([day(0), registered], ...events)!.solicitations.sinceLastPurchase;
    expect(since([day(1), mailed()], [day(2), bought(1)])).toBe(0);
    expect(since([day(1), mailed()], [day(2), bought(1)], [day(3), called])).toBe(1);
    expect(since([day(1), mailed()], [day(3), called], [day(2), bought(1)])).toBe(1);
    expect(since([day(2), bought(1)], [day(3), called], [day(1), mailed()])).toBe(1);
    expect(since([day(5), bought(2)], [day(2), bought(1)], [day(3), called])).toBe(0);
  });

  it('counts as solicitations since the last purchase exactly those that count and are later, in any order', () => {
    const fact = fc.record({ at: fc.integer({ min: 0, max: 12 }), kind: fc.constantFrom('buy', 'call', 'mail', 'shadow', 'withheld') });
    const eventOf = { buy: bought(1), call: called, mail: mailed(), shadow: withheld('hold-out', 1, true), withheld: withheld('hold-out') };
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 30 }), (facts) => {
        const last = Math.max(-1, ...facts.filter(({ kind }) => kind === 'buy').map(({ at }) => at));
        const later = facts.filter(({ kind, at }) => !['buy', 'withheld'].includes(kind) && at > last);
        const profile = profileAfter([day(0), registered], ...facts.map(({ at, kind }): Past => [day(at), eventOf[kind]]))!;
        expect(profile.solicitations.sinceLastPurchase).toBe(later.length);
      }),
    );
  });

  it('counts more solicitations since the last purchase than it remembers instants of', () => {
    const calls = Array.from({ length: 250 }, (_, i): Past => [day(i + 1), called]);
    const { solicitations } = profileAfter([day(0), registered], ...calls)!;
    expect(solicitations).toMatchObject({ otherContacts: 250, sinceLastPurchase: 250 });
    expect(solicitations.recent).toHaveLength(200);
    expect(profileAfter([day(0), registered], ...calls, [day(240), bought(1)])!.solicitations.sinceLastPurchase).toBe(10);
  });

  it('counts responses, the latest by its own instant', () =>
    expect(profileAfter([day(0), registered], [day(5), responded('click')], [day(3), responded('click')])).toEqual({
      ...unknown,
      responses: { count: 2, last: day(5) },
    }));

  it('stays opposed after a complaint', () => {
    expect(profileAfter([day(0), registered], [day(1), responded('click')])!.opposed).toBe(false);
    expect(profileAfter([day(0), registered], [day(1), responded('complaint')], [day(2), responded('click')])!.opposed).toBe(true);
  });
});
