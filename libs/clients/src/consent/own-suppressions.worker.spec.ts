import { RegisterClient } from '../client/client.commands.js';
import { DeclareOpposition, GiveConsent } from './consent.commands.js';
import { newlyOpposed } from './own-suppressions.worker.js';
import { AddAddress, AddEmail, AddPhone } from '../person/person.commands.js';
import { RecordResponse } from '../reaction/response.commands.js';
import { day, live, order, Step } from '../testing.js';

const clientId = 'ann';
const proof = { how: 'paper', wordingId: 'w-1' };
const home = { street: 'Rue Neuve', houseNumber: '1', postalCode: '69001', locality: 'Lyon', country: 'FR' };
const lookup = (kind: string, value: string): string => `${kind}/${value}`;
const [MAIL, MOBILE, HOME] = ['email/ann@example.org', 'phone/+33612345678', 'name-and-address/dupont FR 69001 rueneuve 1'];

const registers = order(RegisterClient, { clientId, attributes: {}, person: { lastName: 'Dupont' } });
const addsMail = (email = 'Ann@example.org', emailId = 'mail') => order(AddEmail, { clientId, emailId, email });
const addsMobile = order(AddPhone, { clientId, phoneId: 'mobile', phone: '+33 6 12 34 56 78' });
const moves = order(AddAddress, { clientId, addressId: 'home', address: home });
const opposes = (what: Partial<DeclareOpposition> = {}, oppositionId = 'no') =>
  order(DeclareOpposition, { clientId, oppositionId, ...what });
const consents = order(GiveConsent, { clientId, consentId: 'c', channel: 'email', purpose: 'marketing', basis: 'consent', proof });

/** What enters the list after the last of these, a day after each other. */
const after = (...commands: object[]) => {
  const steps = commands.map((command, i): Step => [day(i), command]);
  const { history, answers } = live(...steps);
  expect(answers.map(({ refusal }) => refusal)).toEqual(commands.map(() => null));
  return newlyOpposed(history, lookup, day(commands.length));
};

describe('our own list takes from somebody who opposes', () => {
  it('everything: each contact point for its channels', () =>
    expect(after(registers, addsMail(), addsMobile, moves, opposes())).toEqual([
      { channels: ['email'], purpose: null, hashes: [MAIL] },
      { channels: ['sms', 'phone'], purpose: null, hashes: [MOBILE] },
      { channels: ['post'], purpose: null, hashes: [HOME] },
    ]));
  it('a channel: the contact points of this channel', () =>
    expect(after(registers, addsMail(), addsMobile, opposes({ channel: 'sms' }))).toEqual([
      { channels: ['sms'], purpose: null, hashes: [MOBILE] },
    ]));
  it('a contact point: this one', () =>
    expect(after(registers, addsMail(), addsMail('b@example.org', 'other'), opposes({ pointId: 'other' }))).toEqual([
      { channels: ['email'], purpose: null, hashes: ['email/b@example.org'] },
    ]));
  it('a purpose: for this one', () =>
    expect(after(registers, addsMail(), opposes({ purpose: 'survey' }))).toEqual([
      { channels: ['email'], purpose: 'survey', hashes: [MAIL] },
    ]));
  it('by a complaint: everything', () =>
    expect(after(registers, addsMail(), order(RecordResponse, { clientId, responseId: 'r', kind: 'complaint' }))).toEqual([
      { channels: ['email'], purpose: null, hashes: [MAIL] },
    ]));
  it('nothing where he has no contact points', () => expect(after(registers, opposes())).toEqual([]));
});

describe('our own list takes later', () => {
  it('what he opposes again, as it is newer than what he consented to meanwhile', () =>
    expect(after(registers, addsMail(), opposes(), consents, opposes({ channel: 'email' }, 'again'))).toEqual([
      { channels: ['email'], purpose: null, hashes: [MAIL] },
    ]));
  it('nothing of a narrower opposition about what the wider one brought there', () =>
    expect(after(registers, addsMail(), addsMobile, opposes(), opposes({ channel: 'sms' }, 'again'))).toEqual([
      { channels: ['sms'], purpose: null, hashes: [MOBILE] },
    ]));
  it('when he opposes something else, the contact points that he got since', () =>
    expect(after(registers, opposes(), addsMail(), addsMobile, opposes({ channel: 'sms' }, 'again'))).toEqual([
      { channels: ['email'], purpose: null, hashes: [MAIL] },
      { channels: ['sms', 'phone'], purpose: null, hashes: [MOBILE] },
      { channels: ['sms'], purpose: null, hashes: [MOBILE] },
    ]));
  it('when he is erased, the contact points that he got since', () =>
    expect(after(registers, addsMail(), opposes(), addsMobile)).toEqual([{ channels: ['sms', 'phone'], purpose: null, hashes: [MOBILE] }]));
  it('when he is erased, nothing of who has never opposed', () => expect(after(registers, addsMail(), addsMobile)).toEqual([]));
  it('nothing that he has consented to since, for what he has consented to', () =>
    expect(after(registers, opposes({ purpose: 'marketing' }), addsMail(), consents)).toEqual([]));
});
