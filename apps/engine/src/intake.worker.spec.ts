import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { IN_TOPICS, InTopicName } from '@boucle/contracts';
import { shaped } from './http/shape.js';
import { intakeCommands } from './intake.worker.js';

const ajv = new Ajv2020({
  allowUnionTypes: true,
  strictTypes: false,
  formats: { 'date-time': (text: string) => !Number.isNaN(Date.parse(text)) },
});

const samples: Record<InTopicName, Record<string, unknown>> = {
  consents: {
    clientId: 'ann',
    oppositionId: 'o-1',
    channel: 'email',
    purpose: 'marketing',
    pointId: 'work',
    how: 'unsubscribe-link',
    by: 'the provider',
    occurredAt: '2026-03-01T12:00:00Z',
  },
  clients: {
    clientId: 'ann',
    attributes: { region: 'north', age: 41, newsletter: true, title: null },
    person: { civility: 'ms', lastName: 'Keller', birthDate: '--02-29', childrenBirthYears: [2014], fields: { shoeSize: 42 } },
    origin: { how: 'advert', campaignId: 'spring' },
  },
  purchases: {
    clientId: 'ann',
    purchaseId: 'p-1',
    amount: 4990,
    currency: 'EUR',
    lines: [
      { articleId: 'mug-7', variantId: 'blue', quantity: 1.5, unitPrice: 4000, amount: 6000, promotion: 'spring', coupon: 'SPRING10' },
      { text: 'Ribbon', quantity: 1, unitPrice: 90, gift: true },
    ],
    discount: 1010,
    freight: 690,
    vatIncluded: true,
    salesChannel: 'web',
    pointOfSaleId: 'shop-3',
    orderId: 'o-1',
    orderNumber: 'B-2026/0815',
    occurredAt: '2026-03-01T12:00:00Z',
  },
  responses: {
    clientId: 'ann',
    responseId: 'r-1',
    kind: 'survey-answer',
    articleIds: ['mug-7'],
    coupon: 'SPRING10',
    advert: 'gazette',
    cardNumber: 'C-0815',
    pointOfSaleId: 'shop-3',
    contestId: 'draw',
    surveyId: 'after-delivery',
    answers: { satisfied: 4, why: 'It was fast', again: true },
    referredId: 'bob',
    subject: 'delivery',
    text: 'Thank you',
    occurredAt: '2026-03-01T12:00:00.5+01:00',
  },
  contacts: {
    clientId: 'ann',
    contactId: 'call-7',
    kind: 'call',
    channel: 'phone',
    salespersonId: 'miller',
    outcome: 'not-reached',
    note: 'Call again in the evening',
    occurredAt: '2026-03-01T12:00:00Z',
  },
};

const values = fc.oneof(
  fc.constantFrom<unknown>(
    '',
    'a b',
    '..',
    'x'.repeat(65),
    'eur',
    'USD',
    '2026-03-01',
    -1,
    0.5,
    2 ** 53,
    true,
    [],
    { a: {} },
    { 'a.b': 1 },
  ),
  fc.jsonValue(),
);

describe.each(Object.keys(samples) as InTopicName[])('the payload of boucle.in.%s.v1', (name) => {
  const published = ajv.compile(IN_TOPICS[name].payload);
  const taken = (value: unknown): boolean => !Array.isArray(shaped(intakeCommands[name], value, 'message'));

  it('is taken as published', () => {
    expect(published(samples[name])).toBe(true);
    expect(taken(samples[name])).toBe(true);
  });

  it('is taken only if the published schema allows it, and refused for whatever is missing or surplus', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(samples[name]), 'extra'), values, (field, value) => {
        const changed = { ...samples[name], [field]: value };
        if (taken(changed)) expect({ changed, published: published(changed) }).toMatchObject({ published: true });
      }),
      { numRuns: 500 },
    );
    for (const field of Object.keys(samples[name])) {
      const { [field]: _, ...rest } = samples[name];
      expect([field, taken(rest)]).toEqual([field, published(rest)]);
    }
    const surplus = { ...samples[name], extra: 1 };
    expect([taken(surplus), published(surplus)]).toEqual([false, false]);
  });
});
