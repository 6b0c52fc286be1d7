import fc from 'fast-check';
import { ClientEvent } from '../client/client.events.js';
import { CHANNELS } from '../client/channel.js';
import { clientDecider } from '../client/client.decider.js';
import { CONSENT_POLICY } from './consent-policy.js';
import { ConfirmConsent, DeclareOpposition, EndRestriction, GiveConsent, RestrictProcessing, WithdrawConsent } from './consent.commands.js';
import { BASES } from './consent.events.js';
import { mayContact } from './contact-permission.js';
import { AddEmail, AddPhone, RemoveContactPoint } from '../person/person.commands.js';
import { RegisterClient } from '../client/client.commands.js';
import { RecordResponse } from '../reaction/response.commands.js';
import { RecordPurchase } from '../purchase/purchase.commands.js';
import { fold, RecordedEvent } from '@boucle/eventsourcing';
import { day, live, order, Step } from '../testing.js';

const clientId = 'client-1';
const POINTS = ['mail', 'mobile'];
const email = order(AddEmail, { clientId, emailId: 'mail', email: 'a@example.org' });
const mobile = order(AddPhone, { clientId, phoneId: 'mobile', phone: '+33612345678' });

const n = fc.integer({ min: 1, max: 4 });
const perhaps = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const channel = fc.constantFrom('email', 'sms', 'phone' as const);
const purpose = fc.constantFrom('marketing', 'survey');

const command: fc.Arbitrary<object> = fc.oneof(
  fc.record({ n, channel, purpose, basis: fc.constantFrom(...BASES), expires: perhaps(fc.integer({ min: 1, max: 60 })) }).map((one) =>
    order(GiveConsent, {
      clientId,
      consentId: `c-${one.n}`,
      channel: one.channel,
      purpose: one.purpose,
      basis: one.basis,
      proof: { how: 'paper', wordingId: 'w' },
      purchaseId: 'order-1',
      expiresAt: one.expires === undefined ? undefined : day(one.expires),
    }),
  ),
  n.map((i) => order(ConfirmConsent, { clientId, consentId: `c-${i}` })),
  n.map((i) => order(WithdrawConsent, { clientId, consentId: `c-${i}` })),
  fc
    .record({ n, channel: perhaps(channel), purpose: perhaps(purpose), pointId: perhaps(fc.constantFrom(...POINTS)) })
    .map(({ n: i, ...about }) => order(DeclareOpposition, { clientId, oppositionId: `o-${i}`, ...about })),
  n.map((i) => order(RecordResponse, { clientId, responseId: `r-${i}`, kind: 'complaint' })),
  fc.constantFrom(
    order(RestrictProcessing, { clientId }),
    order(EndRestriction, { clientId }),
    email,
    mobile,
    ...POINTS.map((pointId) => order(RemoveContactPoint, { clientId, pointId })),
  ),
);

/** A life of one thing a day. */
const lives = fc.array(command, { maxLength: 25 }).map((commands): Step[] => {
  const beginning = [
    order(RegisterClient, { clientId, attributes: {} }),
    email,
    mobile,
    order(RecordPurchase, { clientId, purchaseId: 'order-1', amount: 1, currency: 'EUR' }),
  ];
  return [...beginning.map((one): Step => [day(0), one]), ...commands.map((one, i): Step => [day(i + 1), one])];
});

const request = fc.record({
  channel,
  purpose,
  pointId: fc.option(fc.constantFrom(...POINTS)),
  country: fc.constantFrom('FR', 'CH', 'DE', null),
});

const consentAfter = (events: readonly RecordedEvent<ClientEvent>[]) => fold(clientDecider, clientDecider.initial, events).consent;

describe('whether somebody may be addressed', () => {
  it('is at any past instant what it was then: nothing that follows changes it', () =>
    fc.assert(
      fc.property(lives, request, fc.integer({ min: 0, max: 30 }), (steps, asked, days) => {
        const { history } = live(...steps);
        const at = day(days, 12);
        const then = history.filter(({ metadata }) => metadata.occurredAt <= at);
        const answer = (events: typeof history) => mayContact(consentAfter(events), [], { ...asked, at }, CONSENT_POLICY);
        expect(answer(history)).toEqual(answer(then));
      }),
      { numRuns: 500 },
    ));

  it('is no longer once he has opposed all, whatever else was said before', () =>
    fc.assert(
      fc.property(lives, request, (steps, asked) => {
        const { client } = live(...steps, [day(40), order(DeclareOpposition, { clientId, oppositionId: 'last' })]);
        for (const one of CHANNELS)
          expect(mayContact(client.consent, [], { ...asked, channel: one, at: day(41) }, CONSENT_POLICY).allowed).toBe(false);
      }),
    ));

  it('names the rule and the version that decided, and a reason', () =>
    fc.assert(
      fc.property(lives, request, (steps, asked) => {
        const answer = mayContact(live(...steps).client.consent, [], { ...asked, at: day(50) }, CONSENT_POLICY);
        expect(answer.policy).toBe(CONSENT_POLICY.version);
        expect(answer.rule.startsWith(`${asked.country ?? 'elsewhere'}.${asked.channel}`)).toBe(true);
        expect(answer.allowed).toBe((['not-opposed', ...BASES] as string[]).includes(answer.reason));
      }),
    ));
});
