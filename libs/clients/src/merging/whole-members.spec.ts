import { Identity } from '../person/identity.projection.js';
import { Household } from '../record/records.projection.js';
import { wholeHousehold, wholeMembers } from './whole-members.js';

const member = (role: string, from = '2026-03-01', until: string | null = null) => ({ role, from, until });
/** anna is an alias of ann, who lives in a household or in none; ben is himself, and nobody knows eve any more. */
const living =
  (householdId: string | null, deceased = false) =>
  (id: string) =>
    ['ann', 'anna', 'ben'].includes(id) ? ({ clientId: id === 'anna' ? 'ann' : id, householdId, state: { deceased } } as Identity) : null;

describe('those who belong to something', () => {
  const members = (all: Household['members']) => wholeMembers(all, living(null));
  it('stand there once, whatever their ids', () =>
    expect(members({ anna: member('child'), ann: member('adult'), ben: member('adult'), eve: member('adult') })).toEqual({
      ann: member('adult'),
      ben: member('adult'),
      eve: member('adult'),
    }));
  it('stand there also if only their alias joined', () => expect(members({ anna: member('child') })).toEqual({ ann: member('child') }));
  it('are there as long as one of their ids is', () =>
    expect(members({ ann: member('adult', '2026-03-01', '2026-03-09'), anna: member('child') })).toEqual({ ann: member('child') }));
});

describe('a household', () => {
  const household = { householdId: 'h-1', members: { anna: member('child') }, addressee: 'anna', salutation: null };
  it('is of people, and one of them gets its mail', () =>
    expect(wholeHousehold(household, living('h-1'))).toEqual({ ...household, members: { ann: member('child') }, addressee: 'ann' }));
  it('is not joined under another id by who lives elsewhere', () => {
    expect(wholeHousehold(household, living('h-2')).members).toEqual({});
    const moved = { ...household, members: { anna: member('child', '2026-03-01', '2026-03-09') } };
    expect(wholeHousehold(moved, living('h-2')).members).toEqual({ ann: moved.members.anna });
  });
  it('is told of a death, and nobody who has died gets its mail', () =>
    expect(wholeHousehold(household, living('h-1', true))).toEqual({
      ...household,
      members: { ann: { ...member('child'), deceased: true } },
      addressee: null,
    }));
  it('keeps an addressee of whom nothing is known any more', () =>
    expect(wholeHousehold({ ...household, addressee: 'eve' }, living('h-1')).addressee).toBe('eve'));
});
