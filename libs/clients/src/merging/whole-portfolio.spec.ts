import { Portfolio } from '../record/portfolios.projection.js';
import { wholePortfolio } from './whole-portfolio.js';

const planned = { kind: 'visit', at: '2026-03-09T09:00:00.000Z', durationMinutes: 30, salespersonId: 'eva', note: null } as const;
const own: Portfolio = { clientId: 'ann', ownerId: null, prospect: null, planned: { v: planned } };
const stage = { stage: 'quoted', nextStep: null, nextOn: null };
const file = (more: Partial<Portfolio>) => ({
  clientId: 'anna',
  winners: {},
  document: { ...own, clientId: 'anna', ownerId: 'tom', prospect: stage, planned: { v: { ...planned, salespersonId: 'tom' } }, ...more },
});

describe('the portfolio of a person by all files', () => {
  it('is that of his own file', () => {
    expect(wholePortfolio(own, [])).toEqual(own);
    expect(wholePortfolio({ ...own, ownerId: 'eva' }, [file({})]).ownerId).toBe('eva');
  });
  it('has from another what his own does not say, and all that is planned', () =>
    expect(wholePortfolio(own, [file({ ownerId: null }), file({})])).toEqual({
      ...own,
      ownerId: 'tom',
      prospect: stage,
      planned: { v: planned, 'anna/v': { ...planned, salespersonId: 'tom' } },
    }));
});
