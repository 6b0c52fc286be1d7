import { Decider } from './decider.js';
import { DomainError } from './errors.js';
import { Message } from './message.js';
import { Projection } from './projection.js';
import { later, Saga } from './saga.js';
import { specDecider, specProjection, specSaga } from './testing.js';

const now = '2026-03-01T10:00:00.000Z';

class Open {
  constructor(readonly door: string) {}
}
class Break {
  constructor(readonly door: string) {}
}
type DoorEvent = Message<'Opened', { door: string; at: string }>;
const doors: Decider<{ open: boolean }, { Open: typeof Open; Break: typeof Break }, DoorEvent> = {
  commands: { Open, Break },
  stream: ({ door }) => `door-${door}`,
  initial: { open: false },
  decide: {
    Open: ({ open }, { door }, at) => {
      if (open) return [];
      if (door === 'locked') throw new DomainError('door-locked', 'The door is locked');
      return [{ type: 'Opened', data: { door, at } }];
    },
    Break: () => {
      throw new TypeError('a defect');
    },
  },
  evolve: { Opened: () => ({ open: true }) },
};
const opened = (door: string, at = now): DoorEvent => ({ type: 'Opened', data: { door, at } });

describe('the given-when-then of a decider', () => {
  const given = specDecider(doors, now);

  it('passes what is right', () => {
    given().when(new Open('a')).then(opened('a'));
    given().when(new Open('a'), '2026-04-01T00:00:00.000Z').then(opened('a', '2026-04-01T00:00:00.000Z'));
    given(opened('a')).when(new Open('a')).thenNothing();
    given().when(new Open('locked')).thenRejected('door-locked');
  });

  it.each<[string, () => void, string]>([
    ['other data', () => given().when(new Open('a')).then(opened('b')), 'events'],
    ['an event too many', () => given().when(new Open('a')).then(opened('a'), opened('a')), 'events'],
    ['an event too few', () => given().when(new Open('a')).then(), 'events'],
    ['something where nothing is wanted', () => given().when(new Open('a')).thenNothing(), 'events'],
    ['nothing where something is wanted', () => given(opened('a')).when(new Open('a')).then(opened('a')), 'events'],
    ['an accepted command', () => given().when(new Open('a')).thenRejected('door-locked'), 'accepted'],
    ['a repeated command', () => given(opened('a')).when(new Open('locked')).thenRejected('door-locked'), 'accepted'],
    ['another code', () => given().when(new Open('locked')).thenRejected('unknown-door'), 'code'],
    ['a defect for a refusal', () => given().when(new Break('a')).thenRejected('door-locked'), 'a defect'],
    ['a refused command for facts', () => given().when(new Open('locked')).then(opened('locked')), 'The door is locked'],
  ])('fails on %s', (_, check, message) => expect(check).toThrow(message));
});

describe('the given-then of a projection', () => {
  const openings: Projection<{ count: number }, DoorEvent | Message<'Bricked', { door: string }>> = {
    name: 'openings',
    key: ({ data }) => ['all', data.door],
    on: { Opened: (document) => ({ count: (document?.count ?? 0) + 1 }), Bricked: () => null },
  };
  const given = specProjection(openings, now);

  it('passes what is right', () => {
    given(opened('a'), opened('b'), opened('a')).then('a', { count: 2 });
    given(opened('a'), opened('b')).then('all', { count: 2 });
    given(opened('a'), { type: 'Bricked', data: { door: 'a' } }).then('a', null);
    given(opened('a')).then('b', null);
  });

  it.each<[string, () => void]>([
    ['another document', () => given(opened('a')).then('a', { count: 2 })],
    ['a missing document', () => given(opened('a')).then('b', { count: 1 })],
    ['a surplus document', () => given(opened('a')).then('a', null)],
  ])('fails on %s', (_, check) => expect(check).toThrow('expected'));

  it('fails on an event that the projection does not know', () => {
    expect(() => given({ type: 'Painted', data: { door: 'a' } }).then('a', null)).toThrow();
  });
});

describe('the given-when-then of a saga', () => {
  const closing: Saga<{ times: number }, DoorEvent | Message<'Closed', { door: string }>, Message<'DraughtFelt', { door: string }>> = {
    name: 'closing',
    key: ({ data }) => data.door,
    initial: { times: 0 },
    evolve: { Opened: ({ times }) => ({ times: times + 1 }) },
    react: {
      Opened: ({ times }, { door, at }) => [{ type: 'Greet', data: { door, times } }, later(at, { type: 'DraughtFelt', data: { door } })],
    },
    clearedBy: { DraughtFelt: ['Closed'] },
  };
  const given = specSaga(closing, now);
  const alarm = { at: now, alarm: { type: 'DraughtFelt', data: { door: 'a' } } };

  it('passes what is right', () => {
    given(opened('a'))
      .when(opened('a'))
      .then({ type: 'Greet', data: { door: 'a', times: 2 } });
    given().when(opened('a')).thenAlarms(alarm);
    given(opened('a'))
      .when({ type: 'Closed', data: { door: 'a' } })
      .thenAlarms();
    given(opened('a'))
      .when({ type: 'Closed', data: { door: 'a' } })
      .then();
  });

  it.each<[string, () => void, string]>([
    [
      'other commands',
      () =>
        given()
          .when(opened('a'))
          .then({ type: 'Greet', data: { door: 'a', times: 2 } }),
      'commands',
    ],
    ['commands where none are wanted', () => given().when(opened('a')).then(), 'commands'],
    [
      'a missing alarm',
      () =>
        given()
          .when({ type: 'Closed', data: { door: 'a' } })
          .thenAlarms(alarm),
      'alarms',
    ],
    ['a surplus alarm', () => given().when(opened('a')).thenAlarms(), 'alarms'],
    [
      'an alarm at another time',
      () =>
        given()
          .when(opened('a'))
          .thenAlarms({ ...alarm, at: '2026-03-02T00:00:00.000Z' }),
      'alarms',
    ],
    [
      'an alarm of another patience',
      () =>
        given()
          .when(opened('a'))
          .thenAlarms({ ...alarm, patience: 1 }),
      'alarms',
    ],
  ])('fails on %s', (_, check, message) => expect(check).toThrow(message));
});
