import fc from 'fast-check';
import { AnyDecider, CommandClass } from '@boucle/eventsourcing';
import { articleDecider, articleGroupsDecider } from './article/article.decider.js';
import { CHANNELS } from './client/channel.js';
import { Attributes } from './client/client.events.js';
import { clientDecider } from './client/client.decider.js';
import { NOTHING_SAID } from './consent/consent-facts.js';
import { BASES } from './consent/consent.events.js';
import { CONTACT_KINDS } from './reaction/contact.events.js';
import { dayRateDecider } from './purchase/day-rate.decider.js';
import { ERASURE_REASONS, REQUESTERS } from './forgetting/erasure.events.js';
import { INDICATOR_KINDS } from './indicator/indicator.events.js';
import { CLASS_CAUSES, LIFE_CYCLE_CLASSES } from './life-cycle/life-cycle.events.js';
import { Winners } from './merging/merge.events.js';
import { ContactPoints } from './person/person.js';
import { Origin, RETURN_REASONS } from './person/person.events.js';
import { companyDecider, householdDecider, pointOfSaleDecider, salespersonDecider } from './record/record.decider.js';
import { referenceDecider } from './person/reference.decider.js';
import { Retractable } from './retraction/retraction.events.js';
import { CONTRACT_KINDS, CONTRACT_SIDES } from './reaction/relation.events.js';
import { RESPONSE_KINDS } from './reaction/response.events.js';
import { HOLD_REASONS, PUT_OFF_REASONS } from './forgetting/retention.events.js';
import { day } from './testing.js';

const WORD = 'Kanarienvogel';
const BIRTH_DATE = '1931-05-17';
const PHONES = ['079 717 83 64', '+33 1 42 68 53 00'];

/** Finds what the commands below say of a person, and nothing else does. */
export const CANARY = new RegExp([WORD, BIRTH_DATE, '797178364', '142685300'].join('|'), 'i');

/** Something personal, which names its field wherever it turns up. */
const told = (field: string) => fc.constantFrom(`${WORD} ${field}`, `${WORD} another ${field}`);
const coded = (field: string) => fc.constantFrom(`${WORD}-${field}`, null);

/** Ids of few things, so that commands meet; one of them is the name of what every object has. */
const one = (what: string) => fc.constantFrom(`${what}-1`, `${what}-2`, '__proto__');
const may = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const rarely = <T>(value: fc.Arbitrary<T>) => fc.oneof({ arbitrary: fc.constant(undefined), weight: 5 }, { arbitrary: value, weight: 1 });
const or = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const date = fc.integer({ min: -400, max: 400 }).map((days) => day(days).slice(0, 10));
const instant = fc.integer({ min: -400, max: 400 }).map((days) => day(days));
const cents = fc.constantFrom(0, 250, 500, 1000);
const currency = fc.constantFrom('EUR', 'CHF');
const reason = may(fc.constantFrom('too-late', 'too-small'));
const channel = fc.constantFrom(...CHANNELS);
const note = may(told('note'));
const waitingField = fc.constantFrom('civility', 'fields.shoe');

/** The clients that everything is about. */
export const CLIENTS = ['ann', 'bob', 'constructor'] as const;
const clientId = fc.constantFrom(...CLIENTS);
const lookup = fc.constantFrom('lookup-1', 'lookup-2');
const point = fc.constantFrom('home', 'work', '__proto__');

const person = fc.record(
  {
    civility: coded('civility'),
    firstName: or(told('first name')),
    lastName: or(told('last name')),
    birthDate: fc.constantFrom(BIRTH_DATE, '--12-31', null),
    language: coded('language'),
    profession: coded('profession'),
    incomeBand: coded('income'),
    familySituation: coded('family'),
    childrenBirthYears: fc.constantFrom([2014], [], null),
    housing: coded('housing'),
    tenure: coded('tenure'),
    fields: fc.record({ shoe: fc.constantFrom(`${WORD} shoe`, 42, true, null) }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

const address = fc.record(
  {
    careOf: told('care of'),
    street: told('street'),
    houseNumber: told('house'),
    poBox: told('box'),
    postalCode: told('code'),
    locality: told('locality'),
    country: fc.constantFrom('CH', 'FR'),
  },
  { requiredKeys: ['locality', 'country'] },
);

const line = { articleId: 'mug-7', quantity: 2, unitPrice: 500 };
const lines = may(fc.constantFrom([line], [{ text: 'Mug', quantity: 1, unitPrice: 1000 }]));
/** Before everything else, or now. */
const occurredAt = may(fc.integer({ min: -240, max: 0 }).map((hours) => day(0, hours)));
const placement = fc.record({
  campaignId: fc.constant('spring'),
  wave: fc.constantFrom(1, 2),
  cell: fc.constant('all'),
  arm: fc.constantFrom('letter', 'mail', null),
});
const order = {
  clientId,
  placement,
  windowEndsAt: instant,
  contactCap: fc.constantFrom(null, { contacts: 2, days: 30 }),
  purpose: fc.constant('marketing'),
  consentRequired: fc.boolean(),
  suppressions: fc.constant([]),
};

/** Nobody is kept for longer than the day on which he was heard of. */
const months = { prospects: 0, clients: 0, consents: 0, children: 0 };
const waiting = fc.constant({ version: 1, months, automaticAfterDays: null });
const impatient = fc.constant({ version: 2, months, automaticAfterDays: 0 });

const facts = fc.record({
  revision: fc.integer({ min: 1, max: 400 }),
  consent: fc.constantFrom(NOTHING_SAID, {
    ...NOTHING_SAID,
    oppositions: [{ id: 'no', channel: null, purpose: null, pointId: 'home', at: day(0) }],
  }),
  deceased: fc.boolean(),
  closed: fc.boolean(),
  creditBlocked: fc.boolean(),
  contacts: fc.constantFrom([], [day(0)]),
  contacted: fc.constantFrom(0, 1),
  known: fc.boolean(),
  heardOf: or(instant),
  holds: fc.constant([]),
  bought: fc.boolean(),
  contracts: fc.constantFrom<Readonly<Record<string, string | null>>>({}, { 'contract-1': null }),
});
const pointsOf = fc.constantFrom<ContactPoints>(
  {},
  { home: { kind: 'email', email: `${WORD}@example.org` } },
  { work: { kind: 'phone', line: 'mobile', number: '+41797178364' } },
  {
    home: {
      kind: 'address',
      validity: { from: null, until: null, season: null },
      returned: null,
      address: { locality: `${WORD} locality`, country: 'CH' },
    },
  },
);
const points = fc.record({ bob: pointsOf, constructor: pointsOf });
/** Mostly the same two, so that a merge comes to its end. */
const survivorId = fc.constantFrom('ann', 'ann', 'ann', ...CLIENTS);
const mergedId = fc.constantFrom('bob', 'bob', 'bob', ...CLIENTS);
const winners = may(fc.constantFrom<Winners>({ lastName: 'ann' }, { shoe: 'bob' }));

type Drawn<C extends Record<string, CommandClass>> = { readonly [N in keyof C]: fc.Arbitrary<InstanceType<C[N]>> };

const ofClient: Drawn<typeof clientDecider.commands> = {
  RegisterClient: fc.record({
    clientId,
    attributes: fc.constant({ region: 'north' }),
    person: may(person),
    origin: may(fc.constantFrom<Origin>({ how: 'advert' }, { how: 'purchased-file', file: 'file-1' })),
  }),
  ChangeAttributes: fc.record({ clientId, attributes: fc.constantFrom<Attributes>({ region: 'south' }, { region: null }, { band: 7 }) }),
  ChangeClientDetails: fc.record({ clientId, person }),
  LeaveValueWaiting: fc.record({
    clientId,
    valueId: one('value'),
    field: waitingField,
    recordId: fc.constant(null),
    source: fc.constant('erp'),
    catalogue: waitingField,
    text: told('civility'),
  }),
  SettleWaitingValue: fc.record({
    clientId,
    valueId: one('value'),
    field: waitingField,
    recordId: fc.constant(null),
    code: fc.constantFrom('ms', null),
  }),
  AddAddress: fc.record({
    clientId,
    addressId: point,
    address,
    validFrom: may(date),
    validUntil: may(date),
    season: may(fc.constant({ from: '--06-01', until: '--08-31' })),
  }),
  NoteAddressCheck: fc.record({
    clientId,
    addressId: point,
    result: fc.constantFrom('checked', 'doubtful'),
    edition: fc.constantFrom('e1', 'e2'),
  }),
  EndAddress: fc.record({ clientId, addressId: point, until: date }),
  ReportReturnedMail: fc.record({ clientId, addressId: point, reason: fc.constantFrom(...RETURN_REASONS) }),
  AddEmail: fc.record({ clientId, emailId: point, email: fc.constantFrom(`${WORD}@example.org`, `other.${WORD}@example.org`) }),
  AddPhone: fc.record({ clientId, phoneId: point, phone: fc.constantFrom(...PHONES), country: fc.constant('CH') }),
  RemoveContactPoint: fc.record({ clientId, pointId: point }),
  AssignReference: fc.record({ clientId, system: fc.constantFrom('erp', 'card'), number: told('number'), lookup }),
  ReportDeath: fc.record({ clientId, on: may(date) }),
  RefuteDeath: fc.record({ clientId }),
  CloseClient: fc.record({ clientId }),
  ReopenClient: fc.record({ clientId }),
  BlockCredit: fc.record({ clientId }),
  ReleaseCredit: fc.record({ clientId }),
  RecordContact: fc.record({
    clientId,
    contactId: one('contact'),
    kind: fc.constantFrom(...CONTACT_KINDS),
    channel: may(channel),
    salespersonId: may(one('seller')),
    outcome: may(fc.constant('interested')),
    note,
    occurredAt,
  }),
  ReportContact: fc.record({
    clientId,
    contactId: one('contact'),
    reportId: one('report'),
    outcome: may(fc.constant('interested')),
    note,
  }),
  PlanContact: fc.record({
    clientId,
    contactId: one('contact'),
    kind: fc.constantFrom(...CONTACT_KINDS),
    at: instant,
    durationMinutes: fc.constantFrom(15, 45),
    salespersonId: may(one('seller')),
    note,
  }),
  MovePlannedContact: fc.record({
    clientId,
    contactId: one('contact'),
    at: may(instant),
    durationMinutes: may(fc.constantFrom(15, 45)),
    salespersonId: may(one('seller')),
  }),
  CancelPlannedContact: fc.record({ clientId, contactId: one('contact') }),
  EraseClient: fc.record({ clientId, reason: fc.constantFrom(...ERASURE_REASONS), requestedBy: fc.constantFrom(...REQUESTERS) }),
  ReportCopies: fc.record({ clientId, files: fc.subarray(['uploads/1.csv', 'exports/2.csv']) }),
  CompleteErasure: fc.record({
    clientId,
    places: fc.constant(['log']),
    subscribers: fc.constant(['mail-house']),
    acknowledgeBy: instant,
  }),
  AcknowledgeErasure: fc.record({ clientId, subscriber: fc.constantFrom('mail-house', 'till') }),
  ReviewRetention: fc.record({ clientId, policy: fc.oneof({ arbitrary: waiting, weight: 5 }, { arbitrary: impatient, weight: 1 }) }),
  EndLicence: fc.record({ clientId, fileId: fc.constant('file-1') }),
  AcceptErasure: fc.record({ clientId }),
  PutOffErasure: fc.record({ clientId, until: date, reason: fc.constantFrom(...PUT_OFF_REASONS) }),
  PlaceLegalHold: fc.record({ clientId, reason: fc.constantFrom(...HOLD_REASONS) }),
  LiftLegalHold: fc.record({ clientId, reason: fc.constantFrom(...HOLD_REASONS) }),
  GiveConsent: fc.record({
    clientId,
    consentId: one('consent'),
    channel,
    purpose: fc.constantFrom('marketing', 'survey'),
    pointId: rarely(point),
    basis: fc.constantFrom(...BASES),
    purchaseId: may(one('purchase')),
    proof: fc.constant({ how: 'web-form', wordingId: 'wording-1' }),
    by: may(told('witness')),
    expiresAt: rarely(instant),
    occurredAt,
  }),
  ConfirmConsent: fc.record({ clientId, consentId: one('consent'), occurredAt }),
  WithdrawConsent: fc.record({ clientId, consentId: one('consent'), occurredAt }),
  DeclareOpposition: fc.record({
    clientId,
    oppositionId: one('opposition'),
    channel: or(channel),
    purpose: or(fc.constantFrom('marketing', 'survey')),
    pointId: or(point),
    how: may(fc.constant('call')),
    by: may(told('witness')),
    occurredAt,
  }),
  RestrictProcessing: fc.record({ clientId }),
  EndRestriction: fc.record({ clientId }),
  ObjectToProfiling: fc.record({ clientId }),
  EndProfilingObjection: fc.record({ clientId }),
  RecordPurchase: fc.record({
    clientId,
    purchaseId: one('purchase'),
    amount: fc.constant(1000),
    currency,
    lines,
    discount: may(fc.constant(0)),
    freight: may(cents),
    vatIncluded: may(fc.boolean()),
    salesChannel: may(fc.constant('web')),
    pointOfSaleId: may(one('shop')),
    orderId: may(one('order')),
    orderNumber: may(told('order number')),
    occurredAt,
  }),
  ReturnPurchase: fc.record({
    clientId,
    returnId: one('return'),
    purchaseId: may(one('purchase')),
    amount: may(cents),
    currency: may(currency),
    lines: fc.constant(undefined),
    reason,
    occurredAt,
  }),
  CancelPurchase: fc.record({ clientId, purchaseId: one('purchase'), reason, occurredAt }),
  RefuseDelivery: fc.record({ clientId, purchaseId: one('purchase'), reason, occurredAt }),
  JoinHousehold: fc.record({ clientId, householdId: one('household'), role: fc.constantFrom('adult', 'child'), on: date }),
  LeaveHousehold: fc.record({ clientId, on: date }),
  JoinCompany: fc.record({ clientId, companyId: one('company'), role: fc.constantFrom('buyer', 'owner'), on: date }),
  LeaveCompany: fc.record({ clientId, companyId: one('company'), on: date }),
  AssignAccountOwner: fc.record({ clientId, salespersonId: may(one('seller')) }),
  AssignPointOfSale: fc.record({ clientId, pointOfSaleId: may(one('shop')) }),
  MoveProspect: fc.record({
    clientId,
    stage: fc.constantFrom('quoted', 'won'),
    nextStep: may(fc.constant('call-back')),
    nextOn: may(date),
  }),
  RecordResponse: fc.record({
    clientId,
    responseId: one('response'),
    kind: fc.constantFrom(...RESPONSE_KINDS),
    articleIds: fc.constant(undefined),
    coupon: fc.constant(undefined),
    advert: fc.constant(undefined),
    cardNumber: fc.option(told('card'), { nil: undefined, freq: 1 }),
    pointOfSaleId: fc.constant(undefined),
    contestId: fc.constant(undefined),
    surveyId: fc.constant(undefined),
    answers: fc.option(fc.constant({ why: `${WORD} answer` }), { nil: undefined, freq: 1 }),
    referredId: fc.constant(undefined),
    subject: fc.constant(undefined),
    text: note,
    occurredAt,
  }),
  PlaceOrder: fc.record({
    clientId,
    orderId: one('order'),
    amount: fc.constant(1000),
    currency,
    lines,
    salesChannel: may(fc.constant('web')),
    pointOfSaleId: may(one('shop')),
    orderNumber: may(told('order number')),
    occurredAt,
  }),
  CancelOrder: fc.record({ clientId, orderId: one('order'), reason, occurredAt }),
  IssueInvoice: fc.record({
    clientId,
    invoiceId: one('invoice'),
    purchaseId: may(one('purchase')),
    contractId: may(one('contract')),
    amount: cents,
    currency,
    dueOn: may(date),
    invoiceNumber: may(told('invoice number')),
    occurredAt,
  }),
  RecordPayment: fc.record({
    clientId,
    paymentId: one('payment'),
    invoiceId: may(one('invoice')),
    amount: cents,
    currency,
    means: may(fc.constant('transfer')),
    occurredAt,
  }),
  RecordReminder: fc.record({
    clientId,
    invoiceId: one('invoice'),
    reminderId: one('reminder'),
    level: fc.constantFrom(1, 2),
    occurredAt,
  }),
  ReportOpenBalance: fc.record({ clientId, amount: cents, currency, occurredAt }),
  StartContract: fc.record({
    clientId,
    contractId: one('contract'),
    kind: fc.constantFrom(...CONTRACT_KINDS),
    articleId: may(fc.constant('gazette')),
    amount: fc.constant(500),
    currency,
    startsOn: date,
    endsOn: may(date),
    contractNumber: may(told('contract number')),
    occurredAt,
  }),
  RenewContract: fc.record({ clientId, contractId: one('contract'), endsOn: may(date), occurredAt }),
  GiveNotice: fc.record({ clientId, contractId: one('contract'), by: fc.constantFrom(...CONTRACT_SIDES), endsOn: date, occurredAt }),
  EndContract: fc.record({ clientId, contractId: one('contract'), on: date, reason, occurredAt }),
  JoinClub: fc.record({
    clientId,
    membershipId: one('membership'),
    clubId: fc.constant('wine-club'),
    level: may(fc.constant('gold')),
    cardNumber: may(told('card')),
    occurredAt,
  }),
  LeaveClub: fc.record({ clientId, membershipId: one('membership'), reason, occurredAt }),
  OpenCase: fc.record({
    clientId,
    caseId: one('case'),
    subject: fc.constant('repair'),
    purchaseId: may(one('purchase')),
    articleId: may(fc.constant('mug-7')),
    text: note,
    occurredAt,
  }),
  CloseCase: fc.record({ clientId, caseId: one('case'), outcome: may(fc.constant('repaired')), text: note, occurredAt }),
  DispatchMailing: fc.record({ ...order, channel, cost: cents }),
  WithholdContact: fc.record({
    ...order,
    reason: fc.constantFrom('hold-out', 'arm', 'campaign-ended'),
    shadow: fc.boolean(),
    channels: fc.subarray([...CHANNELS]),
  }),
  MarkAnswerUnknown: fc.record({ clientId, placement, cost: cents }),
  MergeClients: fc.record({ clientId: survivorId, mergedId, winners }),
  UnmergeClients: fc.record({ clientId: survivorId, mergedId }),
  BeginAlias: fc.record({ clientId: mergedId, survivorId }),
  EndAlias: fc.record({ clientId: mergedId, survivorId }),
  CompleteMerge: fc.record({ clientId: survivorId, mergedId, winners: fc.constant({}), facts, points }),
  UpdateMergedFile: fc.record({ clientId: survivorId, mergedId, facts, points }),
  AbandonMerge: fc.record({ clientId: survivorId, mergedId, reason: fc.constant('client-erased') }),
  RetractTold: clientId.chain((id) =>
    fc.record({
      clientId: fc.constant(id),
      records: fc.shuffledSubarray<Retractable>([
        ...['purchase-1', 'purchase-2'].map((purchaseId) => ({
          type: 'PurchaseRecorded' as const,
          data: { clientId: id, purchaseId, amount: 1000, currency: 'EUR', personal: { orderNumber: `${WORD} order number` }, at: day(0) },
        })),
        {
          type: 'PurchaseReturned',
          data: {
            clientId: id,
            returnId: 'return-1',
            purchaseId: null,
            amount: 250,
            currency: 'EUR',
            kept: null,
            reason: null,
            at: day(0),
          },
        },
        { type: 'ContactRecorded', data: { clientId: id, contactId: 'contact-1', kind: 'call', channel: null, at: day(0) } },
        { type: 'ResponseRecorded', data: { clientId: id, responseId: 'response-1', kind: 'visit', at: day(0) } },
      ]),
      consentIds: fc.subarray(['consent-1']),
      pointIds: fc.subarray(['home', 'work']),
      details: fc.record({ said: person, before: person }),
      attributes: fc.constant({ said: { region: 'south' }, before: { region: 'north' } }),
      heard: fc.record({ before: or(instant), after: or(instant), reacted: fc.boolean() }),
      respondedLast: or(instant),
      waiting: fc.constant([]),
    }),
  ),
  CreditReaction: fc.record({
    clientId,
    underId: clientId,
    reaction: fc.constantFrom('response', 'purchase'),
    reactionId: one('reaction'),
    amount: or(cents),
    currency: or(currency),
  }),
  EraseWithOthers: fc.record({ clientId, reason: fc.constantFrom(...ERASURE_REASONS), requestedBy: fc.constantFrom(...REQUESTERS) }),
  ClassifyClient: fc.record({
    clientId,
    to: or(fc.constantFrom(...LIFE_CYCLE_CLASSES)),
    lapsing: fc.boolean(),
    cause: fc.constantFrom(...CLASS_CAUSES),
    policyVersion: fc.constantFrom(0, 1),
  }),
  RaiseIndicator: fc.record({
    clientId,
    indicatorId: fc.constantFrom('birthday', 'best'),
    version: fc.constant(1),
    kind: fc.constantFrom(...INDICATOR_KINDS),
    occasion: fc.constantFrom('2026', '2027'),
  }),
};

const ofReference: Drawn<typeof referenceDecider.commands> = {
  ClaimReference: fc.record({ lookup, clientId }),
  ReleaseReference: fc.record({ lookup, clientId }),
};
const ofHousehold: Drawn<typeof householdDecider.commands> = {
  AddressHousehold: fc.record({ householdId: one('household'), addressee: may(clientId), salutation: may(fc.constant('family')) }),
};
const ofCompany: Drawn<typeof companyDecider.commands> = {
  DescribeCompany: fc.record({
    companyId: one('company'),
    company: fc.constantFrom({ legalName: 'Mill' }, { legalName: 'Dam', trade: 'baker' }),
  }),
  CloseCompany: fc.record({ companyId: one('company') }),
};
const ofPointOfSale: Drawn<typeof pointOfSaleDecider.commands> = {
  DescribePointOfSale: fc.record({ pointOfSaleId: one('shop'), pointOfSale: fc.constant({ name: 'Station', kind: 'shop' }) }),
  ClosePointOfSale: fc.record({ pointOfSaleId: one('shop') }),
};
const ofSalesperson: Drawn<typeof salespersonDecider.commands> = {
  DescribeSalesperson: fc.record({
    salespersonId: one('seller'),
    kind: fc.constantFrom('salesperson', 'agent'),
    areas: fc.constant([]),
    person: fc.record(
      { name: told('seller'), email: fc.constant(`${WORD}@example.com`), phone: fc.constantFrom(...PHONES) },
      { requiredKeys: ['name'] },
    ),
  }),
  StateAbsence: fc.record({ salespersonId: one('seller'), from: date, until: date, deputyId: may(one('seller')) }),
  HandOverPortfolio: fc.record({ salespersonId: one('seller'), toSalespersonId: one('seller') }),
};

const labels = fc.constantFrom({ en: 'Mug' }, { en: 'Cup' });
const ofArticleGroups: Drawn<typeof articleGroupsDecider.commands> = {
  DescribeArticleGroup: fc.record({ groupId: one('group'), labels, parentId: may(one('group')), since: may(date) }),
  MoveArticleGroup: fc.record({ groupId: one('group'), parentId: may(one('group')), since: date }),
};
const articleId = fc.constantFrom('mug-7', 'mug-8', '__proto__');
const ofArticle: Drawn<typeof articleDecider.commands> = {
  DescribeArticle: fc.record({
    articleId,
    labels,
    groupId: may(one('group')),
    since: may(date),
    number: may(fc.constant('4711/2')),
    knownAs: may(fc.constantFrom(['MUG'], ['Mug', 'Cup'])),
    variants: may(fc.constant([{ variantId: 'blue', labels: { en: 'blue' } }])),
    brand: may(fc.constant('acme')),
    ownBrand: may(fc.boolean()),
    cost: cents,
    margin: fc.constant(undefined),
    currency,
    successorId: may(articleId),
  }),
  MoveArticle: fc.record({ articleId, groupId: may(one('group')), since: date }),
  RetireArticle: fc.record({ articleId }),
};
const ofDayRate: Drawn<typeof dayRateDecider.commands> = {
  StateDayRate: fc.record({
    currency,
    toCurrency: currency,
    day: date,
    rate: fc.constantFrom('0.9412', '1.0625'),
    source: fc.constant('ecb'),
  }),
};

/** A command and who decides it. */
export interface DrawnCommand {
  readonly decider: AnyDecider;
  readonly command: object;
}

const drawn = (decider: AnyDecider, fields: Readonly<Record<string, fc.Arbitrary<object>>>): fc.Arbitrary<DrawnCommand> =>
  fc.oneof(
    ...Object.entries(fields).map(([name, some]) => {
      const Command = (decider.commands as Record<string, new () => object>)[name];
      return some.map((given) => {
        const said = Object.entries(given).filter(([, value]) => value !== undefined);
        return { decider, command: Object.assign(new Command(), Object.fromEntries(said)) };
      });
    }),
  );

const { RegisterClient, EraseClient, EraseWithOthers, ...others } = ofClient;
const { AddAddress, AddEmail, AddPhone, RecordPurchase, GiveConsent, ConfirmConsent, DeclareOpposition } = ofClient;
const { RecordContact, RecordResponse, RetractTold } = ofClient;
const { StartContract, RenewContract, MergeClients, CompleteMerge, UpdateMergedFile, UnmergeClients } = ofClient;

const anything = fc.oneof(
  { arbitrary: drawn(clientDecider, others), weight: 100 },
  // much depends on these, or they depend on much
  {
    arbitrary: drawn(clientDecider, { AddAddress, AddEmail, AddPhone, RecordPurchase, GiveConsent, ConfirmConsent, DeclareOpposition }),
    weight: 70,
  },
  { arbitrary: drawn(clientDecider, { RegisterClient }), weight: 2 },
  { arbitrary: drawn(clientDecider, { EraseClient, EraseWithOthers }), weight: 1 },
  { arbitrary: drawn(clientDecider, { StartContract, RenewContract }), weight: 6 },
  { arbitrary: drawn(clientDecider, { RecordContact, RecordResponse, RetractTold }), weight: 12 },
  { arbitrary: drawn(clientDecider, { MergeClients, CompleteMerge, UpdateMergedFile, UnmergeClients }), weight: 16 },
  { arbitrary: drawn(referenceDecider, ofReference), weight: 4 },
  { arbitrary: drawn(householdDecider, ofHousehold), weight: 2 },
  { arbitrary: drawn(companyDecider, ofCompany), weight: 4 },
  { arbitrary: drawn(pointOfSaleDecider, ofPointOfSale), weight: 4 },
  { arbitrary: drawn(salespersonDecider, ofSalesperson), weight: 8 },
  { arbitrary: drawn(articleGroupsDecider, ofArticleGroups), weight: 4 },
  { arbitrary: drawn(articleDecider, ofArticle), weight: 6 },
  { arbitrary: drawn(dayRateDecider, ofDayRate), weight: 2 },
);

/** What may be asked of the client base, in some order; much of it is refused. At first everybody is registered. */
export const randomCommands = (most: number): fc.Arbitrary<readonly DrawnCommand[]> =>
  fc
    .tuple(
      ...CLIENTS.map((id) => drawn(clientDecider, { RegisterClient: RegisterClient.map((fields) => ({ ...fields, clientId: id })) })),
      fc.array(anything, { minLength: most / 2, maxLength: most, size: 'max' }),
    )
    .map((parts) => parts.flat());
