import { specProjection } from '../../../eventsourcing/src/testing.js';
import { day } from '../testing.js';
import { classChangesProjection } from './class-changes.projection.js';

const given = specProjection(classChangesProjection, day(3));
const moved = (from: string | null, to: string | null, lapsing = false) => ({
  type: 'ClientClassChanged',
  data: { clientId: 'ann', from, to, lapsing, cause: 'purchase', policyVersion: 0 },
});

describe('the changes of class of a month', () => {
  it('are counted from class to class', () =>
    given(moved('suspect', 'trial-buyer'), moved('suspect', 'trial-buyer'), moved('suspect', 'prospect'), moved('regular', null)).then(
      '2026-03',
      { month: '2026-03', moved: { suspect: { 'trial-buyer': 2, prospect: 1 }, regular: { none: 1 } } },
    ));
  it('leave out who only began to lapse', () => given(moved('occasional', 'occasional', true)).then('2026-03', null));
});
