import { projectEvent } from '@boucle/eventsourcing';
import { ErasureProposal, erasureProposalsProjection } from './erasure-proposals.projection.js';
import { day, logged } from '../testing.js';

const clientId = 'ann';
const proposal: ErasureProposal = { clientId, kept: 'clients', heardOf: day(0), proposedAt: day(400), holds: [] };
const proposed = { type: 'ErasureProposed', data: { clientId, kept: 'clients', heardOf: day(0), policyVersion: 1 } };
const bought = { type: 'PurchaseRecorded', data: { clientId, purchaseId: 'p', amount: 1, currency: 'EUR', credit: null } };
const notice = (by: string) => ({ type: 'NoticeGiven', data: { clientId, contractId: 'c', by, endsOn: '2030-01-01' } });
const about = (type: string, more: object = {}) => ({ type, data: { clientId, ...more } });

/** What is left of the proposal after something that happened on a day. */
const after = (...events: readonly (readonly [days: number, event: { type: string; data: object }])[]) =>
  [[400, proposed] as const, ...events].reduce<object | null>(
    (known, [days, event]) => projectEvent(erasureProposalsProjection, known, logged(event, day(days)), clientId),
    null,
  );

describe('a proposed erasure', () => {
  it('is listed', () => expect(after()).toEqual(proposal));
  it('is over once he is heard of', () => expect(after([410, bought])).toBeNull());
  it('is not over for a purchase from before that is told late', () => {
    expect(after([-5, bought])).toEqual(proposal);
    expect(after([5, bought])).toBeNull();
  });
  it('is not over for what somebody else did', () => {
    expect(after([410, notice('company')])).toEqual(proposal);
    expect(after([410, notice('client')])).toBeNull();
  });
  it('names the holds that keep him', () => {
    const held = [401, about('LegalHoldPlaced', { reason: 'tax' })] as const;
    expect(after(held)).toEqual({ ...proposal, holds: ['tax'] });
    expect(after(held, [402, about('LegalHoldLifted', { reason: 'tax' })])).toEqual(proposal);
  });
  it.each(['ErasurePutOff', 'ClientErased'])('is over by %s', (type) => expect(after([401, about(type)])).toBeNull());
});
