import { Codec } from './codec.js';
import { schemaVersion, upcast, Upcasters } from './upcast.js';

const upcasters: Upcasters = {
  OfferAdded: [
    // v2 has an amount in cents, v1 a price in euros
    ({ price, ...kept }: { price: number }) => ({ ...kept, amount: Math.round(price * 100) }),
    // v3 names the currency
    (v2: { amount: number }) => ({ ...v2, currency: 'EUR' }),
  ],
};

/** One event decoded from the text that a store would give. */
const decoded = (codec: Codec, position: number, stream: string, revision: number, type: string, body: string) =>
  codec.decode(`[${JSON.stringify({ position, stream, revision, type, ...(JSON.parse(body) as object) })}]`)[0];

const stored = (schemaVersion: number, data: object) =>
  JSON.stringify({
    data,
    metadata: {
      id: '5a8b6f3e-6f0e-5c43-9b39-0d6f2f9f3d11',
      schemaVersion,
      occurredAt: '2026-01-05T09:00:00.000Z',
      correlationId: 'c',
      causationId: 'c',
      actor: 'planner',
    },
    recordedAt: '2026-01-05T09:00:01.000Z',
  });

describe('upcasting', () => {
  it('counts one schema version more than steps', () => {
    expect(schemaVersion(upcasters, 'OfferAdded')).toBe(3);
    expect(schemaVersion(upcasters, 'OfferDropped')).toBe(1);
  });

  it.each([
    [1, { offer: 'spring', price: 12.99 }],
    [2, { offer: 'spring', amount: 1299 }],
    [3, { offer: 'spring', amount: 1299, currency: 'EUR' }],
  ])('brings the frozen sample of version %d to the current shape', (version, data) => {
    const current = { offer: 'spring', amount: 1299, currency: 'EUR' };
    expect(upcast(upcasters, 'OfferAdded', version, data)).toEqual(current);
    const event = decoded(new Codec(upcasters), 7, 'campaign-a', 2, 'OfferAdded', stored(version, data));
    expect(event).toMatchObject({ position: 7, stream: 'campaign-a', revision: 2, type: 'OfferAdded', data: current });
    expect(event.metadata.schemaVersion).toBe(3);
    expect(new Codec(upcasters).decode(JSON.stringify([event]))).toEqual([event]);
  });

  it('leaves other types as they are', () => {
    const data = { offer: 'spring', price: 12.99 };
    expect(decoded(new Codec(upcasters), 1, 's', 0, 'OfferSeen', stored(1, data)).data).toEqual(data);
  });

  it.each(['OfferAdded', 'OfferSeen'])('refuses %s of a schema that it does not know yet, instead of misreading it', (type) => {
    const codec = new Codec(upcasters);
    expect(() => decoded(codec, 1, 's', 0, type, stored(4, {}))).toThrow(`${type} was written in schema 4`);
  });

  it('encodes to what it decodes from', () => {
    const event = { type: 'OfferAdded', data: { offer: 'été 🌞' }, metadata: JSON.parse(stored(3, {})).metadata };
    const codec = new Codec(upcasters);
    const body = codec.encode(event, { position: 1, stream: 's', revision: 0 }, '2026-02-01T00:00:00.000Z');
    expect(codec.decode(`[${body}]`)[0]).toEqual({
      ...event,
      position: 1,
      stream: 's',
      revision: 0,
      recordedAt: '2026-02-01T00:00:00.000Z',
    });
  });
});
