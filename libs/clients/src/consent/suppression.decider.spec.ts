import { specDecider, specProjection } from '../../../eventsourcing/src/testing.js';
import { EndSuppressionList, EnterSuppressions } from './suppression.commands.js';
import { suppressionDecider } from './suppression.decider.js';
import { suppressionListsProjection, suppressionsProjection } from './suppressions.projection.js';
import { day, order } from '../testing.js';

const listId = 'bloctel';
const given = specDecider(suppressionDecider, day(0));
const batch: EnterSuppressions = {
  ...{ listId, edition: 0, batchId: 'b-1', source: 'bloctel', channels: ['phone'], purpose: null, until: day(30) },
  ...{ hashes: ['h-1', 'h-2'], renewed: 0 },
};
const enter = order(EnterSuppressions, batch);
const entered = { type: 'SuppressionsEntered', data: batch };
const end = order(EndSuppressionList, { listId });
const ended = { type: 'SuppressionListEnded', data: { listId, edition: 0 } };

describe('a suppression list', () => {
  it('takes a batch', () => given().when(enter).then(entered));
  it('takes it once', () => given(entered).when(enter).thenNothing());
  it('takes it once among thousands of others', () => {
    const others = Array.from({ length: 9_000 }, (_, i) => ({ ...entered, data: { ...batch, batchId: `other-${i}` } }));
    given(entered, ...others.slice(0, 4_999))
      .when(enter)
      .thenNothing();
    given(...others.slice(0, 4_999), entered, ...others.slice(4_999))
      .when(enter)
      .thenNothing();
  });
  it('takes none that is over', () => given().when(enter, day(30)).thenRejected('wrong-validity'));
  it('takes an empty one for nothing', () =>
    given()
      .when(order(EnterSuppressions, { ...batch, hashes: [] }))
      .thenNothing());
  it('takes none that was meant for what it held before', () => given(entered, ended).when(enter).thenRejected('list-begun-anew'));
  it('ends', () => given(entered).when(end).then(ended));
  it('ends once', () => given(entered, ended).when(end).thenNothing());
  it('ends only if it was there', () => given().when(end).thenRejected('unknown-list'));
  it('takes the same batch again once it was ended', () =>
    given(entered, ended)
      .when(order(EnterSuppressions, { ...batch, edition: 1 }))
      .then({ ...entered, data: { ...batch, edition: 1 } }));
  it('never ends if it is our own', () =>
    given(entered)
      .when(order(EndSuppressionList, { listId: 'own' }))
      .thenRejected('own-list'));
});

describe('a contact point on lists', () => {
  const entry = { listId, edition: 0, source: 'bloctel', channels: ['phone'], purpose: null, from: day(10), until: day(30) };
  const at = specProjection(suppressionsProjection, day(10));
  const renewed = { ...entered, data: { ...batch, batchId: 'b-2', until: day(60), renewed: 1 } };
  it('stands on each of them', () => at(entered).then('h-1', { entries: [entry] }));
  it('is renewed', () => at(entered, renewed).then('h-2', { entries: [{ ...entry, until: day(60) }] }));
  it('is never shortened', () => at(renewed, entered).then('h-2', { entries: [{ ...entry, until: day(60) }] }));
  it('stands on two lists at once', () =>
    at(entered, { ...entered, data: { ...batch, listId: 'broker' } }).then('h-1', {
      entries: [entry, { ...entry, listId: 'broker' }],
    }));
  it('stands for one purpose and for another', () =>
    at(entered, { ...entered, data: { ...batch, purpose: 'survey' } }).then('h-1', { entries: [entry, { ...entry, purpose: 'survey' }] }));
  it('enters our own list anew each time he opposes something', () => {
    const own = { ...entered, data: { ...batch, listId: 'own' } };
    at(own, own).then('h-1', {
      entries: [
        { ...entry, listId: 'own' },
        { ...entry, listId: 'own' },
      ],
    });
  });
  it('comes back after a gap', () =>
    at({ ...entered, data: { ...batch, until: day(5) } }, entered).then('h-1', { entries: [{ ...entry, until: day(5) }, entry] }));
});

it('a list says what it holds, and when it was begun anew', () => {
  const at = specProjection(suppressionListsProjection, day(10));
  const list = { listId, sources: ['bloctel'], channels: ['phone'], entered: 2, lastEnteredAt: day(10), until: day(30), ended: [] };
  at(entered).then(listId, list);
  const prolonged = { ...entered, data: { ...batch, batchId: 'b-2', hashes: ['h-2', 'h-3'], renewed: 1, until: day(60) } };
  at(entered, prolonged).then(listId, { ...list, entered: 3, until: day(60) });
  at(entered, ended).then(listId, { ...list, entered: 0, ended: [day(10)] });
  at(entered, ended, { ...entered, data: { ...batch, edition: 1, until: null } }).then(listId, {
    ...list,
    until: null,
    ended: [day(10)],
  });
});
