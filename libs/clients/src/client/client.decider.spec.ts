import fc from 'fast-check';
import { RecordedEvent } from '@boucle/eventsourcing';
import { specDecider } from '../../../eventsourcing/src/testing.js';
import { ChangeAttributes, ContactCap, DispatchMailing, MarkAnswerUnknown, RegisterClient, WithholdContact } from './client.commands.js';
import { RecordResponse } from '../reaction/response.commands.js';
import { RecordContact } from '../reaction/contact.commands.js';
import { clientDecider, clientStream, mailingOf } from './client.decider.js';
import { RecordPurchase } from '../purchase/purchase.commands.js';
import { ClientEvent, WithheldReason } from './client.events.js';
import { Credit, Placement } from './placement.js';
import { day, live, order, Step, unasked } from '../testing.js';

const clientId = 'client-1';
const given = specDecider(clientDecider, day(0));

const placement = (wave = 1, arm: string | null = 'letter', campaignId = 'spring'): Placement => ({ campaignId, wave, cell: 'all', arm });
const register = order(RegisterClient, { clientId, attributes: { region: 'north', age: 41 } });
const registered = { type: 'ClientRegistered', data: { clientId, attributes: { region: 'north', age: 41 } } };
const contact = (contactId = 'call-1') => order(RecordContact, { clientId, contactId, kind: 'call' });
const respond = (responseId: string, kind: RecordResponse['kind'] = 'click') => order(RecordResponse, { clientId, responseId, kind });
const buy = (purchaseId: string, amount = 4990) => order(RecordPurchase, { clientId, purchaseId, amount, currency: 'EUR' });
const dispatch = (of: Placement, until: string, contactCap: ContactCap | null = null) =>
  order(DispatchMailing, { clientId, placement: of, channel: 'post', cost: 55, windowEndsAt: until, contactCap, ...unasked });
const withhold = (
  of: Placement,
  until: string,
  reason: WithholdContact['reason'] = 'hold-out',
  { shadow = reason === 'hold-out', contactCap = null as ContactCap | null } = {},
) => order(WithholdContact, { clientId, placement: of, reason, shadow, windowEndsAt: until, contactCap, channels: ['post'], ...unasked });
const unknown = (of: Placement) => order(MarkAnswerUnknown, { clientId, placement: of, cost: 55 });

const mailed = {
  type: 'MailingDispatched',
  data: {
    clientId,
    ...placement(),
    priorContacts: 0,
    windowEndsAt: day(14),
    mailingId: 'spring.1.client-1',
    channel: 'post',
    cost: 55,
  },
};
const heldOut = {
  type: 'ContactWithheld',
  data: { clientId, ...placement(1, null), reason: 'hold-out', shadow: true, channel: 'post', priorContacts: 0, windowEndsAt: day(14) },
};
const called = { type: 'ContactRecorded', data: { clientId, contactId: 'call-1', kind: 'call', channel: null } };
const complaint = { type: 'ResponseRecorded', data: { clientId, responseId: 'complaint-1', kind: 'complaint', credit: null } };

const creditsOf = (history: readonly RecordedEvent<ClientEvent>[]) =>
  history.flatMap((event) => (event.type === 'ResponseRecorded' || event.type === 'PurchaseRecorded' ? [event.data.credit] : []));
const lastCredit = (...steps: readonly Step[]): Credit | null | undefined => creditsOf(live([day(0), register], ...steps).history).at(-1);

describe('client', () => {
  it('lives in a stream of his own', () => expect(clientDecider.stream(register)).toBe(clientStream('client-1')));

  describe('ChangeAttributes', () => {
    const change = (attributes: ChangeAttributes['attributes']) => order(ChangeAttributes, { clientId, attributes });
    const changed = (attributes: ChangeAttributes['attributes']) => ({ type: 'AttributesChanged', data: { clientId, attributes } });
    it('tells what is new, and what is not known any more; the others stay', () =>
      given(registered)
        .when(change({ region: 'south', age: null, band: 'a' }))
        .then(changed({ region: 'south', age: null, band: 'a' })));
    it('is repeatable', () => {
      given(registered, changed({ region: 'south', age: null }))
        .when(change({ region: 'south', age: null }))
        .thenNothing();
      given(registered, changed({ region: 'south' }))
        .when(register)
        .thenNothing();
    });
    it('is refused of nobody, of who was erased, and beyond a hundred', () => {
      given()
        .when(change({ region: 'south' }))
        .thenRejected('unknown-client');
      given(registered, { type: 'ClientErased', data: { clientId, reason: 'requested', requestedBy: 'client' } })
        .when(change({ region: 'south' }))
        .thenRejected('client-erased');
      const many = Object.fromEntries(Array.from({ length: 99 }, (_, n) => [`a${n}`, n]));
      given(registered).when(change(many)).thenRejected('too-many-attributes');
      given(registered)
        .when(change({ ...many, region: null }))
        .then(changed({ ...many, region: null }));
    });
  });

  describe('RegisterClient', () => {
    it('enters him into the client base', () => given().when(register).then(registered));
    it('is repeatable', () => given(registered).when(register).thenNothing());
    it('is repeatable with the attributes in another order', () =>
      given(registered)
        .when(order(RegisterClient, { clientId, attributes: { age: 41, region: 'north' } }))
        .thenNothing());
    it('refuses other attributes', () =>
      given(registered)
        .when(order(RegisterClient, { clientId, attributes: { region: 'south' } }))
        .thenRejected('client-exists'));
  });

  describe('RecordContact', () => {
    const recorded = { type: 'ContactRecorded', data: { clientId, contactId: 'call-1', kind: 'call', channel: null } };
    it('records the contact', () => given(registered).when(contact()).then(recorded));
    it('is repeatable', () => given(registered, recorded).when(contact()).thenNothing());
    it('needs a registered client', () => given().when(contact()).thenRejected('unknown-client'));
  });

  describe('RecordResponse', () => {
    const recorded = { type: 'ResponseRecorded', data: { clientId, responseId: 'r-1', kind: 'click', credit: null } };
    it('records the response', () => given(registered).when(respond('r-1')).then(recorded));
    it('is repeatable', () => given(registered, recorded).when(respond('r-1')).thenNothing());
    it('needs a registered client', () => given().when(respond('r-1')).thenRejected('unknown-client'));
    it('takes the id of a contact or a purchase for another thing', () => {
      const { answers } = live([day(0), register], [day(0), contact('x')], [day(0), buy('x')], [day(0), respond('x')]);
      expect(answers.map(({ events }) => events.length)).toEqual([1, 1, 1, 1]);
    });
  });

  describe('RecordPurchase', () => {
    const recorded = { type: 'PurchaseRecorded', data: { clientId, purchaseId: 'o-1', amount: 4990, currency: 'EUR', credit: null } };
    it('records the purchase', () => given(registered).when(buy('o-1')).then(recorded));
    it('is repeatable', () => given(registered, recorded).when(buy('o-1')).thenNothing());
    it('needs a registered client', () => given().when(buy('o-1')).thenRejected('unknown-client'));
  });

  describe('DispatchMailing', () => {
    const mail = dispatch(placement(), day(14));
    it('sends the mailing', () => given(registered).when(mail).then(mailed));
    it('is repeatable', () => given(registered, mailed).when(mail).thenNothing());
    it('does nothing when the decision was withheld before', () => given(registered, heldOut).when(mail).thenNothing());
    it('needs a registered client', () => given().when(mail).thenRejected('unknown-client'));

    const withheld = (reason: WithheldReason, priorContacts = 0) => ({
      type: 'ContactWithheld',
      data: { clientId, ...placement(), reason, shadow: false, priorContacts, windowEndsAt: day(14) },
    });
    it('is withheld from a client who complained', () => given(registered, complaint).when(mail).then(withheld('opposed')));
    it('is sent to a client who only asked for a sample', () =>
      given(registered, { ...complaint, data: { ...complaint.data, kind: 'sample-request' } })
        .when(mail)
        .then(mailed));

    const capped = dispatch(placement(), day(14), { contacts: 1, days: 7 });
    it('is withheld when a contact has used up the cap', () =>
      given(registered, called).when(capped, day(6, 23)).then(withheld('contact-cap', 1)));
    it('is sent again when the cap has run off', () =>
      given(registered, called)
        .when(capped, day(7))
        .then({ ...mailed, data: { ...mailed.data, priorContacts: 1 } }));
    it('is withheld when a contact recorded already lies behind it', () =>
      given(registered, called).when(capped, day(-6)).then(withheld('contact-cap', 1)));

    const other = { ...placement(1, 'letter', 'winter') };
    const elsewhere = (reason: WithheldReason, arm: string | null, shadow = false) => ({
      type: 'ContactWithheld',
      data: { clientId, ...other, arm, reason, shadow, priorContacts: 0, windowEndsAt: day(14) },
    });
    it('counts the shadow contact of the hold-out for the cap', () =>
      given(registered, elsewhere('hold-out', null, true))
        .when(capped, day(1))
        .then(withheld('contact-cap')));
    it('does not count a hold-out to whom nothing would have gone', () =>
      given(registered, elsewhere('hold-out', null)).when(capped, day(1)).then(mailed));
    it.each(['arm', 'opposed', 'contact-cap', 'campaign-ended'] as const)('does not count what was withheld for "%s"', (reason) =>
      given(registered, elsewhere(reason, 'letter')).when(capped, day(1)).then(mailed),
    );
  });

  describe('WithholdContact', () => {
    const { channel, ...silent } = heldOut.data;
    const heldOutWith = (shadow: boolean, priorContacts = 0) => ({
      ...heldOut,
      data: { ...silent, shadow, priorContacts, ...(shadow && { channel }) },
    });
    it.each([
      ['hold-out', null, true],
      ['arm', 'nothing', false],
      ['campaign-ended', 'letter', false],
    ] as const)('stands where the mailing would: %s', (reason, arm, shadow) =>
      given(registered)
        .when(withhold(placement(1, arm), day(14), reason))
        .then({
          type: 'ContactWithheld',
          data: { clientId, ...placement(1, arm), reason, shadow, ...(shadow && { channel }), priorContacts: 0, windowEndsAt: day(14) },
        }),
    );

    const holdOut = withhold(placement(1, null), day(14));
    it('is no shadow contact if nothing would have been sent', () =>
      given(registered)
        .when(withhold(placement(1, null), day(14), 'hold-out', { shadow: false }))
        .then(heldOutWith(false)));
    it('is no shadow contact of a client who complained: he would not have been mailed either', () =>
      given(registered, complaint).when(holdOut).then(heldOutWith(false)));

    const capped = withhold(placement(1, null), day(14), 'hold-out', { contactCap: { contacts: 1, days: 7 } });
    it('is no shadow contact at the cap', () => given(registered, called).when(capped, day(6, 23)).then(heldOutWith(false, 1)));
    it('is a shadow contact again when the cap has run off', () =>
      given(registered, called).when(capped, day(7)).then(heldOutWith(true, 1)));
    it('is a shadow contact whatever came before if there is no cap', () =>
      given(registered, called, called).when(holdOut).then(heldOutWith(true, 2)));
    it.each([true, false])('is at the cap by the shadow contacts before, and only by those: %s', (shadow) => {
      const before = { ...heldOut, data: { ...heldOut.data, campaignId: 'winter', shadow } };
      given(registered, before).when(capped, day(1)).then(heldOutWith(!shadow));
    });
    it('is repeatable', () =>
      given(registered, heldOut)
        .when(withhold(placement(1, null), day(14)))
        .thenNothing());
    it('does nothing once the mailing went out', () =>
      given(registered, mailed)
        .when(withhold(placement(), day(14), 'campaign-ended'))
        .thenNothing());
    it('needs a registered client', () =>
      given()
        .when(withhold(placement(1, null), day(14)))
        .thenRejected('unknown-client'));
  });

  describe('MarkAnswerUnknown', () => {
    const marked = (of: Placement, asDrawn: boolean, cost: number) => ({
      type: 'AnswerUnknown',
      data: { clientId, ...of, asDrawn, cost },
    });
    it('takes a mailed client out, with what his mailing cost', () =>
      given(registered, mailed)
        .when(unknown(placement()))
        .then(marked(placement(), true, 55)));
    it('takes a held-out client out, for whom nothing was spent', () =>
      given(registered, heldOut)
        .when(unknown(placement(1, null)))
        .then(marked(placement(1, null), true, 0)));
    it('takes a client out who did not get what was drawn', () =>
      given(registered, { ...heldOut, data: { ...heldOut.data, ...placement(), reason: 'opposed', shadow: false } })
        .when(unknown(placement()))
        .then(marked(placement(), false, 0)));
    it('is repeatable', () =>
      given(registered, mailed, marked(placement(), true, 55))
        .when(unknown(placement()))
        .thenNothing());
    it('needs a decision', () =>
      given(registered, mailed)
        .when(unknown(placement(2)))
        .thenRejected('not-decided'));
    it.each([respond('r-1'), buy('o-1')])('is refused once he has reacted', (reaction) => {
      const { answers } = live(
        [day(0), register],
        [day(0), dispatch(placement(), day(14))],
        [day(1), reaction],
        [day(2), unknown(placement())],
      );
      expect(answers.at(-1)!.refusal).toBe('answer-known');
    });
    it('counts what comes all the same nowhere, not even for the wave before', () =>
      expect(
        lastCredit(
          [day(0), dispatch(placement(1), day(14))],
          [day(2), dispatch(placement(2), day(16))],
          [day(2), unknown(placement(2))],
          [day(3), respond('r-1')],
        ),
      ).toBeNull());
  });

  it('knows who was mailed', () => {
    const { client } = live([day(0), register], [day(0), dispatch(placement(1), day(14))], [day(1), withhold(placement(2, null), day(15))]);
    expect([1, 2, 3].map((wave) => mailingOf(client, placement(wave)))).toEqual([{}, null, null]);
  });
});

describe('attribution', () => {
  const first = [day(0), dispatch(placement(1), day(14))] as const;
  const second = [day(5), dispatch(placement(1, 'call', 'summer'), day(9))] as const;

  it('credits a response to the open window', () =>
    expect(lastCredit(first, [day(1), respond('r-1')])).toEqual({ ...placement(1), first: true, asDrawn: true }));
  it('prefers the latest of several open windows', () =>
    expect(lastCredit(first, second, [day(6), respond('r-1')])?.campaignId).toBe('summer'));
  it('returns to the earlier window when the latest has ended', () =>
    expect(lastCredit(first, second, [day(10), respond('r-1')])?.campaignId).toBe('spring'));
  it('credits nothing when no window is open', () => expect(lastCredit(first, [day(20), respond('r-1')])).toBeNull());
  it('includes the beginning of a window and excludes its end', () => {
    expect(lastCredit(first, [day(0), respond('r-1')])).not.toBeNull();
    expect(lastCredit(first, [day(14), respond('r-1')])).toBeNull();
    expect(lastCredit(first, [day(-1), respond('r-1')])).toBeNull();
  });
  it('gives the later decision the reaction when two were taken at the same instant', () =>
    expect(lastCredit(first, [day(0), dispatch(placement(1, 'call', 'summer'), day(9))], [day(1), buy('o-1')])?.campaignId).toBe('summer'));
  it('counts for the hold-out too', () =>
    expect(lastCredit([day(0), withhold(placement(1, null), day(14))], [day(1), buy('o-1')])).toEqual({
      ...placement(1, null),
      first: true,
      asDrawn: true,
    }));
  it('says when the client did not get what was drawn', () =>
    expect(lastCredit([day(0), withhold(placement(), day(14), 'campaign-ended')], [day(1), buy('o-1')])).toMatchObject({ asDrawn: false }));
  it('counts being left alone on purpose as drawn', () =>
    expect(lastCredit([day(0), withhold(placement(1, 'nothing'), day(14), 'arm')], [day(1), buy('o-1')])).toMatchObject({ asDrawn: true }));
  it('is first once for responses and once for purchases', () => {
    const { history } = live(
      [day(0), register],
      first,
      [day(1), respond('r-1')],
      [day(2), respond('r-2')],
      [day(3), buy('o-1')],
      [day(4), buy('o-2')],
    );
    expect(creditsOf(history).map((credit) => credit?.first)).toEqual([true, false, true, false]);
  });
  it('lets a reaction recorded late fall into the window in which it happened', () =>
    expect(lastCredit(first, [day(20), dispatch(placement(2), day(34))], [day(21), respond('r-1')], [day(3), respond('r-2')])).toEqual({
      ...placement(1),
      first: true,
      asDrawn: true,
    }));
});

/** One thing that may happen to a client, on some day, in any order. */
const happening = fc.record({
  kind: fc.constantFrom(
    ...([
      'mail',
      'mail',
      'hold-out',
      'hold-out',
      'no-shadow',
      'arm',
      'ended',
      'contact',
      'respond',
      'respond',
      'buy',
      'complain',
      'unknown',
    ] as const),
  ),
  day: fc.integer({ min: 0, max: 40 }),
  hour: fc.integer({ min: 0, max: 23 }),
  campaign: fc.constantFrom('spring', 'summer'),
  wave: fc.integer({ min: 1, max: 4 }),
  window: fc.integer({ min: 1, max: 20 }),
  id: fc.integer({ min: 1, max: 12 }),
});
type Happening = typeof happening extends fc.Arbitrary<infer H> ? H : never;
const happenings = fc.array(happening, { maxLength: 40, size: '+1' });

const carriedOut = (step: Happening, cap: ContactCap | null = null, widened = 0): Step => {
  const at = day(step.day, step.hour);
  const until = day(step.day + step.window + widened, step.hour);
  const of = (arm: string | null) => placement(step.wave, arm, step.campaign);
  switch (step.kind) {
    case 'mail':
      return [at, dispatch(of('letter'), until, cap)];
    case 'hold-out':
    case 'no-shadow':
      return [at, withhold(of(null), until, 'hold-out', { shadow: step.kind === 'hold-out', contactCap: cap })];
    case 'arm':
      return [at, withhold(of('nothing'), until, 'arm')];
    case 'ended':
      return [at, withhold(of('letter'), until, 'campaign-ended')];
    case 'contact':
      return [at, contact(`c-${step.id}`)];
    case 'buy':
      return [at, buy(`o-${step.id}`)];
    case 'unknown':
      return [at, unknown(of('letter'))];
    default:
      return [at, respond(`r-${step.id}`, step.kind === 'complain' ? 'complaint' : 'click')];
  }
};
const run = (all: readonly Happening[], cap: ContactCap | null = null, widened = 0) =>
  live([day(0), register], ...all.map((one) => carriedOut(one, cap, widened))).history;
const isReaction = ({ type }: { type: string }) => type === 'ResponseRecorded' || type === 'PurchaseRecorded';
/** A contact that went out, or would have but for the hold-out. */
const isSent = (event: ClientEvent): boolean =>
  event.type === 'MailingDispatched' || (event.type === 'ContactWithheld' && event.data.shadow);
const isDecision = ({ type }: { type: string }) => type === 'MailingDispatched' || type === 'ContactWithheld';

describe('whatever the order of events', () => {
  it('records each reaction once, and a first one at most once per decision and kind', () =>
    fc.assert(
      fc.property(happenings, (all) => {
        const reactions = run(all).filter(isReaction);
        const ids = reactions.map(
          ({ type, data }) => `${type} ${'responseId' in data ? data.responseId : (data as { purchaseId: string }).purchaseId}`,
        );
        expect(new Set(ids).size).toBe(ids.length);
        const firsts = reactions.flatMap(({ type, data }) => {
          const { credit } = data as { credit: Credit | null };
          return credit?.first ? [`${type} ${credit.campaignId} ${credit.wave}`] : [];
        });
        expect(new Set(firsts).size).toBe(firsts.length);
      }),
    ));

  it('credits exactly the latest decision whose window holds the reaction', () =>
    fc.assert(
      fc.property(happenings, (all) => {
        const history = run(all);
        history.forEach((event, i) => {
          if (!isReaction(event)) return;
          const at = event.metadata.occurredAt;
          const open = history
            .slice(0, i)
            .filter(
              (past) => isDecision(past) && past.metadata.occurredAt <= at && at < (past.data as { windowEndsAt: string }).windowEndsAt,
            )
            .sort((a, b) => (a.metadata.occurredAt < b.metadata.occurredAt ? -1 : a.metadata.occurredAt > b.metadata.occurredAt ? 1 : 0));
          const latest = open.at(-1)?.data as Placement | undefined;
          const gone = history.slice(0, i).some(({ type, data }) => {
            const { campaignId, wave } = data as unknown as Placement;
            return type === 'AnswerUnknown' && campaignId === latest?.campaignId && wave === latest.wave;
          });
          const { credit } = event.data as { credit: Credit | null };
          if (!latest || gone) expect(credit).toBeNull();
          else expect(credit).toMatchObject({ campaignId: latest.campaignId, wave: latest.wave, arm: latest.arm, cell: latest.cell });
        });
      }),
    ));

  it('never credits less when windows are wider', () =>
    fc.assert(
      fc.property(happenings, fc.integer({ min: 1, max: 20 }), (all, widened) => {
        const known = all.filter(({ kind }) => kind !== 'unknown');
        const creditedOf = (history: readonly RecordedEvent<ClientEvent>[]) =>
          creditsOf(history).filter((credit) => credit !== null).length;
        expect(creditedOf(run(known, null, widened))).toBeGreaterThanOrEqual(creditedOf(run(known)));
      }),
    ));

  const caps = fc.record({ contacts: fc.integer({ min: 1, max: 3 }), days: fc.integer({ min: 1, max: 15 }) });

  it('violates no cap: no run of days that holds a mailing or a shadow of one held more contacts, as far as they were known', () =>
    fc.assert(
      fc.property(happenings, caps, (all, cap) => {
        const instants: number[] = [];
        for (const event of run(all, cap)) {
          if (!isSent(event) && event.type !== 'ContactRecorded') continue;
          const at = Date.parse(event.metadata.occurredAt);
          instants.push(at);
          if (!isSent(event)) continue;
          for (const end of instants.filter((other) => other >= at && other < at + cap.days * 86_400_000))
            expect(instants.filter((other) => other <= end && other > end - cap.days * 86_400_000).length).toBeLessThanOrEqual(
              cap.contacts,
            );
        }
      }),
    ));

  it('holds out exactly what it would have mailed', () =>
    fc.assert(
      fc.property(happenings, caps, (all, cap) => {
        const heldOutInstead = all.map((one): Happening => (one.kind === 'mail' ? { ...one, kind: 'hold-out' } : one));
        expect(run(heldOutInstead, cap).map(isSent)).toEqual(run(all, cap).map(isSent));
      }),
    ));

  it('sees a shadow only in the hold-out', () =>
    fc.assert(
      fc.property(happenings, caps, (all, cap) => {
        for (const { type, data } of run(all, cap)) if (type === 'ContactWithheld' && data.shadow) expect(data.reason).toBe('hold-out');
      }),
    ));

  it('has mailed or withheld each decision exactly once, and sends nothing after a complaint', () =>
    fc.assert(
      fc.property(happenings, (all) => {
        const history = run(all);
        const decided = history.filter(isDecision).map(({ data }) => `${(data as Placement).campaignId} ${(data as Placement).wave}`);
        expect(new Set(decided).size).toBe(decided.length);
        const complained = history.findIndex(({ type, data }) => type === 'ResponseRecorded' && data.kind === 'complaint');
        if (complained >= 0) expect(history.slice(complained).map(({ type }) => type)).not.toContain('MailingDispatched');
      }),
    ));
});
