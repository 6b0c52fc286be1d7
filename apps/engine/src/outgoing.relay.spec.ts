import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { PUBLIC_TOPICS } from '@boucle/contracts';
import { DataOf, RecordedEvent } from '@boucle/eventsourcing';
import { analysis, even, plan } from '../../../libs/campaigns/src/testing.js';
import { AnyEvent, cloudEvents, eventsBehind, outgoing, publicMessages } from './outgoing.relay.js';

const campaignId = 'spring';
const clientId = 'ann';
const wave = 2;
const placement = { campaignId, wave, cell: 'north', arm: 'letter' };
const credit = { ...placement, first: true, asDrawn: false };
const TYPED = 'Mrs Smith asked for it';

const lines = [{ articleId: null, text: TYPED, quantity: 1, unitPrice: 4990, amount: 4990 }];

const facts = {
  revision: 3,
  consent: { consents: [], oppositions: [], restrictions: [], profilingObjections: [] },
  deceased: false,
  closed: false,
  creditBlocked: false,
  contacts: [],
  contacted: 0,
  known: true,
  heardOf: null,
  holds: [],
  bought: false,
  contracts: {},
};
const merged = {
  ...{ clientId, mergedId: 'anna', facts },
  reach: { names: { home: ['home.2'] }, addresses: {}, emails: ['home.2'], mobiles: [], landlines: [] },
  personal: { countries: { home: 'CH' } },
};

/** An event of each type. */
const samples: { [T in AnyEvent['type']]: DataOf<AnyEvent, T> } = {
  ClientRegistered: { clientId, attributes: { town: 'Mrs Smith lives in Bern' } },
  AttributesChanged: { clientId, attributes: { town: 'Mrs Smith lives in Bern' } },
  ValueLeftWaiting: {
    clientId,
    ...{ valueId: 'value-1', field: 'civility', recordId: null, source: 'erp', catalogue: 'civility' },
    personal: { text: 'Mrs Smith' },
  },
  WaitingValueSettled: { clientId, valueId: 'value-1', field: 'civility', recordId: null, code: 'ms' },
  ClientDetailsChanged: { clientId, changed: ['lastName'], personal: { lastName: 'Smith' } },
  AddressAdded: {
    clientId,
    addressId: 'home',
    validity: { from: null, until: null, season: null },
    personal: { locality: 'Bern', country: 'CH' },
  },
  AddressChecked: { clientId, addressId: 'home', result: 'checked', edition: 'e1' },
  AddressEnded: { clientId, addressId: 'home', until: '2026-03-31' },
  MailReturned: { clientId, addressId: 'home', reason: 'moved' },
  EmailAdded: { clientId, emailId: 'work', personal: { email: 'smith@example.org' } },
  PhoneAdded: { clientId, phoneId: 'mobile', line: 'mobile', personal: { given: '079 123 45 67', number: '+41791234567' } },
  ContactPointRemoved: { clientId, pointId: 'work' },
  ReferenceAssigned: { clientId, system: 'erp', lookup: 'f00d', personal: { number: '4711' } },
  HouseholdJoined: { clientId, householdId: 'h-1', role: 'adult', on: '2026-03-01' },
  HouseholdLeft: { clientId, householdId: 'h-1', on: '2026-03-01' },
  CompanyJoined: { clientId, companyId: 'c-1', role: 'buyer', on: '2026-03-01' },
  IndicatorRaised: { clientId, indicatorId: 'birthday', version: 1, kind: 'birthday', occasion: '2026' },
  SegmentDefined: { segmentId: 'north', name: TYPED, rule: { is: 'random', percent: 5 }, version: 1 },
  SegmentActivated: { segmentId: 'north', name: TYPED, rule: { is: 'random', percent: 5 }, version: 1, asOf: 12, count: 2, hash: 'abc' },
  SegmentRetired: { segmentId: 'north' },
  SegmentSettled: { segmentId: 'north', version: 1 },
  SegmentMembersChanged: { segmentId: 'north', entered: [clientId], left: ['bob'] },
  ClientClassChanged: { clientId, from: 'suspect', to: 'trial-buyer', lapsing: false, cause: 'purchase', policyVersion: 0 },
  CompanyLeft: { clientId, companyId: 'c-1', on: '2026-03-01' },
  AccountOwnerAssigned: { clientId, salespersonId: 'miller' },
  PointOfSaleAssigned: { clientId, pointOfSaleId: null },
  ProspectMoved: { clientId, stage: 'quoted', nextStep: 'call-back', nextOn: '2026-03-08' },
  ClientDied: { clientId, on: null },
  DeathRefuted: { clientId },
  ClientClosed: { clientId },
  ClientReopened: { clientId },
  CreditBlocked: { clientId },
  CreditReleased: { clientId },
  ContactRecorded: { clientId, contactId: 'call-1', kind: 'call', channel: null, outcome: 'interested', personal: { note: TYPED } },
  ContactReported: { clientId, contactId: 'call-1', reportId: 'report-1', outcome: null, personal: { note: TYPED } },
  ContactPlanned: {
    clientId,
    contactId: 'visit-1',
    kind: 'visit',
    at: '2026-03-15T09:00:00.000Z',
    durationMinutes: 45,
    salespersonId: 'miller',
    personal: { note: TYPED },
  },
  PlannedContactMoved: { clientId, contactId: 'visit-1', at: '2026-03-16T09:00:00.000Z', durationMinutes: 45, salespersonId: null },
  PlannedContactCancelled: { clientId, contactId: 'visit-1', salespersonId: null },
  MergeBegun: { clientId, mergedId: 'anna', winners: { lastName: 'anna' } },
  MergeAbandoned: { clientId, mergedId: 'anna', reason: 'client-erased' },
  AliasBegun: { clientId, survivorId: 'anna' },
  AliasEnded: { clientId, survivorId: 'anna' },
  ClientsMerged: { ...merged, winners: { lastName: 'anna' } },
  MergedFileChanged: merged,
  ClientsUnmerged: {
    clientId,
    mergedId: 'anna',
    undecided: [{ what: 'HouseholdJoined', at: '2026-03-01T09:00:00.000Z', of: ['h-1'] }],
  },
  ReactionCredited: { clientId, underId: 'anna', reaction: 'purchase', reactionId: 'p-1', amount: 4990, currency: 'EUR', credit },
  ClientErased: { clientId, reason: 'requested', requestedBy: 'person' },
  CopiesFound: { clientId, files: ['uploads/7'] },
  ErasureCompleted: { clientId, places: ['log'], subscribers: ['till'], acknowledgeBy: '2026-03-31T09:00:00.000Z' },
  ErasureAcknowledged: { clientId, subscriber: 'till' },
  ErasureProposed: { clientId, kept: 'prospects', heardOf: '2026-03-01T09:00:00.000Z', policyVersion: 1 },
  ErasurePutOff: { clientId, until: '2027-03-01', reason: 'case-open' },
  LegalHoldPlaced: { clientId, reason: 'lawsuit' },
  LegalHoldLifted: { clientId, reason: 'lawsuit' },
  ConsentGiven: {
    clientId,
    consentId: 'c-1',
    channel: 'email',
    purpose: 'marketing',
    pointIds: ['work'],
    basis: 'consent',
    purchaseId: null,
    proof: { how: 'paper', wordingId: 'w-1' },
    expiresAt: null,
    personal: { by: TYPED },
  },
  ConsentConfirmed: { clientId, consentId: 'c-1' },
  ConsentWithdrawn: { clientId, consentId: 'c-1' },
  ConsentLapsed: { clientId, consentId: 'c-1' },
  OppositionDeclared: {
    clientId,
    oppositionId: 'o-1',
    channel: 'post',
    purpose: null,
    pointId: null,
    how: 'letter',
    personal: { by: TYPED },
  },
  OppositionLifted: { clientId, oppositionId: 'o-1', consentId: 'c-1' },
  ProcessingRestricted: { clientId },
  RestrictionEnded: { clientId },
  ProfilingObjected: { clientId },
  ProfilingObjectionEnded: { clientId },
  MailingDispatched: {
    clientId,
    ...placement,
    mailingId: 'm-1',
    channel: 'post',
    cost: 55,
    priorContacts: 3,
    windowEndsAt: '2026-03-15T09:00:00.000Z',
  },
  ContactWithheld: {
    clientId,
    ...placement,
    arm: null,
    reason: 'hold-out',
    shadow: true,
    priorContacts: 0,
    windowEndsAt: '2026-03-15T09:00:00.000Z',
  },
  ResponseRecorded: { clientId, responseId: 'r-1', kind: 'coupon', coupon: 'SPRING10', personal: { text: TYPED }, credit: null },
  ContractStarted: {
    clientId,
    contractId: 'contract-1',
    kind: 'subscription',
    articleId: 'gazette',
    amount: 990,
    currency: 'EUR',
    startsOn: '2026-03-01',
    endsOn: null,
    personal: { contractNumber: TYPED },
  },
  ContractRenewed: { clientId, contractId: 'contract-1', endsOn: '2027-03-01' },
  NoticeGiven: { clientId, contractId: 'contract-1', by: 'client', endsOn: '2027-03-01' },
  ContractEnded: { clientId, contractId: 'contract-1', on: '2027-03-01', reason: null },
  ClubJoined: { clientId, membershipId: 'membership-1', clubId: 'wine', level: 'gold', personal: { cardNumber: TYPED } },
  ClubLeft: { clientId, membershipId: 'membership-1', clubId: 'wine', reason: null },
  CaseOpened: { clientId, caseId: 'case-1', subject: 'repair', purchaseId: 'p-1', articleId: null, personal: { text: TYPED } },
  CaseClosed: { clientId, caseId: 'case-1', outcome: null, personal: { text: TYPED } },
  OrderPlaced: {
    clientId,
    orderId: 'o-1',
    amount: 4990,
    currency: 'EUR',
    lines,
    salesChannel: 'web',
    pointOfSaleId: null,
    personal: { orderNumber: TYPED },
  },
  OrderCancelled: { clientId, orderId: 'o-1', reason: null },
  InvoiceIssued: {
    clientId,
    invoiceId: 'i-1',
    purchaseId: 'p-1',
    contractId: null,
    amount: 4990,
    currency: 'EUR',
    dueOn: '2026-03-31',
    personal: { invoiceNumber: TYPED },
  },
  PaymentReceived: { clientId, paymentId: 'paid-1', invoiceId: 'i-1', amount: 4990, currency: 'EUR', means: null },
  ReminderSent: { clientId, reminderId: 'reminder-1', invoiceId: 'i-1', level: 1 },
  OpenBalanceReported: { clientId, amount: -10, currency: 'EUR' },
  PurchaseRecorded: { clientId, purchaseId: 'p-1', amount: 4990, currency: 'EUR', lines, personal: { orderNumber: TYPED }, credit },
  PurchaseReturned: { clientId, returnId: 'return-1', purchaseId: 'p-1', amount: 90, currency: 'EUR', kept: true, lines, reason: null },
  PurchaseRetracted: {
    ...{ clientId, purchaseId: 'p-1', amount: 4990, currency: 'EUR', lines, personal: { orderNumber: TYPED } },
    ...{ at: '2026-01-01T00:00:00.000Z', heardOf: null, reacted: false },
  },
  ReturnRetracted: {
    ...{ clientId, returnId: 'return-1', purchaseId: 'p-1', amount: 90, currency: 'EUR', kept: true, lines, reason: null },
    ...{ at: '2026-01-01T00:00:00.000Z', heardOf: null, reacted: false },
  },
  ResponseRetracted: {
    ...{ clientId, responseId: 'r-1', kind: 'complaint', personal: { text: TYPED } },
    ...{ at: '2026-01-01T00:00:00.000Z', heardOf: null, reacted: false, respondedLast: null },
  },
  ContactRetracted: {
    ...{ clientId, contactId: 'call-1', kind: 'call', channel: null, personal: { note: TYPED }, at: '2026-01-01T00:00:00.000Z' },
  },
  ConsentRetracted: { clientId, consentId: 'c-1' },
  PurchaseCancelled: { clientId, purchaseId: 'p-1', amount: 4900, currency: 'EUR', reason: 'too-late' },
  DeliveryRefused: { clientId, purchaseId: 'p-1', amount: 4900, currency: 'EUR', reason: null },
  AnswerUnknown: { clientId, ...placement, asDrawn: true, cost: 0 },
  CampaignPlanned: { campaignId, plan: plan() },
  CampaignLaunched: { campaignId },
  WaveLaunched: { campaignId, wave, policy: 'boucle-1', plan: plan(), allocation: even },
  WaveClosed: { campaignId, wave },
  ResponsesAnalysed: { campaignId, wave, analysis: analysis({ lift: { lift: 0.02, low: -0.01, high: 0.05 } }, 'mail') },
  WaveProposed: { campaignId, wave, shares: { letter: 1 }, reason: 'first' },
  ProposalApproved: { campaignId, wave },
  ProposalRejected: { campaignId, wave, reason: TYPED },
  CampaignPaused: { campaignId, reason: TYPED, abandonedWave: null },
  CampaignResumed: { campaignId },
  CampaignCompleted: { campaignId, reason: TYPED },
  DecisionsTaken: {
    campaignId,
    wave,
    chunk: 0,
    decisions: [
      { clientId: 'ann', cell: 'north', arm: 'letter', propensities: { letter: 300_000, mail: 700_000 } },
      { clientId: 'bob', cell: 'south', reason: 'hold-out', shadow: true },
    ],
  },
  WaveTargeted: {
    campaignId,
    wave,
    asOf: 17,
    chunks: 1,
    counts: { eligible: 10, drawn: 2, heldOut: 1, excluded: { opposed: 3 } },
    merkleRoot: 'abc',
  },
  WaveAbandoned: { campaignId, wave, reason: TYPED },
  WaveDispatched: { campaignId, wave, mailed: 1, withheld: 1 },
};
const types = Object.keys(samples) as AnyEvent['type'][];

const recorded = (type: string, data: object, position = 42): RecordedEvent => ({
  type,
  data,
  stream: 'stream',
  revision: 7,
  position,
  recordedAt: '2026-03-01T09:00:01.000Z',
  metadata: {
    id: 'event-1',
    schemaVersion: 1,
    occurredAt: '2026-03-01T09:00:00.000Z',
    correlationId: 'cor-1',
    causationId: 'cause-1',
    actor: 'Mr Jones',
  },
});

const ajv = addFormats(new Ajv({ strict: false }));
const contracts = new Map(PUBLIC_TOPICS.flatMap(({ messages }) => Object.values(messages)).map((one) => [one.type, one]));

/** The schema, with nothing beside what it names. */
const closed = (schema: object): object =>
  JSON.parse(JSON.stringify(schema), (_, part: unknown) =>
    part !== null && typeof part === 'object' && 'properties' in part ? { additionalProperties: false, ...part } : part,
  ) as object;

describe.each(types)('%s', (type) => {
  const messages = publicMessages(recorded(type, samples[type]));

  it('is told as promised, or not at all', () => {
    expect(messages.length > 0).toBe(outgoing[type] !== null);
    for (const { topic, message } of messages) {
      const contract = contracts.get(message.headers.ce_type)!;
      const payload = JSON.parse(message.value) as Record<string, unknown>;
      expect(topic).toBe(contract.topic);
      expect(ajv.validate(closed(contract.schema), payload) ? null : ajv.errors).toBeNull();
      expect(message.key).toBe(payload[contract.key]);
      expect(message.headers).toMatchObject({ ce_subject: message.key, ce_position: '42', ce_correlationid: 'cor-1' });
      expect(message.partition).toBeUndefined();
    }
  });

  it('has no two messages with one id, or for one key of a topic', () => {
    expect(new Set(messages.map(({ message }) => message.headers.ce_id)).size).toBe(messages.length);
    expect(new Set(messages.map(({ topic, message }) => `${topic} ${message.key}`)).size).toBe(messages.length);
  });

  it('is the same in the topics and as CloudEvents', () => {
    const told = cloudEvents(recorded(type, samples[type])).map(({ id, type: of, data }) => ({ id, of, data }));
    const sent = messages.map(({ message: { headers, value } }) => ({
      id: headers.ce_id,
      of: headers.ce_type,
      data: JSON.parse(value) as object,
    }));
    expect(told).toEqual(sent);
  });

  it('never says what somebody typed, nor who did it', () => {
    const told = JSON.stringify(messages);
    expect(told).not.toContain('Smith');
    expect(told).not.toContain('Jones');
  });
});

/** Records by names that the engine does not choose: what is in them is a fact of the campaign. */
const OPEN = ['propensities', 'shares', 'excluded', 'allocation', 'attributes'];

/** Personal data, and fields that nobody has promised, put into every object of an event. */
const withMore = (value: unknown, more: object): unknown => {
  if (Array.isArray(value)) return value.map((item) => withMore(item, more));
  if (value === null || typeof value !== 'object') return value;
  const inside = Object.entries(value).map(([name, item]) => [name, OPEN.includes(name) ? item : withMore(item, more)]);
  return { ...more, ...(Object.fromEntries(inside) as object) };
};

describe('Personal data', () => {
  it('never leaves: whatever else an event holds, its messages are the same', () => {
    const secret = fc.record({ personal: fc.jsonValue(), name: fc.string(), address: fc.jsonValue() });
    fc.assert(
      fc.property(fc.constantFrom(...types), secret, (type, more) => {
        const plain = recorded(type, samples[type]);
        const laden = recorded(
          type,
          withMore(samples[type], { personal: more.personal, familyName: more.name, address: more.address }) as object,
        );
        expect(publicMessages(laden)).toEqual(publicMessages(plain));
        expect(cloudEvents(laden)).toEqual(cloudEvents(plain));
      }),
      { numRuns: 500 },
    );
  });
});

it('Every promised message has an event behind it', () => {
  expect([...eventsBehind.keys()].sort()).toEqual([...contracts.keys()].sort());
  expect(eventsBehind.get('boucle.DecisionTaken.v1')).toEqual(['DecisionsTaken']);
});
