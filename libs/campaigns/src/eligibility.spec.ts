import { complained, factsAfter, NOTHING_SAID, NOWHERE, Profile } from '@boucle/clients';
import { day } from '../../clients/src/testing.js';
import { Plan } from './campaign.events.js';
import { eligibility } from './eligibility.js';
import { letter, nothing, plan } from './testing.js';

const north: Partial<Plan> = { universe: { field: 'attributes.region', is: 'eq', value: 'north' } };
const capped: Partial<Plan> = { contactCap: { contacts: 2, days: 7 } };

const profile = (changed: Partial<Profile> = {}, recent: readonly string[] = []): Profile => ({
  clientId: 'client-1',
  attributes: { region: 'north' },
  registeredAt: day(0),
  person: null,
  purchases: { days: [], count: 0, monetary: {}, first: null, last: null, history: { bought: [], returned: [], revoked: [] } },
  solicitations: { mailings: 0, otherContacts: 0, withheld: 0, sinceLastPurchase: 0, recent },
  responses: { count: 0, last: null },
  consent: null,
  opposed: false,
  restricted: false,
  objectsToProfiling: false,
  waves: {},
  ...changed,
});
const complaint = { consent: complained(NOTHING_SAID, 'r-1', day(1)) };
const south = { attributes: { region: 'south' } };
const reason = (of: Profile, changed: Partial<Plan> = {}, campaignId = 'spring') => eligibility(plan(changed), campaignId, day(10))(of);

describe('eligibility', () => {
  it('is everybody by default', () => expect(reason(profile(south))).toBeNull());
  it('is the universe', () => {
    expect(reason(profile(), north)).toBeNull();
    expect(reason(profile(south), north)).toBe('outside-universe');
    expect(reason(profile({ attributes: {} }), north)).toBe('outside-universe');
  });
  it('is the members of a segment, if one is named', () => {
    const among = (members?: ReadonlySet<string>) => eligibility(plan({}), 'spring', day(10), members)(profile());
    expect([among(new Set([profile().clientId])), among(new Set()), among()]).toEqual([null, 'outside-universe', null]);
  });
  it('leaves out who complained', () => expect(reason(profile(complaint))).toBe('opposed'));
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
    expect(reason(profile({ ...south, ...complaint, waves: { spring: 1 } }, recent), changed)).toBe('outside-universe');
    expect(reason(profile({ ...complaint, waves: { spring: 1 } }, recent), changed)).toBe('opposed');
    expect(reason(profile({ waves: { spring: 1 } }, recent), changed)).toBe('already-drawn');
    expect(reason(profile({}, recent), changed)).toBe('contact-cap');
  });

  const said = (...statements: [type: 'ConsentGiven' | 'OppositionDeclared' | 'ProcessingRestricted', about: object][]) => ({
    consent: statements.reduce((facts, [type, about]) => factsAfter[type](facts, { ...about } as never, day(1)), NOTHING_SAID),
  });
  const consent = (channel: string) =>
    ['ConsentGiven', { consentId: channel, channel, purpose: 'marketing', basis: 'consent', expiresAt: null, pointIds: ['mail'] }] as const;
  const swiss = {
    person: {
      described: false,
      birthDate: null,
      language: null,
      ...NOWHERE,
      addresses: { home: { country: 'CH', postalCode: null, validity: { from: null, until: null, season: null }, returned: false } },
      emails: ['mail'],
      deceased: false,
      closed: false,
      creditBlocked: false,
    },
  };
  const asked: Partial<Plan> = { consent: 'required' };

  it('leaves out who cannot be reached by every offer, where consent is required', () => {
    expect(reason(profile(), asked)).toBe('no-contact-point');
    expect(reason(profile(swiss), asked)).toBe('no-consent');
    expect(reason(profile({ ...swiss, ...said(consent('email') as never) }), asked)).toBeNull();
    expect(reason(profile(swiss), { ...asked, offers: [letter, nothing] })).toBeNull();
    expect(reason(profile({ ...swiss, ...said(consent('email') as never) }), { ...asked, purpose: 'survey' })).toBe('no-consent');
  });
  it('leaves out who objects, whether consent is required or not', () => {
    for (const changed of [asked, {}]) {
      const restricted = said(consent('email') as never, ['ProcessingRestricted', {}]);
      expect(reason(profile({ ...swiss, ...restricted }), changed)).toBe('restricted');
      const opposed = said(['OppositionDeclared', { oppositionId: 'no', channel: 'email', purpose: null, pointId: null }]);
      expect(reason(profile({ ...swiss, ...opposed }), changed)).toBe('opposed');
      expect(reason(profile({ ...swiss, ...opposed }), { ...changed, offers: [letter, nothing] })).toBeNull();
    }
  });
  it('does not choose those by their behaviour who object to it', () => {
    const byBehaviour: Partial<Plan> = {
      universe: {
        any: [{ not: { field: 'purchases.count', is: 'gt', value: 3 } }, { field: 'attributes.region', is: 'eq', value: 'north' }],
      },
    };
    const objecting = profile({ objectsToProfiling: true });
    expect(reason(objecting, byBehaviour)).toBe('objects-to-profiling');
    expect(reason(profile(), byBehaviour)).toBeNull();
    expect(reason(objecting, north)).toBeNull();
  });
});
