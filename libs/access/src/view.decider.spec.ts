import { specDecider, specProjection } from '../../eventsourcing/src/testing.js';
import { RecordView } from './view.commands.js';
import { viewDecider } from './view.decider.js';
import { viewsProjection } from './views.projection.js';

const NOW = '2026-03-01T09:00:00.000Z';
const given = specDecider(viewDecider, NOW);
const view = {
  viewId: 'v-1',
  actor: 'key:00112233445566aa',
  role: 'call-centre',
  view: 'search',
  selection: 'name',
  purpose: 'client-service',
  from: '2026-03-01T08:59:10.000Z',
  until: NOW,
  requests: 7,
  clients: 90,
} as const;
const record = Object.assign(new RecordView(), view);
const data = { ...view, fields: ['identity', 'contact-points', 'consents', 'behaviour'] };
const viewed = { type: 'ClientsViewed', data };

describe('RecordView', () => {
  it('says who was shown what of how many, and what for', () => given().when(record).then(viewed));
  it('is repeatable', () => given(viewed).when(record).thenNothing());
  it('goes to the stream of its day', () => expect(viewDecider.stream(record)).toBe('views-2026-03-01'));
});

it('is listed by when it was', () => specProjection(viewsProjection, NOW)(viewed).then(`${NOW}.v-1`, data));
