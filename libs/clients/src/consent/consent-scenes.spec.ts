import { RecordedEvent } from '@boucle/eventsourcing';
import { projectEvent } from '../../../eventsourcing/src/projection.js';
import { DispatchMailing, RegisterClient } from '../client/client.commands.js';
import { readConsents } from './consent-reading.js';
import { carriedTo } from '../merging/carried.js';
import { BeginAlias, CompleteMerge, EndAlias, MergeClients, UnmergeClients, UpdateMergedFile } from '../merging/merge.commands.js';
import { factsOf, wholePerson } from '../merging/merged-file.js';
import { namesOfPoints } from '../merging/whole-identity.js';
import { wholeProfile } from '../merging/whole-profile.js';
import { identityAfter } from '../person/identity.projection.js';
import { RecordResponse } from '../reaction/response.commands.js';
import { RecordPurchase } from '../purchase/purchase.commands.js';
import { clientDecider } from '../client/client.decider.js';
import { ClientEvent } from '../client/client.events.js';
import { Channel } from '../client/channel.js';
import { NOTHING_SAID } from './consent-facts.js';
import { ConfirmConsent, DeclareOpposition, EndRestriction, GiveConsent, RestrictProcessing, WithdrawConsent } from './consent.commands.js';
import { Suppression } from './contact-permission.js';
import { AddAddress, AddEmail, AddPhone, EndAddress, RemoveContactPoint } from '../person/person.commands.js';
import { Profile, profileProjection } from '../client/profile.projection.js';
import { answerAt, NOWHERE, reach } from './reach.js';
import { live, order, Step } from '../testing.js';

const clientId = 'client-1';
const twinId = 'client-2';
const BORN = '2019-01-01T00:00:00.000Z';
const POINTS: Readonly<Record<Channel, string>> = { email: 'mail', sms: 'mobile', phone: 'mobile', post: 'home' };
const CHANNEL_OF: Readonly<Record<string, Channel>> = { email: 'email', sms: 'sms', phone: 'phone', post: 'post' };

const instant = (day: string): string => (day.includes('T') ? day : `${day}T12:00:00.000Z`);
const addressIn = (addressId: string, country: string, validFrom?: string): AddAddress =>
  order(AddAddress, {
    clientId,
    addressId,
    address: { street: 'Main Street', houseNumber: '1', locality: 'Town', country },
    ...(validFrom && { validFrom }),
  });

type Event = object | { readonly listed: Suppression } | { readonly twin: object } | { readonly merge: boolean };

/** What may happen to somebody, in the words of the table. */
let told = 0;
const id = (): string => `said-${++told}`;
const consent = (channel: Channel, more: Partial<GiveConsent> = {}): GiveConsent =>
  order(GiveConsent, {
    clientId,
    consentId: id(),
    channel,
    purpose: 'marketing',
    basis: 'consent',
    proof: { how: 'paper', wordingId: 'w-1' },
    ...more,
  });
const doubleOptIn = (channel: Channel, consentId: string): GiveConsent => consent(channel, { consentId, basis: 'double-opt-in' });
const confirms = (consentId: string): ConfirmConsent => order(ConfirmConsent, { clientId, consentId });
const withdraws = (consentId: string): WithdrawConsent => order(WithdrawConsent, { clientId, consentId });
const customer = (channel: Channel): GiveConsent =>
  order(GiveConsent, {
    clientId,
    consentId: id(),
    channel,
    purpose: 'marketing',
    basis: 'existing-customer',
    purchaseId: 'order-1',
  });
const interest = (channel: Channel): GiveConsent =>
  order(GiveConsent, { clientId, consentId: id(), channel, purpose: 'marketing', basis: 'legitimate-interest' });
const buys = (): RecordPurchase => order(RecordPurchase, { clientId, purchaseId: 'order-1', amount: 100, currency: 'EUR' });
const opposes = (what: Partial<DeclareOpposition> = {}): DeclareOpposition =>
  order(DeclareOpposition, { clientId, oppositionId: id(), ...what });
const complains = (): RecordResponse => order(RecordResponse, { clientId, responseId: id(), kind: 'complaint' });
const restricts = (): RestrictProcessing => order(RestrictProcessing, { clientId });
const isFreed = (): EndRestriction => order(EndRestriction, { clientId });
const newEmail = (emailId = 'mail-2'): AddEmail => order(AddEmail, { clientId, emailId, email: `${emailId}@example.org` });
const newMobile = (): AddPhone => order(AddPhone, { clientId, phoneId: 'mobile-2', phone: '+33612345679' });
const drops = (pointId: string): RemoveContactPoint => order(RemoveContactPoint, { clientId, pointId });
const leaves = (addressId: string, until: string): EndAddress => order(EndAddress, { clientId, addressId, until });
const movesTo = (country: string, from: string): AddAddress => addressIn('home-2', country, from);
const isListed = (listId: string, channel: Channel, pointId: string, until: string | null = null, purpose: string | null = null) => ({
  listed: {
    listId,
    source: listId,
    own: listId === 'own',
    channels: [channel],
    purpose,
    pointId,
    from: '',
    until: until && instant(until),
  } satisfies Suppression,
});

/** The same said under another id of his. Both files have the same e-mail address and mobile, each under a name of its own, and homes of their own. */
const asTwin = (command: object): { readonly twin: object } => ({ twin: Object.assign(command, { clientId: twinId }) });
const merges = { merge: true };
const parts = { merge: false };

interface Scene {
  readonly what: string;
  readonly country: string | null;
  /** By day. */
  readonly history: readonly (readonly [day: string, event: Event])[];
  /** A channel, or a channel and a contact point. */
  readonly asked: string;
  /** The answer as of a past day, null where what is asked for was not there yet, and now. */
  readonly past: readonly [day: string, reason: string] | null;
  readonly now: readonly [day: string, reason: string];
}

const scene = (
  what: string,
  country: string | null,
  history: Scene['history'],
  asked: string,
  past: Scene['past'],
  now: Scene['now'],
): Scene => ({ what, country, history, asked, past, now });

const C = '2025-03-01';
const D = '2025-06-01';
const E = '2025-09-01';
const P = '2025-05-01';
const N = '2026-05-01';

// prettier-ignore
const scenes: readonly Scene[] = [
  // what                                             country  what happened                                                     asked             as of a past day                 now
  scene('nothing was said',                            'FR', [],                                                                 'email',         [P, 'no-consent'],               [N, 'no-consent']),
  scene('nothing was said',                            'FR', [],                                                                 'sms',           [P, 'no-consent'],               [N, 'no-consent']),
  scene('nothing was said',                            'FR', [],                                                                 'post',          [P, 'not-opposed'],              [N, 'not-opposed']),
  scene('nothing was said, before and after the law',  'FR', [],                                                                 'phone',         ['2026-08-10', 'not-opposed'],   ['2026-08-11', 'no-consent']),
  scene('midnight in Paris',                           'FR', [],                                                                 'phone',         ['2026-08-10T21:59:59.999Z', 'not-opposed'], ['2026-08-10T22:00:00.000Z', 'no-consent']),
  scene('nothing was said',                            'CH', [],                                                                 'phone',         ['2020-12-31', 'not-opposed'],   [N, 'no-consent']),
  scene('nothing was said',                            'CH', [],                                                                 'post',          [P, 'not-opposed'],              [N, 'not-opposed']),
  scene('nothing was said',                            'DE', [],                                                                 'phone',         [P, 'no-consent'],               [N, 'no-consent']),
  scene('nothing was said',                            'BE', [],                                                                 'phone',         [P, 'not-opposed'],              [N, 'not-opposed']),
  scene('nothing was said where the law is unknown',   'ZZ', [],                                                                 'post',          [P, 'no-consent'],               [N, 'no-consent']),
  scene('nothing was said by somebody from nowhere',   null, [],                                                                 'email',         [P, 'no-consent'],               [N, 'no-consent']),

  scene('consents',                                    'FR', [[D, consent('email')]],                                            'email',         [P, 'no-consent'],               [N, 'consent']),
  scene('consents to something else',                  'FR', [[C, consent('email', { purpose: 'survey' })]],                     'email',         [P, 'no-consent'],               [N, 'no-consent']),
  scene('consents to another channel',                 'FR', [[C, consent('phone')]],                                            'sms',           [P, 'no-consent'],               [N, 'no-consent']),
  scene('consents to calls before the law asks for it', 'FR', [[C, consent('phone')]],                                           'phone',         [P, 'not-opposed'],              ['2026-09-01', 'consent']),
  scene('consents and withdraws',                      'FR', [[C, consent('email', { consentId: 'c' })], [D, withdraws('c')]],    'email',         [P, 'consent'],                  [N, 'withdrawn']),
  scene('consents for a year',                         'FR', [[C, consent('email', { expiresAt: '2026-03-01T00:00:00Z' })]],     'email',         [P, 'consent'],                  [N, 'expired']),
  scene('consents where the law is unknown',           'ZZ', [[D, consent('post')]],                                             'post',          [P, 'no-consent'],               [N, 'consent']),
  scene('asks for a double opt-in',                    'DE', [[C, doubleOptIn('email', 'c')]],                                   'email',         [P, 'not-confirmed'],            [N, 'not-confirmed']),
  scene('confirms a double opt-in',                    'DE', [[C, doubleOptIn('email', 'c')], [D, confirms('c')]],               'email',         [P, 'not-confirmed'],            [N, 'double-opt-in']),
  scene('confirms and withdraws',                      'DE', [[C, doubleOptIn('email', 'c')], [C, confirms('c')], [D, withdraws('c')]], 'email',  [P, 'double-opt-in'],            [N, 'withdrawn']),

  scene('is a customer',                               'FR', [[C, buys()], [D, customer('email')]],                              'email',         [P, 'no-consent'],               [N, 'existing-customer']),
  scene('is a customer',                               'AT', [[C, buys()], [C, customer('sms')]],                                'sms',           [P, 'existing-customer'],        [N, 'existing-customer']),
  scene('is a customer, which is not enough for calls', 'DE', [[C, buys()], [C, customer('phone')]],                             'phone',         [P, 'insufficient-basis'],       [N, 'insufficient-basis']),
  scene('is a customer, which is not enough any more', 'FR', [[C, buys()], [C, customer('phone')]],                              'phone',         [P, 'not-opposed'],              ['2026-09-01', 'insufficient-basis']),
  scene('is a customer where the law is unknown',      'ZZ', [[C, buys()], [C, customer('email')]],                              'email',         [P, 'insufficient-basis'],       [N, 'insufficient-basis']),
  scene('is a customer and unsubscribes',              'FR', [[C, buys()], [C, customer('email')], [D, opposes({ channel: 'email' })]], 'email', [P, 'existing-customer'],       [N, 'opposed']),
  scene('stands in the directory without asterisk',    'CH', [[D, interest('phone')]],                                           'phone',         [P, 'no-consent'],               [N, 'legitimate-interest']),
  scene('an interest is no consent',                   'CH', [[C, interest('email')]],                                           'email',         [P, 'insufficient-basis'],       [N, 'insufficient-basis']),

  scene('opposes everything',                          'FR', [[D, opposes()]],                                                   'post',          [P, 'not-opposed'],              [N, 'opposed']),
  scene('opposes another channel',                     'FR', [[C, opposes({ channel: 'phone' })]],                               'post',          [P, 'not-opposed'],              [N, 'not-opposed']),
  scene('opposes another purpose',                     'FR', [[C, opposes({ purpose: 'survey' })]],                              'post',          [P, 'not-opposed'],              [N, 'not-opposed']),
  scene('opposes after consenting',                    'FR', [[C, consent('email')], [D, opposes({ channel: 'email' })]],        'email',         [P, 'consent'],                  [N, 'opposed']),
  scene('consents after opposing everything',          'FR', [[C, opposes()], [D, consent('email')]],                            'email',         [P, 'opposed'],                  [N, 'consent']),
  scene('consents to one thing after opposing everything', 'FR', [[C, opposes()], [D, consent('email')]],                        'post',          [P, 'opposed'],                  [N, 'opposed']),
  scene('asks for a double opt-in after opposing',     'DE', [[C, opposes()], [D, doubleOptIn('email', 'c')]],                   'email',         [P, 'opposed'],                  [N, 'opposed']),
  scene('confirms a double opt-in after opposing',     'DE', [[C, opposes()], [C, doubleOptIn('email', 'c')], [D, confirms('c')]], 'email',      [P, 'opposed'],                  [N, 'double-opt-in']),
  scene('buys again after opposing',                   'FR', [[C, opposes({ channel: 'email' })], [D, buys()], [D, customer('email')]], 'email', [P, 'opposed'],                  [N, 'opposed']),
  scene('consents after opposing, and withdraws',      'FR', [['2025-01-01', opposes()], [C, consent('post', { consentId: 'c' })], [D, withdraws('c')]], 'post', [P, 'not-opposed'],    [N, 'opposed']),
  scene('complains',                                   'FR', [[C, consent('email')], [D, complains()]],                          'email',         [P, 'consent'],                  [N, 'opposed']),
  scene('consents after complaining',                  'FR', [[C, complains()], [D, consent('email')]],                          'email',         [P, 'opposed'],                  [N, 'consent']),
  scene('is restricted',                               'FR', [[C, consent('email')], [D, restricts()]],                          'email',         [P, 'consent'],                  [N, 'restricted']),
  scene('is restricted for a while',                   'FR', [[C, restricts()], [D, isFreed()]],                                 'post',          [P, 'restricted'],               [N, 'not-opposed']),

  scene('gets a new e-mail address',                   'FR', [[C, consent('email')], [D, newEmail()]],                           'email@mail-2',  [P, 'no-consent'],               [N, 'no-consent']),
  scene('keeps the old one',                           'FR', [[C, consent('email')], [D, newEmail()]],                           'email@mail',    [P, 'consent'],                  [N, 'consent']),
  scene('consents for the new one',                    'FR', [[C, newEmail()], [D, consent('email', { pointId: 'mail-2' })]],    'email@mail-2',  [P, 'no-consent'],               [N, 'consent']),
  scene('consents for the new one only',               'FR', [[C, newEmail()], [C, consent('email', { pointId: 'mail-2' })]],    'email@mail',    [P, 'no-consent'],               [N, 'no-consent']),
  scene('consents for both',                           'FR', [[C, newEmail()], [D, consent('email')]],                           'email@mail-2',  [P, 'no-consent'],               [N, 'consent']),
  scene('another address under the same id',           'FR', [[C, consent('email')], [D, drops('mail')], [E, newEmail('mail')]], 'email',         [P, 'consent'],                  [N, 'no-consent']),
  scene('opposes one number',                          'FR', [[C, newMobile()], [D, opposes({ pointId: 'mobile' })]],            'phone@mobile',  [P, 'not-opposed'],              [N, 'opposed']),
  scene('opposes the other number',                    'FR', [[C, newMobile()], [D, opposes({ pointId: 'mobile' })]],            'phone@mobile-2', [P, 'not-opposed'],             [N, 'not-opposed']),
  scene('opposes all numbers, also those to come',     'FR', [[C, opposes({ channel: 'phone' })], [D, newMobile()]],            'phone@mobile-2', [P, 'opposed'],                 [N, 'opposed']),

  scene('moves: the opposition of an address stays',   'FR', [[C, opposes({ pointId: 'home' })], [D, leaves('home', D)], [D, movesTo('FR', D)]], 'post@home', [P, 'opposed'],         [N, 'opposed']),
  scene('moves: it does not move along',               'FR', [[C, opposes({ pointId: 'home' })], [D, leaves('home', D)], [D, movesTo('FR', D)]], 'post@home-2', [P, 'not-opposed'],   [N, 'not-opposed']),
  scene('moves: opposing all post does',               'FR', [[C, opposes({ channel: 'post' })], [D, leaves('home', D)], [D, movesTo('FR', D)]], 'post@home-2', [P, 'opposed'],       [N, 'opposed']),
  scene('moves: consent for e-mail moves along',       'FR', [[C, consent('email')], [D, leaves('home', D)], [D, movesTo('DE', D)]], 'email',     [P, 'consent'],                  [N, 'consent']),
  scene('moves to where calls need a consent',         'BE', [[D, leaves('home', D)], [D, movesTo('DE', '2025-06-02')]],         'phone',         [P, 'not-opposed'],              [N, 'no-consent']),
  scene('moves to where calls need none',              'DE', [[D, leaves('home', D)], [D, movesTo('BE', '2025-06-02')]],         'phone',         [P, 'no-consent'],               [N, 'not-opposed']),
  scene('lives in two countries: both ask',            'BE', [[D, movesTo('DE', '2025-06-02')]],                                 'phone',         [P, 'not-opposed'],              [N, 'no-consent']),
  scene('moves to where customers may be written to',  'ZZ', [[C, buys()], [C, customer('email')], [D, leaves('home', D)], [D, movesTo('FR', '2025-06-02')]], 'email', [P, 'insufficient-basis'], [N, 'existing-customer']),

  scene('enters Bloctel',                              'FR', [[D, isListed('bloctel', 'phone', 'mobile')]],                      'phone',         [P, 'not-opposed'],              [N, 'suppressed']),
  scene('enters Bloctel with another number',          'FR', [[C, isListed('bloctel', 'phone', 'land')]],                        'phone@mobile',  [P, 'not-opposed'],              [N, 'not-opposed']),
  scene('a list of callers says nothing of letters',   'FR', [[C, isListed('bloctel', 'phone', 'mobile')]],                      'post',          [P, 'not-opposed'],              [N, 'not-opposed']),
  scene('an entry of a list ends',                     'FR', [[C, isListed('bloctel', 'phone', 'mobile', E)]],                   'phone',         [P, 'suppressed'],               [N, 'not-opposed']),
  scene('consents after entering Bloctel',             'FR', [[C, isListed('bloctel', 'phone', 'mobile')], [D, consent('phone')]], 'phone',      [P, 'suppressed'],               [N, 'not-opposed']),
  scene('enters the list after consenting',            'BE', [[C, consent('phone')], [D, isListed('dncm', 'phone', 'mobile')]],  'phone',         [P, 'not-opposed'],              [N, 'suppressed']),
  scene('has an asterisk',                             'CH', [[C, interest('phone')], [D, isListed('asterisk', 'phone', 'mobile')]], 'phone',     [P, 'legitimate-interest'],      [N, 'suppressed']),
  scene('has an asterisk, and is a customer',          'CH', [[C, isListed('asterisk', 'phone', 'mobile')], [D, buys()], [D, customer('phone')]], 'phone', [P, 'suppressed'],          [N, 'existing-customer']),
  scene('has consented, and then an asterisk',         'CH', [[C, consent('phone')], [D, isListed('asterisk', 'phone', 'mobile')]], 'phone',      [P, 'consent'],                  [N, 'consent']),
  scene('stands in the Robinson list',                 'DE', [[D, isListed('robinson', 'post', 'home')]],                        'post',          [P, 'not-opposed'],              [N, 'suppressed']),
  scene('stands on our own list',                      'CH', [[C, buys()], [C, customer('phone')], [D, isListed('own', 'phone', 'mobile')]], 'phone', [P, 'existing-customer'],     [N, 'suppressed']),
  scene('stands on our own list for surveys only',     'FR', [[C, isListed('own', 'post', 'home', null, 'survey')]],             'post',          [P, 'not-opposed'],              [N, 'not-opposed']),
  scene('stands on our own list for advertising',      'FR', [[D, isListed('own', 'post', 'home', null, 'marketing')]],          'post',          [P, 'not-opposed'],              [N, 'suppressed']),
  scene('is on our own list since an erasure, and buys', 'FR', [[C, isListed('own', 'email', 'mail')], [C, buys()], [D, customer('email')]], 'email', [P, 'suppressed'],             [N, 'suppressed']),
  scene('a broker\'s list is withdrawn',               'FR', [[C, consent('email')], [D, isListed('broker', 'email', 'mail', E)]], 'email',       ['2025-07-01', 'suppressed'],    [N, 'consent']),
  scene('is on two lists, of which one ends',          'DE', [[C, isListed('robinson', 'post', 'home', E)], [D, isListed('broker', 'post', 'home')]], 'post', [P, 'suppressed'],          [N, 'suppressed']),
  scene('comes back on a list after a gap',            'DE', [[C, isListed('robinson', 'post', 'home', D)], [E, isListed('robinson', 'post', 'home')]], 'post', ['2025-07-01', 'not-opposed'], [N, 'suppressed']),
  scene('withdraws a consent that came after a list',  'BE', [[C, isListed('dncm', 'phone', 'mobile')], [C + 'T13:00:00.000Z', consent('phone', { consentId: 'c' })], [D, withdraws('c')]], 'phone', [P, 'not-opposed'], [N, 'suppressed']),
  scene('gets a new number: a list names the old one', 'BE', [[C, isListed('dncm', 'phone', 'mobile')], [D, newMobile()]],       'phone@mobile-2', [P, 'not-opposed'],             [N, 'not-opposed']),
  scene('moves: the list names the old address',       'DE', [[C, isListed('robinson', 'post', 'home')], [D, leaves('home', D)], [D, movesTo('DE', D)]], 'post@home-2', [P, 'not-opposed'], [N, 'not-opposed']),
  scene('opposes, and stands on a list: his own word comes first', 'FR', [[C, isListed('robinson', 'post', 'home')], [D, opposes()]], 'post',         [P, 'suppressed'],               [N, 'opposed']),
  scene('consents after entering our own list',        'CH', [[C, isListed('own', 'phone', 'mobile')], [D, consent('phone')]],  'phone',         [P, 'suppressed'],               [N, 'consent']),

  // merged: an opposition beats a consent unless that is later, for the same address and proved; who was never asked has said nothing
  scene('merged: the other consented',                 'FR', [[C, asTwin(consent('email'))], [D, merges]],                       'email',         [P, 'no-consent'],               [N, 'consent']),
  scene('merged: the other was never asked', 'FR', [[C, consent('email')], [D, merges]],                    'email',         [P, 'consent'],                  [N, 'consent']),
  scene('merged: the other opposed after he consented', 'FR', [[C, consent('email')], [P, asTwin(opposes())], [D, merges]],      'email',         ['2025-05-20', 'consent'],       [N, 'opposed']),
  scene('merged: the other opposed before he consented', 'FR', [[C, asTwin(opposes())], [P, consent('email')], [D, merges]],     'email',         ['2025-05-20', 'consent'],       [N, 'consent']),
  scene('merged: the other opposed before, he is a customer since', 'FR', [[C, asTwin(opposes())], [P, buys()], [P, customer('email')], [D, merges]], 'email', ['2025-05-20', 'existing-customer'], [N, 'opposed']),
  scene('merged: the other opposed before, he has but asked for a double opt-in', 'DE', [[C, asTwin(opposes())], [P, doubleOptIn('email', 'c')], [D, merges]], 'email', ['2025-05-20', 'not-confirmed'], [N, 'opposed']),
  scene('merged: the other opposed before, he has confirmed a double opt-in', 'DE', [[C, asTwin(opposes())], [C, doubleOptIn('email', 'c')], [P, confirms('c')], [D, merges]], 'email', ['2025-05-20', 'double-opt-in'], [N, 'double-opt-in']),
  scene('merged: he opposed, the other consented later', 'FR', [[C, opposes({ channel: 'email' })], [P, asTwin(consent('email'))], [D, merges]], 'email', ['2025-05-20', 'opposed'], [N, 'consent']),
  scene('merged: the other consented later at another address', 'FR', [[C, opposes({ channel: 'email' })], [P, asTwin(newEmail('work'))], [P, asTwin(consent('email', { pointId: 'work' }))], [D, merges]], 'email', ['2025-05-20', 'opposed'], [N, 'opposed']),
  scene('merged: that other address has the consent',  'FR', [[C, opposes({ channel: 'email' })], [P, asTwin(newEmail('work'))], [P, asTwin(consent('email', { pointId: 'work' }))], [D, merges]], 'email@work.2', null, [N, 'consent']),
  scene('merged: the other opposed another purpose',   'FR', [[C, asTwin(opposes({ purpose: 'survey' }))], [D, merges]],         'post',          [P, 'not-opposed'],              [N, 'not-opposed']),
  scene('merged: the other opposed another channel',   'FR', [[C, consent('email')], [P, asTwin(opposes({ channel: 'phone' }))], [D, merges]], 'email', ['2025-05-20', 'consent'],    [N, 'consent']),
  scene('merged: the other opposed his number, which is the same', 'FR', [[C, asTwin(opposes({ pointId: 'his-mobile' }))], [D, merges]], 'phone', [P, 'not-opposed'],                       [N, 'opposed']),
  scene('merged: the other opposed his home, which is another', 'FR', [[C, asTwin(opposes({ pointId: 'his-home' }))], [D, merges]], 'post',       [P, 'not-opposed'],                       [N, 'not-opposed']),
  scene('merged: that home is not written to',         'FR', [[C, asTwin(opposes({ pointId: 'his-home' }))], [D, merges]],     'post@his-home.2', null,                                 [N, 'opposed']),
  scene('merged: the other took the same consent back', 'FR', [[C, consent('email')], [C, asTwin(consent('email', { consentId: 't' }))], [P, asTwin(withdraws('t'))], [D, merges]], 'email', ['2025-05-20', 'consent'], [N, 'withdrawn']),
  scene('merged: taken back by the other, given again by him', 'FR', [[C, asTwin(consent('email', { consentId: 't' }))], [P, asTwin(withdraws('t'))], ['2025-05-10', consent('email')], [D, merges]], 'email', ['2025-05-20', 'consent'], [N, 'consent']),
  scene('merged: the other took back what was for another address', 'FR', [[C, consent('email')], [C, asTwin(newEmail('work'))], [C, asTwin(consent('email', { consentId: 't', pointId: 'work' }))], [P, asTwin(withdraws('t'))], [D, merges]], 'email', ['2025-05-20', 'consent'], [N, 'consent']),
  scene('merged: the other complained',                'BE', [[C, asTwin(complains())], [D, merges]],                            'phone',         [P, 'not-opposed'],              [N, 'opposed']),
  scene('merged: the other is restricted',             'FR', [[C, consent('email')], [P, asTwin(restricts())], [D, merges]],     'email',         ['2025-05-20', 'consent'],       [N, 'restricted']),
  scene('merged: the other lives where calls need a consent', 'BE', [[D, merges], [D, asTwin(addressIn('flat', 'DE', '2025-06-02'))]], 'phone',   [P, 'not-opposed'],              [N, 'no-consent']),
  scene('merged: the other bought, and is the customer', 'FR', [[C, asTwin(buys())], [C, asTwin(customer('email'))], [D, merges]], 'email',        [P, 'no-consent'],               [N, 'existing-customer']),
  scene('merged: opposes under the other id',          'FR', [[C, consent('email')], [D, merges], [E, asTwin(opposes({ channel: 'email' }))]], 'email', ['2025-07-01', 'consent'],       [N, 'opposed']),
  scene('merged: consents again under the other id',   'FR', [[C, opposes()], [D, merges], [E, asTwin(consent('email'))]],       'email',         ['2025-07-01', 'opposed'],       [N, 'consent']),
  scene('merged: the law changes for both',            'FR', [[C, buys()], [C, customer('phone')], [D, merges]],                 'phone',         ['2026-08-01', 'not-opposed'],   ['2026-09-01', 'insufficient-basis']),
  scene('merged and parted: what the other had consented to goes', 'FR', [[C, asTwin(consent('email'))], [D, merges], [E, parts]], 'email',        ['2025-07-01', 'consent'],       [N, 'no-consent']),
  scene('merged and parted: what the other had opposed before goes', 'FR', [[C, asTwin(opposes())], [D, merges], [E, parts]],    'post',          ['2025-07-01', 'opposed'],       [N, 'not-opposed']),
  scene('merged and parted: what the other opposed meanwhile stays', 'FR', [[C, consent('email')], [D, merges], [D + 'T13:00:00.000Z', asTwin(opposes())], [E, parts]], 'email', ['2025-07-01', 'opposed'], [N, 'opposed']),
  scene('merged and parted: what the other took back meanwhile stays', 'FR', [[C, consent('email')], [C, asTwin(consent('email', { consentId: 't' }))], [D, merges], [D + 'T13:00:00.000Z', asTwin(withdraws('t'))], [E, parts]], 'email', ['2025-07-01', 'withdrawn'], [N, 'withdrawn']),
  scene('merged and parted: he consents after that',   'FR', [[D, merges], [D + 'T13:00:00.000Z', asTwin(opposes())], [E, parts], [E + 'T13:00:00.000Z', consent('email')]], 'email', ['2025-07-01', 'opposed'], [N, 'consent']),
];

/** Somebody with an address, an e-mail address, a mobile and a landline, to whom all this happened; and another file that may be his. */
const play = ({ country, history }: Scene) => {
  const born = (...commands: object[]): Step[] => commands.map((command) => [BORN, command]);
  const steps: Step[] = born(
    order(RegisterClient, { clientId, attributes: {} }),
    ...(country === null ? [] : [addressIn('home', country)]),
    newEmail('mail'),
    order(AddPhone, { clientId, phoneId: 'mobile', phone: '+33612345678' }),
    order(AddPhone, { clientId, phoneId: 'land', phone: '+33142345678' }),
  );
  const twinSteps: Step[] = born(
    order(RegisterClient, { clientId: twinId, attributes: {} }),
    order(AddAddress, {
      clientId: twinId,
      addressId: 'his-home',
      address: { street: 'Elsewhere', locality: 'Town', country: country ?? 'FR' },
    }),
    order(AddEmail, { clientId: twinId, emailId: 'his-mail', email: 'Mail@example.org' }),
    order(AddPhone, { clientId: twinId, phoneId: 'his-mobile', phone: '+33 6 12 34 56 78' }),
  );
  let merged = false;
  const suppressions: Suppression[] = [];
  const lived = () => ({ own: live(...steps), twin: live(...twinSteps) });
  const readings = () => {
    const { client: file, history: events } = lived().twin;
    return { clientId, mergedId: twinId, facts: factsOf(file, events.length), points: { [twinId]: file.points } };
  };
  /** What the worker of merges does with the last event of one file. */
  const carry = (at: string, from: 'own' | 'twin'): void => {
    const { own, twin } = lived();
    const here = from === 'own' ? own : twin;
    const there = from === 'own' ? twin : own;
    const other = from === 'own' ? twinId : clientId;
    const carried = carriedTo(other, there.client, here.history.at(-1)!, here.client).map(({ type, data }): Step => {
      const commands = clientDecider.commands as unknown as Record<string, new () => object>;
      return [at, Object.assign(new commands[type](), data)];
    });
    (from === 'own' ? twinSteps : steps).push(...carried);
    steps.push([at, order(UpdateMergedFile, readings())]);
  };
  for (const [day, event] of history) {
    const at = instant(day);
    if ('listed' in event) suppressions.push({ ...event.listed, from: at });
    else if ('merge' in event) {
      merged = event.merge;
      if (merged) {
        twinSteps.push([at, order(BeginAlias, { clientId: twinId, survivorId: clientId })]);
        steps.push([at, order(MergeClients, { clientId, mergedId: twinId })], [at, order(CompleteMerge, { ...readings(), winners: {} })]);
      } else {
        steps.push([at, order(UnmergeClients, { clientId, mergedId: twinId })]);
        twinSteps.push([at, order(EndAlias, { clientId: twinId, survivorId: clientId })]);
      }
    } else {
      const isTwin = 'twin' in event;
      (isTwin ? twinSteps : steps).push([at, isTwin ? event.twin : event]);
      if (merged) carry(at, isTwin ? 'twin' : 'own');
    }
  }
  const { own, twin } = lived();
  for (const { answers } of [own, twin]) expect(answers.map(({ refusal }) => refusal)).toEqual(answers.map(() => null));
  return { client: own.client, events: own.history, twin: twin.history, suppressions };
};

type Events = readonly RecordedEvent<ClientEvent>[];

const profileOf = (events: Events): Profile =>
  events.reduce<object | null>((profile, event) => projectEvent(profileProjection, profile, event, event.data.clientId), null) as Profile;

const wholeProfileOf = (events: Events, twin: Events): Profile => {
  const own = profileOf(events);
  if (!own.merged) return own;
  const names = namesOfPoints(identityAfter(events)!, [identityAfter(twin)!]);
  return wholeProfile(own, [{ ...own.merged[0], document: profileOf(twin) }], names);
};

const askedOf = ({ asked }: Scene): { channel: Channel; pointId: string } => {
  const [name, point] = asked.split('@');
  const channel = CHANNEL_OF[name];
  return { channel, pointId: point ?? POINTS[channel] };
};

it('has scenes enough, each told once', () => {
  expect(scenes.length).toBeGreaterThanOrEqual(40);
  expect(new Set(scenes.map(({ what, country, asked }) => `${what} ${country} ${asked}`)).size).toBe(scenes.length);
});

describe.each(scenes.map((one): [string, Scene] => [`${one.country} ${one.asked}: ${one.what}`, one]))('%s', (_, one) => {
  const { channel, pointId } = askedOf(one);
  const { client, events, twin, suppressions } = play(one);
  const person = wholePerson(client);
  const profile = wholeProfileOf(events, twin);
  const asIn = {
    'the stream': { places: person.places, consent: person.consent, suppressions },
    'the profile': { places: profile.person ?? NOWHERE, consent: profile.consent ?? NOTHING_SAID, suppressions },
  };
  const isMerged = one.history.some(([, event]) => 'merge' in event);
  const [today, reason] = one.now;

  it.each(Object.entries(asIn))('is answered by %s', (_where, addressee) => {
    // before a merge he was somebody else: the log alone knows
    for (const [day, expected] of one.past && !isMerged ? [one.past, one.now] : [one.now]) {
      const answer = answerAt(addressee, { channel, purpose: 'marketing', at: instant(day) }, pointId);
      expect([day, answer.reason]).toEqual([day, expected]);
      expect(answer.policy).toBe('consent-2026-1');
    }
  });

  it('is answered from the log, now and then', () => {
    const read = (day: string): string | undefined =>
      readConsents(clientId, events, suppressions, 'marketing', instant(day), new Map([[twinId, twin]])).answers.find(
        (answer) => answer.channel === channel && answer.pointId === pointId && answer.purpose === 'marketing',
      )?.reason;
    expect([today, read(today)]).toEqual([today, reason]);
    // of a contact point that he got later nothing can be said
    if (one.past) expect([one.past[1], undefined]).toContain(read(one.past[0]));
    if (one.past && isMerged) expect([one.past[0], read(one.past[0])]).toEqual(one.past);
  });

  it('decides whether a mailing goes out', () => {
    const at = instant(today);
    const mail = order(DispatchMailing, {
      clientId,
      placement: { campaignId: 'spring', wave: 1, cell: 'all', arm: 'letter' },
      channel,
      cost: 1,
      windowEndsAt: '2027-01-01T00:00:00.000Z',
      contactCap: null,
      purpose: 'marketing',
      consentRequired: true,
      suppressions,
    });
    const [event] = clientDecider.decide.DispatchMailing(client, mail, at);
    const expected = reach(asIn['the profile'], { channel, purpose: 'marketing', consentRequired: true, at });
    expect(
      event.type === 'MailingDispatched' ? { pointId: event.data.pointId } : { reason: (event.data as { reason: string }).reason },
    ).toEqual(expected);
  });
});
