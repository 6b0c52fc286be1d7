import { specDecider } from '../../../eventsourcing/src/testing.js';
import { day, order } from '../testing.js';
import { TellPeopleApart } from './pair.commands.js';
import { inOrder, pairDecider } from './pair.decider.js';

const given = specDecider(pairDecider, day(0));
const clientIds = inOrder('bruno', 'anna');
const apart = order(TellPeopleApart, { clientIds });

describe('TellPeopleApart', () => {
  it('is remembered', () =>
    given()
      .when(apart)
      .then({ type: 'PeopleToldApart', data: { clientIds: ['anna', 'bruno'] } }));
  it('is repeatable', () => given({ type: 'PeopleToldApart', data: { clientIds } }).when(apart).thenNothing());
  it('needs two', () =>
    given()
      .when(order(TellPeopleApart, { clientIds: ['anna', 'anna'] }))
      .thenRejected('one-client'));
  it('goes to the stream of the pair, whoever is named first', () => {
    expect(pairDecider.stream(apart)).toBe(pairDecider.stream(order(TellPeopleApart, { clientIds: inOrder('anna', 'bruno') })));
    expect(pairDecider.stream(apart)).not.toBe(pairDecider.stream(order(TellPeopleApart, { clientIds: inOrder('anna', 'max') })));
  });
});
