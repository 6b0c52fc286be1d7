import { ClientEvent } from '../client/client.events.js';
import { RecordedEvent } from '@boucle/eventsourcing';
import { day, logged } from '../testing.js';
import { disagreements, wholeOf, winnersOf } from './winners.js';

const told = (clientId: string, at: string, personal: object | null): RecordedEvent<ClientEvent> =>
  logged({ type: 'ClientDetailsChanged', data: { clientId, changed: [], personal } }, at) as RecordedEvent<ClientEvent>;
const file = (id: string, ...history: RecordedEvent<ClientEvent>[]) => ({ id, history });

describe('where two files differ', () => {
  it('what is known counts more than nothing, the newer more than the older, and else the survivor', () =>
    expect(
      winnersOf(
        disagreements(
          file('ann', told('ann', day(1), { firstName: 'Ann', lastName: 'Keller', civility: 'mrs', housing: 'flat' })),
          file(
            'anna',
            told('anna', day(0), { firstName: 'Anna', housing: 'flat' }),
            told('anna', day(1), { civility: 'ms', language: 'de' }),
            told('anna', day(2), { lastName: 'Frei' }),
          ),
        ),
      ),
    ).toEqual({ firstName: 'ann', lastName: 'anna', civility: 'ann', language: 'anna' }));
  it('fields of one’s own making are asked for by name', () =>
    expect(disagreements(file('ann'), file('anna', told('anna', day(1), { fields: { shoe: 42 } })))).toEqual([
      { field: 'shoe', survivor: null, merged: 42, winner: 'anna' },
    ]));
  it('what was taken back is not known', () =>
    expect(
      disagreements(file('ann'), file('anna', told('anna', day(1), { language: 'de' }), told('anna', day(2), { language: null }))),
    ).toEqual([]));
  it('nothing is known of somebody who was erased', () =>
    expect(disagreements(file('ann'), file('anna', told('anna', day(1), null)))).toEqual([]));
});

it('A person is made of the values that count, and of what else is known', () => {
  const files: Parameters<typeof wholeOf>[1] = [
    { id: 'b', person: { firstName: 'Bea', lastName: 'Frei', fields: { shoe: 40 } }, winners: { lastName: 'b', shoe: 'b' } },
    { id: 'c', person: { lastName: 'Koch', language: 'de' }, winners: { lastName: 'a' } },
  ];
  expect(wholeOf({ firstName: 'Ann', lastName: 'Keller', fields: { shoe: 39, hat: 'M' } }, files)).toEqual({
    firstName: 'Ann',
    lastName: 'Frei',
    language: 'de',
    fields: { shoe: 40, hat: 'M' },
  });
});
