import { specDecider } from '../../../eventsourcing/src/testing.js';
import { DispatchMailing, WithholdContact } from '../client/client.commands.js';
import { clientDecider } from '../client/client.decider.js';
import { NOTHING_SAID } from '../consent/consent-facts.js';
import { AcceptErasure, ReviewRetention } from '../forgetting/retention.commands.js';
import { HoldReason } from '../forgetting/retention.events.js';
import { EraseClient } from '../forgetting/erasure.commands.js';
import { day, faults, order, unasked } from '../testing.js';
import {
  AbandonMerge,
  BeginAlias,
  CompleteMerge,
  CreditReaction,
  EndAlias,
  EraseWithOthers,
  MergeClients,
  UnmergeClients,
  UpdateMergedFile,
} from './merge.commands.js';
import { MergedFacts, MergedReach } from './merge.events.js';

const clientId = 'ann';
const mergedId = 'anna';
const given = specDecider(clientDecider, day(1));

const facts: MergedFacts = {
  revision: 3,
  consent: NOTHING_SAID,
  deceased: false,
  closed: false,
  creditBlocked: false,
  contacts: [],
  contacted: 0,
  known: false,
  heardOf: null,
  holds: [],
  bought: false,
  contracts: {},
};
const points = { [mergedId]: { home: { kind: 'email' as const, email: 'anna@example.org' } } };
const reach: MergedReach = { names: { home: ['home.2'] }, addresses: {}, emails: ['home.2'], mobiles: [], landlines: [] };
const winners = { lastName: mergedId };

const registered = { type: 'ClientRegistered', data: { clientId, attributes: {} } };
const other = { type: 'ClientRegistered', data: { clientId: mergedId, attributes: {} } };
const begun = { type: 'MergeBegun', data: { clientId, mergedId, winners: {} } };
const abandoned = { type: 'MergeAbandoned', data: { clientId, mergedId, reason: 'client-erased' } };
const merged = { type: 'ClientsMerged', data: { clientId, mergedId, winners, facts, reach } };
const unmerged = { type: 'ClientsUnmerged', data: { clientId, mergedId, undecided: [] } };
const alias = { type: 'AliasBegun', data: { clientId: mergedId, survivorId: clientId } };
const erased = { type: 'ClientErased', data: { clientId, reason: 'requested', requestedBy: 'person' } };

describe('MergeClients', () => {
  const merge = order(MergeClients, { clientId, mergedId });
  it('begins with the survivor', () => given(registered).when(merge).then(begun));
  it('keeps what somebody chose', () =>
    given(registered)
      .when(order(MergeClients, { ...merge, winners }))
      .then({ ...begun, data: { ...begun.data, winners } }));
  it('is repeatable while it goes on', () => given(registered, begun).when(merge).thenNothing());
  it('is repeatable when it is done', () => given(registered, begun, merged).when(merge).thenNothing());
  it('may come again after they were two', () => given(registered, begun, merged, unmerged).when(merge).then(begun));
  it('needs a client', () => given().when(merge).thenRejected('unknown-client'));
  it('needs one who is there', () => given(registered, erased).when(merge).thenRejected('client-erased'));
  it('needs two', () =>
    given(registered)
      .when(order(MergeClients, { clientId, mergedId: clientId }))
      .thenRejected('same-client'));
  it('is not into an alias', () =>
    given(other, alias)
      .when(order(MergeClients, { clientId: mergedId, mergedId: 'eve' }))
      .thenRejected('is-alias'));
  it('takes a value from one of the two', () =>
    given(registered)
      .when(order(MergeClients, { ...merge, winners: { lastName: 'eve' } }))
      .thenRejected('wrong-winner'));
  it('names fields as they are called', () => {
    expect(faults(MergeClients, { clientId, mergedId, winners })).toEqual([]);
    for (const wrong of [{ 'a.b': clientId }, { lastName: '' }, [], null])
      expect(faults(MergeClients, { clientId, mergedId, winners: wrong })).toEqual(['winners']);
  });
});

describe('BeginAlias', () => {
  const begin = order(BeginAlias, { clientId: mergedId, survivorId: clientId });
  it('makes an alias', () => given(other).when(begin).then(alias));
  it('is repeatable', () => given(other, alias).when(begin).thenNothing());
  it('needs a client', () => given().when(begin).thenRejected('unknown-client'));
  it('is of one survivor', () =>
    given(other, alias)
      .when(order(BeginAlias, { ...begin, survivorId: 'eve' }))
      .thenRejected('already-merged'));
  it('is of nobody who has others', () =>
    given(registered, begun, merged)
      .when(order(BeginAlias, { clientId, survivorId: 'eve' }))
      .thenRejected('is-survivor'));
  it('is of nobody who is to have some', () =>
    given(registered, begun)
      .when(order(BeginAlias, { clientId, survivorId: 'eve' }))
      .thenRejected('is-survivor'));
});

describe('CompleteMerge', () => {
  const complete = order(CompleteMerge, { clientId, mergedId, winners, facts, points });
  it('tells the survivor what counts', () => given(registered, begun).when(complete).then(merged));
  it('is repeatable', () => given(registered, begun, merged).when(complete).thenNothing());
  it('does nothing that was abandoned', () => given(registered, begun, abandoned).when(complete).thenNothing());
});

describe('AbandonMerge', () => {
  const abandon = order(AbandonMerge, { clientId, mergedId, reason: 'client-erased' });
  it('ends what cannot be', () => given(registered, begun).when(abandon).then(abandoned));
  it('is repeatable', () => given(registered, begun, abandoned).when(abandon).thenNothing());
  it('undoes nothing', () => given(registered, begun, merged).when(abandon).thenNothing());
});

describe('UpdateMergedFile', () => {
  const update = order(UpdateMergedFile, { clientId, mergedId, facts: { ...facts, revision: 5, deceased: true }, points });
  const changed = {
    type: 'MergedFileChanged',
    data: { clientId, mergedId, facts: { revision: 5, deceased: true } },
  };
  it('tells what came since', () => given(registered, begun, merged).when(update).then(changed));
  it('is repeatable', () => given(registered, begun, merged, changed).when(update).thenNothing());
  it('does not go back', () =>
    given(registered, begun, merged, changed)
      .when(order(UpdateMergedFile, { ...update, facts: { ...facts, revision: 4 } }))
      .thenNothing());
  it('says nothing where nothing counts', () =>
    given(registered, begun, merged)
      .when(order(UpdateMergedFile, { ...update, facts: { ...facts, revision: 5 } }))
      .thenNothing());
  it('is of no concern to whom he is not merged', () => given(registered).when(update).thenNothing());
});

describe('UnmergeClients', () => {
  const unmerge = order(UnmergeClients, { clientId, mergedId });
  const joined = { type: 'HouseholdJoined', data: { clientId, householdId: 'h-1', role: 'adult', on: '2026-03-01' } };
  const renamed = { type: 'ClientDetailsChanged', data: { clientId, changed: ['firstName', 'lastName'], personal: { lastName: 'Frei' } } };
  const mailed = {
    type: 'MailingDispatched',
    data: { clientId, campaignId: 'spring', wave: 1, cell: 'all', arm: 'a', mailingId: 'm-1', pointId: 'home.2', windowEndsAt: day(14) },
  };
  it('gives each his own back', () => given(registered, begun, merged).when(unmerge).then(unmerged));
  it('says what came under neither', () =>
    given(registered, joined, begun, merged, renamed, joined, mailed)
      .when(unmerge)
      .then({
        ...unmerged,
        data: {
          ...unmerged.data,
          undecided: [
            { what: 'ClientDetailsChanged', at: day(1), of: ['lastName'] },
            { what: 'HouseholdJoined', at: day(1), of: ['h-1'] },
            { what: 'MailingDispatched', at: day(1), of: ['m-1'] },
          ],
        },
      }));
  it('is repeatable', () => given(registered, begun, merged, unmerged).when(unmerge).thenNothing());
  it('needs a merge', () => given(registered).when(unmerge).thenRejected('not-merged'));
  it('needs one that is done', () => given(registered, begun).when(unmerge).thenRejected('merge-under-way'));
});

describe('EndAlias', () => {
  const end = order(EndAlias, { clientId: mergedId, survivorId: clientId });
  const ended = { type: 'AliasEnded', data: { clientId: mergedId, survivorId: clientId } };
  it('lets him be his own', () => given(other, alias).when(end).then(ended));
  it('is repeatable', () => given(other, alias, ended).when(end).thenNothing());
  it('ends no other', () =>
    given(other, alias)
      .when(order(EndAlias, { ...end, survivorId: 'eve' }))
      .thenNothing());
});

describe('CreditReaction', () => {
  const placement = { campaignId: 'spring', wave: 1, cell: 'all', arm: 'letter' };
  const mailed = { type: 'MailingDispatched', data: { clientId, ...placement, mailingId: 'm-1', windowEndsAt: day(14) } };
  const reaction = { underId: mergedId, reaction: 'purchase', reactionId: 'p-1', amount: 500, currency: 'EUR' } as const;
  const credit = order(CreditReaction, { clientId, ...reaction });
  const credited = {
    type: 'ReactionCredited',
    data: { clientId, ...reaction, credit: { ...placement, first: true, asDrawn: true } },
  };
  it('counts for what he was sent', () => given(registered, mailed).when(credit).then(credited));
  it('counts once', () => given(registered, mailed, credited).when(credit).thenNothing());
  it('counts for nothing else', () => given(registered).when(credit).thenNothing());
  it('counts as a second one where he has bought before', () =>
    given(registered, mailed, credited)
      .when(order(CreditReaction, { ...credit, reactionId: 'p-2' }))
      .then({ ...credited, data: { ...credited.data, reactionId: 'p-2', credit: { ...credited.data.credit, first: false } } }));
});

describe('one person', () => {
  const campaign = { campaignId: 'spring', wave: 1, cell: 'all', arm: 'letter' };
  const mail = order(DispatchMailing, {
    clientId,
    placement: campaign,
    channel: 'email',
    cost: 1,
    windowEndsAt: day(14),
    contactCap: { contacts: 1, days: 7 },
    ...unasked,
  });
  const withheld = (reason: string, id = clientId) => ({
    type: 'ContactWithheld',
    data: { clientId: id, ...campaign, priorContacts: 0, windowEndsAt: day(14), reason, shadow: false },
  });
  const mergedWith = (more: Partial<MergedFacts>) => ({ ...merged, data: { ...merged.data, facts: { ...facts, ...more } } });
  const opposition = { id: 'no', channel: null, purpose: null, pointId: null, at: day(0) };

  it('is sent nothing until it is known what was said under the other id', () =>
    given(registered, begun).when(mail).then(withheld('merging')));
  it('is sent nothing under an alias', () =>
    given(other, alias)
      .when(order(DispatchMailing, { ...mail, clientId: mergedId }))
      .then(withheld('merged', mergedId)));
  it('is no shadow contact under an alias', () =>
    given(other, alias)
      .when(order(WithholdContact, { ...mail, clientId: mergedId, reason: 'hold-out', shadow: true, channels: ['email'] }))
      .then(withheld('hold-out', mergedId)));
  it('is reached where a merged file says', () =>
    given(registered, begun, merged)
      .when(mail)
      .then({
        type: 'MailingDispatched',
        data: {
          ...{ clientId, ...campaign, priorContacts: 0, windowEndsAt: day(14) },
          ...{ mailingId: 'spring.1.ann', channel: 'email', cost: 1, pointId: 'home.2' },
        },
      }));
  it('is reached at an address of a merged file as long as something is known of it', () => {
    const address = {
      home: {
        kind: 'address' as const,
        validity: { from: null, until: null, season: null },
        returned: null,
        address: { locality: 'Bern', country: 'CH' },
      },
    };
    const complete = order(CompleteMerge, { clientId, mergedId, winners, facts, points: { [mergedId]: address } });
    const known = {
      type: 'ClientsMerged',
      data: {
        ...{ clientId, mergedId, winners, facts },
        reach: {
          names: { home: ['home.2'] },
          addresses: { 'home.2': { validity: address.home.validity, returned: false } },
          emails: [],
          mobiles: [],
          landlines: [],
        },
        personal: { countries: { 'home.2': 'CH' } },
      },
    };
    given(registered, begun).when(complete).then(known);
    const letter = order(DispatchMailing, { ...mail, channel: 'post', consentRequired: true });
    const sent = { mailingId: 'spring.1.ann', channel: 'post', cost: 1, pointId: 'home.2' };
    given(registered, begun, known)
      .when(letter)
      .then({ type: 'MailingDispatched', data: { clientId, ...campaign, priorContacts: 0, windowEndsAt: day(14), ...sent } });
    given(registered, begun, { ...known, data: { ...known.data, personal: null } })
      .when(letter)
      .then(withheld('no-contact-point'));
  });
  it('is counted by caps under all ids', () =>
    given(registered, begun, mergedWith({ contacts: [day(0)] }))
      .when(mail)
      .then(withheld('contact-cap')));
  it.each([
    ['deceased', { deceased: true }],
    ['closed', { closed: true }],
    ['opposed', { consent: { ...NOTHING_SAID, oppositions: [opposition] } }],
    ['restricted', { consent: { ...NOTHING_SAID, restrictions: [{ from: day(0), until: null }] } }],
  ])('is %s under all ids', (reason, more) => given(registered, begun, mergedWith(more)).when(mail).then(withheld(reason)));
  it('is as he was when they are two again', () =>
    given(registered, begun, mergedWith({ deceased: true }), unmerged, {
      type: 'EmailAdded',
      data: { clientId, emailId: 'mail', personal: { email: 'ann@example.org' } },
    })
      .when(mail)
      .then({
        type: 'MailingDispatched',
        data: {
          ...{ clientId, ...campaign, priorContacts: 0, windowEndsAt: day(14) },
          ...{ mailingId: 'spring.1.ann', channel: 'email', cost: 1, pointId: 'mail' },
        },
      }));

  const erase = order(EraseClient, { clientId, reason: 'requested', requestedBy: 'person' });
  it('is erased with all files', () =>
    given(registered, begun, merged)
      .when(erase)
      .then({ ...erased, data: { ...erased.data, mergedIds: [mergedId] } }));
  it('is not erased under an alias', () =>
    given(other, alias)
      .when(order(EraseClient, { ...erase, clientId: mergedId }))
      .thenRejected('is-alias'));
  it('is erased under an alias if the key is gone', () =>
    given(other, alias)
      .when(order(EraseClient, { ...erase, clientId: mergedId, reason: 'erased-before' }))
      .then({ type: 'ClientErased', data: { clientId: mergedId, reason: 'erased-before', requestedBy: 'person' } }));
  it('is held by a hold on any file', () =>
    given(registered, begun, mergedWith({ holds: ['lawsuit'] }))
      .when(erase)
      .thenRejected('legal-hold'));
  it('is erased with the others whatever holds one of them', () => {
    const together = order(EraseWithOthers, { clientId: mergedId, reason: 'requested', requestedBy: 'person' });
    const gone = { type: 'ClientErased', data: { clientId: mergedId, reason: 'requested', requestedBy: 'person' } };
    given(other, alias).when(together).then(gone);
    given(other, alias, gone).when(together).thenNothing();
    given().when(together).thenNothing();
  });

  const months = { prospects: 1, clients: 1, consents: 1, children: 1 };
  it('lapses under an alias when nothing was heard under any id, and is erased with the survivor only', () => {
    const policy = { version: 1, months, automaticAfterDays: null };
    const reviewed = (heardOf: string, holds: readonly HoldReason[] = []) =>
      given(
        { type: 'ClientRegistered', data: { clientId: mergedId, attributes: {}, personal: { childrenBirthYears: [2019] } } },
        {
          type: 'ConsentGiven',
          data: {
            ...{ clientId: mergedId, consentId: 'news', channel: 'email', purpose: 'news', pointIds: ['home'], basis: 'consent' },
            ...{ purchaseId: null, proof: null, expiresAt: null },
          },
        },
        alias,
      ).when(order(ReviewRetention, { clientId: mergedId, policy, whole: { heardOf, holds } }), day(60));
    const lapsed = { type: 'ConsentLapsed', data: { clientId: mergedId, consentId: 'news' } };
    const personal = { childrenBirthYears: null };
    const childless = { type: 'ClientDetailsChanged', data: { clientId: mergedId, changed: ['childrenBirthYears'], personal } };
    reviewed(day(0)).then(lapsed, childless);
    reviewed(day(0), ['lawsuit']).then(lapsed);
    reviewed(day(50)).thenNothing();
  });
  const known = { type: 'EmailAdded', data: { clientId, emailId: 'mail', personal: { email: 'ann@example.org' } } };
  const review = order(ReviewRetention, { clientId, policy: { version: 1, months, automaticAfterDays: null } });
  it('is kept as long as something is heard under any id', () => {
    const due = { type: 'ErasureProposed', data: { clientId, kept: 'prospects', heardOf: day(1), policyVersion: 1 } };
    given(registered, known).when(review, day(60)).then(due);
    given(registered, known, begun, mergedWith({ known: true, heardOf: day(50) }))
      .when(review, day(60))
      .thenNothing();
    given(registered, known, begun, mergedWith({ contracts: { subscription: null } }))
      .when(review, day(60))
      .thenNothing();
    given(other, { ...known, data: { ...known.data, clientId: mergedId } }, alias)
      .when(order(ReviewRetention, { ...review, clientId: mergedId }), day(60))
      .thenNothing();
    given(registered, known, due, begun, mergedWith({ known: true, heardOf: day(50) }))
      .when(order(AcceptErasure, { clientId }), day(60))
      .thenRejected('not-proposed');
    given(registered, known, due, begun, mergedWith({ known: true, heardOf: day(0) }))
      .when(order(AcceptErasure, { clientId }), day(60))
      .then({
        type: 'ClientErased',
        data: { clientId, reason: 'retention-over', requestedBy: 'company', mergedIds: [mergedId] },
      });
  });
});
