import { joinedCompany, leftCompany, NO_BELONGING, wholeBelonging } from './belonging.js';

const buyer = joinedCompany(NO_BELONGING, 'keller', 'buyer', '2026-01-01');

it('a client may have roles in several companies, and leave them one by one', () => {
  const both = joinedCompany(buyer, '__proto__', 'owner', '2026-02-01');
  expect(Object.keys(both.companies)).toEqual(['keller', '__proto__']);
  expect(leftCompany(both, '__proto__')).toEqual(buyer);
  expect(leftCompany(buyer, 'meier')).toBe(buyer);
});

it('a person belongs where any of his files does; what his own says comes first', () => {
  const own = { ...joinedCompany(buyer, 'meier', 'owner', '2026-01-01'), ownerId: 'miller' };
  const other = {
    ...joinedCompany(NO_BELONGING, 'keller', 'owner', '2025-01-01'),
    ownerId: 'jones',
    pointOfSaleId: 'bern',
    prospect: { stage: 'quoted', nextStep: null, nextOn: null },
  };
  expect(wholeBelonging([own, other])).toEqual({
    companies: { keller: { role: 'buyer', on: '2026-01-01' }, meier: { role: 'owner', on: '2026-01-01' } },
    ownerId: 'miller',
    pointOfSaleId: 'bern',
    prospect: other.prospect,
  });
});
