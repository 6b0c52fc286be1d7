import fc from 'fast-check';
import { fold, projectEvent } from '@boucle/eventsourcing';
import { recorded } from '../../../eventsourcing/src/testing.js';
import { clientDecider } from '../client/client.decider.js';
import { Client } from '../client/client.js';
import { RegisterClient } from '../client/client.commands.js';
import { GiveConsent, WithdrawConsent } from '../consent/consent.commands.js';
import { ErasureProposal, erasureProposalsProjection } from './erasure-proposals.projection.js';
import { AddEmail, ChangeClientDetails } from '../person/person.commands.js';
import { RecordPurchase } from '../purchase/purchase.commands.js';
import { RecordResponse } from '../reaction/response.commands.js';
import { LiftLegalHold, PlaceLegalHold, PutOffErasure, ReviewRetention } from './retention.commands.js';
import { automaticOn, dayOf, daysAfter, dueDays, firstLook, monthsAfter, nextLook } from './retention.js';
import { readRetention } from './retention-reading.js';
import { day, live, order, Step } from '../testing.js';

const RUNS = 3000;
const clientId = 'ann';
const proof = { how: 'paper', wordingId: 'w-1' };
const policy = { version: 1, months: { prospects: 6, clients: 12, consents: 9, children: 3 }, automaticAfterDays: 20 };

describe('months', () => {
  it.each([
    ['2026-01-31', 1, '2026-02-28'],
    ['2024-02-29', 12, '2025-02-28'],
    ['2026-03-15', 36, '2029-03-15'],
    ['2026-12-31T23:59:59.999Z', 2, '2027-02-28'],
  ])('of %s and %i later', (from, months, to) => expect(monthsAfter(from, months)).toBe(to));

  it('never end earlier for who was heard of later', () =>
    fc.assert(
      fc.property(fc.nat(20_000), fc.nat(400), fc.integer({ min: 1, max: 600 }), (start, more, months) => {
        const [a, b] = [day(start), day(start + more)].map(dayOf);
        expect(monthsAfter(a, months) <= monthsAfter(b, months)).toBe(true);
        expect(monthsAfter(a, months).slice(0, 7)).toBe(monthsAfter(`${a.slice(0, 7)}-01`, months).slice(0, 7));
      }),
    ));
});

describe('who was heard of', () => {
  const registered = recorded(
    [{ type: 'ClientRegistered', data: { clientId, attributes: {}, personal: { childrenBirthYears: [2019] } } }],
    day(0),
  );
  const after = (...events: { type: string; data: object }[]) =>
    fold(clientDecider, clientDecider.initial, [...registered, ...recorded(events, day(50))]);
  const at = (client: Client) => client.retention.heardOf;

  it('is due by what he is, and what is known of him', () => {
    expect(dueDays(after(), policy, day(60))).toEqual([
      { kept: 'prospects', on: '2026-09-01' },
      { kept: 'children', on: '2026-06-01' },
    ]);
    const bought = after({ type: 'PurchaseRecorded', data: { clientId, purchaseId: 'p', amount: 1, currency: 'EUR', credit: null } });
    expect(dueDays(bought, policy, day(60))).toMatchObject([{ kept: 'clients', on: '2027-04-20' }, { kept: 'children' }]);
  });

  const heard: [type: string, data: object][] = [
    ['ResponseRecorded', { responseId: 'r', kind: 'hotline-call', credit: null }],
    ['ConsentConfirmed', { consentId: 'c' }],
    ['NoticeGiven', { contractId: 'c', by: 'client', endsOn: '2027-01-01' }],
  ];
  it.each(heard)('counts %s, which he does himself', (type, data) =>
    expect(at(after({ type, data: { clientId, ...data } }))).toBe(day(50)),
  );

  const ours: [type: string, data: object][] = [
    ['ContactRecorded', { contactId: 'call', kind: 'call', channel: null }],
    [
      'MailingDispatched',
      {
        campaignId: 'c',
        wave: 1,
        cell: 'all',
        arm: 'a',
        mailingId: 'm',
        channel: 'post',
        cost: 1,
        priorContacts: 0,
        windowEndsAt: day(99),
      },
    ],
    ['NoticeGiven', { contractId: 'c', by: 'company', endsOn: '2027-01-01' }],
    [
      'ConsentGiven',
      {
        consentId: 'c',
        channel: 'email',
        purpose: 'news',
        pointIds: [],
        basis: 'legitimate-interest',
        purchaseId: null,
        proof: null,
        expiresAt: null,
      },
    ],
    ['OppositionDeclared', { oppositionId: 'o', channel: null, purpose: null, pointId: null, how: null }],
    ['EmailAdded', { emailId: 'e', personal: { email: 'a@example.org' } }],
    ['AccountOwnerAssigned', { salespersonId: 's' }],
  ];
  it.each(ours)('does not count %s, which we do, or which asks us to leave him alone', (type, data) =>
    expect(at(after({ type, data: { clientId, ...data } }))).toBe(day(0)),
  );

  it('is nobody as long as nothing personal is known, however much he buys', () => {
    const bare = [
      { type: 'ClientRegistered', data: { clientId, attributes: {} } },
      { type: 'PurchaseRecorded', data: { clientId, purchaseId: 'p', amount: 1, currency: 'EUR', credit: null } },
    ];
    const client = fold(clientDecider, clientDecider.initial, recorded(bare, day(0)));
    expect(dueDays(client, policy, day(5000))).toEqual([]);
    expect(nextLook(client, policy, day(5000))).toBeNull();
    const known = fold(
      clientDecider,
      client,
      recorded([{ type: 'EmailAdded', data: { clientId, emailId: 'e', personal: null } }], day(900)),
    );
    expect(dueDays(known, policy, day(5000))).toEqual([{ kept: 'clients', on: monthsAfter(day(900), 12) }]);
  });
});

/** What may happen with one client: so many days later, now and then told late, a command of that day. */
type Happens = readonly [later: number, late: number, command: (today: number) => object];

const said = (command: object) => (): object => command;
const steps: fc.Arbitrary<readonly Happens[]> = fc.array(
  fc.tuple(
    fc.nat(200),
    fc.oneof({ arbitrary: fc.constant(0), weight: 4 }, { arbitrary: fc.nat(500), weight: 1 }),
    fc.oneof(
      fc.nat(9).map((n) => said(order(RecordPurchase, { clientId, purchaseId: `p-${n}`, amount: 100, currency: 'EUR' }))),
      fc.nat(9).map((n) => said(order(RecordResponse, { clientId, responseId: `r-${n}`, kind: 'click' }))),
      fc.nat(9).map((n) => said(order(AddEmail, { clientId, emailId: `e-${n}`, email: `ann${n}@example.org` }))),
      fc.constant(said(order(ChangeClientDetails, { clientId, person: { childrenBirthYears: [2020] } }))),
      fc
        .nat(9)
        .map((n) =>
          said(order(GiveConsent, { clientId, consentId: `c-${n}`, channel: 'email', purpose: 'news', basis: 'consent', proof })),
        ),
      fc.nat(9).map((n) => said(order(WithdrawConsent, { clientId, consentId: `c-${n}` }))),
      fc.constantFrom('lawsuit' as const, 'tax' as const).map((reason) => said(order(PlaceLegalHold, { clientId, reason }))),
      fc.constantFrom('lawsuit' as const, 'tax' as const).map((reason) => said(order(LiftLegalHold, { clientId, reason }))),
      {
        arbitrary: fc
          .nat(60)
          .map((days) => (today: number) => order(PutOffErasure, { clientId, until: dayOf(day(today + days)), reason: 'case-open' })),
        weight: 4,
      },
      { arbitrary: fc.constant(said(order(ReviewRetention, { clientId, policy }))), weight: 4 },
    ),
  ),
  { minLength: 10, maxLength: 30, size: 'max' },
);

/** The client after these steps. */
const history = (happens: readonly Happens[]) => {
  let today = 0;
  const timed = happens.map(([later, late, command]): Step => {
    today += later;
    return [day(Math.max(0, today - late)), command(today)];
  });
  return { ...live([day(0), order(RegisterClient, { clientId, attributes: {} })], ...timed), last: day(today) };
};

const reviewed = (client: Client, now: string) =>
  clientDecider.decide.ReviewRetention(client, order(ReviewRetention, { clientId, policy }), now);

describe('over any history', () => {
  it('nothing is due between one look and the next', () =>
    fc.assert(
      fc.property(steps, (happens) => {
        const { client: before, last } = history(happens);
        const client = fold(clientDecider, before, recorded(reviewed(before, last), last));
        const next = nextLook(client, policy, last);
        if (next === null) return expect(client.retention.known && !client.erased).toBe(false);
        expect(next > dayOf(last)).toBe(true);
        expect(reviewed(client, `${daysAfter(next, -1)}T23:59:59.999Z`)).toEqual([]);
      }),
      { numRuns: RUNS },
    ));

  it('nothing is due before the first look at somebody who has just become known', () =>
    fc.assert(
      fc.property(fc.nat(700), (days) => {
        const { client } = history([[0, 0, said(order(AddEmail, { clientId, emailId: 'e', email: 'ann@example.org' }))]]);
        if (dayOf(day(days)) < firstLook(day(0), policy)) expect(reviewed(client, day(days))).toEqual([]);
      }),
    ));

  it('the list of proposals agrees with the rules, and so does what is told of the client', () =>
    fc.assert(
      fc.property(steps, (happens) => {
        const { client, history: events, last } = history(happens);
        const proposal = events.reduce<object | null>(
          (known, event) => projectEvent(erasureProposalsProjection, known, event, clientId),
          null,
        ) as ErasureProposal | null;
        expect(proposal?.proposedAt ?? null).toBe(client.retention.proposedAt);
        if (proposal)
          expect([proposal.heardOf, [...proposal.holds].sort()]).toEqual([client.retention.heardOf, [...client.retention.holds].sort()]);
        const told = readRetention(clientId, events, policy, last);
        if (client.erased) return expect(told).toBeNull();
        expect(told).toMatchObject({
          proposedAt: client.retention.proposedAt,
          automaticOn: automaticOn(client.retention.proposedAt, policy),
          holds: client.retention.holds.map((reason) => ({ reason })),
        });
      }),
      { numRuns: RUNS },
    ));

  it('who is held is never erased', () =>
    fc.assert(
      fc.property(steps, (happens) => {
        const { history: events } = history(happens);
        const erased = events.findIndex(({ type }) => type === 'ClientErased');
        const before = fold(clientDecider, clientDecider.initial, events.slice(0, Math.max(0, erased)));
        expect(before.retention.holds).toEqual([]);
      }),
      { numRuns: RUNS },
    ));
});
