import { AnyDecider, fold } from './decider.js';
import { DomainError } from './errors.js';
import { canonicalJson } from './hash.js';
import { Message, RecordedEvent } from './message.js';
import { AnyProjection, projectEvent } from './projection.js';
import { Alarm, AnySaga, SagaDocument, stepSaga } from './saga.js';

const equal = (what: string, actual: unknown, expected: unknown): void => {
  const [got, wanted] = [canonicalJson(actual ?? null), canonicalJson(expected ?? null)];
  if (got !== wanted) throw new Error(`${what}\n  expected ${wanted}\n  but got  ${got}`);
};

/** Events as the log would hold them, one position each. */
export const recorded = (events: readonly Message[], now: string): RecordedEvent[] =>
  events.map((event, i) => ({
    ...event,
    stream: 'spec',
    revision: i,
    position: i + 1,
    recordedAt: now,
    metadata: { id: `event-${i}`, schemaVersion: 1, occurredAt: now, correlationId: 'spec', causationId: 'spec', actor: 'spec' },
  }));

/** `given(events).when(command).then(events)` for a decider. */
export const specDecider =
  (decider: AnyDecider, now: string) =>
  (...past: Message[]) => ({
    when: (command: object, at = now, history = false) => {
      const state: unknown = fold(decider, decider.initial as unknown, recorded(past, now));
      const rule = decider.decide[command.constructor.name] as (
        state: unknown,
        command: object,
        now: string,
        history: boolean,
      ) => Message[];
      return {
        then: (...events: Message[]) => equal('events', rule(state, command, at, history), events),
        thenNothing: () => equal('events', rule(state, command, at, history), []),
        thenRejected: (code: string) => {
          try {
            rule(state, command, at, history);
          } catch (error) {
            if (error instanceof DomainError) return equal('code', error.code, code);
            throw error;
          }
          throw new Error(`expected ${code}, but the command was accepted`);
        },
      };
    },
  });

/** `given(events).then(key, document)` for a projection. */
export const specProjection =
  (projection: AnyProjection, now: string) =>
  (...events: Message[]) => ({
    then: (key: string, expected: object | null) => {
      let document: object | null = null;
      for (const event of recorded(events, now)) {
        if (!(event.type in projection.on)) throw new Error(`${projection.name} does not know ${event.type}`);
        if (![projection.key(event)].flat().includes(key)) continue;
        document = projectEvent(projection, document, event, key);
      }
      equal(key, document, expected);
    },
  });

/** `given(events).when(event).then(commands)` for a saga. */
export const specSaga =
  (saga: AnySaga, now: string) =>
  (...past: Message[]) => ({
    when: (event: Message) => {
      const events = recorded([...past, event], now);
      const { after, commands } = events.reduce<{ after: SagaDocument | null; commands: Message[] }>(
        (held, next) => stepSaga(saga, held.after, next),
        {
          after: null,
          commands: [],
        },
      );
      return {
        then: (...expected: Message[]) => equal('commands', commands, expected),
        thenAlarms: (...expected: Alarm[]) =>
          equal(
            'alarms',
            after!.alarms.map(({ at, patience, alarm }) => ({ at, patience, alarm })),
            expected,
          ),
      };
    },
  });
