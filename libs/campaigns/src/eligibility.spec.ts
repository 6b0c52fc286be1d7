import { Profile } from '@boucle/clients';
import { day } from '../../clients/src/testing.js';
import { Plan } from './campaign.events.js';
import { eligibility } from './eligibility.js';
import { plan } from './testing.js';

const north: Partial<Plan> = { universe: { field: 'attributes.region', is: 'eq', value: 'north' } };
const capped: Partial<Plan> = { contactCap: { contacts: 2, days: 7 } };

const profile = (changed: Partial<Profile> = {}, recent: readonly string[] = []): Profile => ({
  clientId: 'client-1',
  attributes: { region: 'north' },
  registeredAt: day(0),
  person: null,
  purchases: { days: [], count: 0, monetary: {}, first: null, last: null },
  solicitations: { mailings: 0, otherContacts: 0, withheld: 0, sinceLastPurchase: 0, recent },
  responses: { count: 0, last: null },
  opposed: false,
  waves: {},
  ...changed,
});
const south = { attributes: { region: 'south' } };
const reason = (of: Profile, changed: Partial<Plan> = {}, campaignId = 'spring') => eligibility(plan(changed), campaignId, day(10))(of);

describe('eligibility', () => {
  it('is everybody by default', () => expect(reason(profile(south))).toBeNull());
  it('is the universe', () => {
    expect(reason(profile(), north)).toBeNull();
    expect(reason(profile(south), north)).toBe('outside-universe');
    expect(reason(profile({ attributes: {} }), north)).toBe('outside-universe');
  });
  it('leaves out who complained', () => expect(reason(profile({ opposed: true }))).toBe('opposed'));
  it('leaves out who was drawn before, if each may be drawn once', () => {
    const before = profile({ waves: { spring: 1 } });
    expect(reason(before, { drawOnce: true })).toBe('already-drawn');
    expect(reason(before)).toBeNull();
    expect(reason(profile({ waves: { summer: 1 } }), { drawOnce: true })).toBeNull();
    expect(reason(profile(), { drawOnce: true }, 'constructor')).toBeNull();
  });
  it('leaves out who has had enough contacts', () => {
    expect(reason(profile({}, [day(4), day(9)]), capped)).toBe('contact-cap');
    expect(reason(profile({}, [day(3), day(9)]), capped)).toBeNull();
    expect(reason(profile({}, [day(4), day(9)]))).toBeNull();
  });
  it('names the first of several reasons', () => {
    const changed = { ...north, ...capped, drawOnce: true };
    const recent = [day(9), day(9)];
    expect(reason(profile({ ...south, opposed: true, waves: { spring: 1 } }, recent), changed)).toBe('outside-universe');
    expect(reason(profile({ opposed: true, waves: { spring: 1 } }, recent), changed)).toBe('opposed');
    expect(reason(profile({ waves: { spring: 1 } }, recent), changed)).toBe('already-drawn');
    expect(reason(profile({}, recent), changed)).toBe('contact-cap');
  });
});
