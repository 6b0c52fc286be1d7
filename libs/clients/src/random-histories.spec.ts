import fc from 'fast-check';
import { DomainError, fold, Message, projectEvent, RecordedEvent } from '@boucle/eventsourcing';
import { clientDecider, clientIdOf } from './client/client.decider.js';
import { Client } from './client/client.js';
import { ClientEvent } from './client/client.events.js';
import { PLAIN_CLIENT, plainRecords } from './client/plain-client.js';
import { clientFileOf } from './client/client-file.js';
import { readConsents } from './consent/consent-reading.js';
import { historyProjection } from './history/history.projection.js';
import { newlyOpposed } from './consent/own-suppressions.worker.js';
import { RecordPurchase } from './purchase/purchase.commands.js';
import { CANARY, DrawnCommand, randomCommands } from './random-commands.js';
import { day, logged } from './testing.js';

const RUNS = 100;

/** What came of commands, one an hour; a refusal is an answer. */
const lived = (commands: readonly DrawnCommand[]): RecordedEvent[] => {
  const states = new Map<string, unknown>();
  return commands.flatMap(({ decider, command }, n) => {
    const stream = decider.stream(command);
    const state = states.get(stream) ?? (decider.initial as unknown);
    const { occurredAt = day(0, n) } = command as { occurredAt?: string };
    const rule = decider.decide[command.constructor.name] as (state: unknown, command: object, now: string) => Message[];
    try {
      const events = rule(state, command, occurredAt).map((event): RecordedEvent => ({ ...logged(event, occurredAt), stream }));
      states.set(stream, fold(decider, state, events));
      return events;
    } catch (error) {
      if (error instanceof DomainError) return [];
      throw error;
    }
  });
};

const histories = randomCommands(200).map(lived);

const ofClients = (events: readonly RecordedEvent[]): Map<string, RecordedEvent<ClientEvent>[]> => {
  const streams = new Map<string, RecordedEvent<ClientEvent>[]>();
  for (const event of events as RecordedEvent<ClientEvent>[]) {
    const clientId = clientIdOf(event.stream);
    if (clientId !== null) streams.set(clientId, [...(streams.get(clientId) ?? []), event]);
  }
  return streams;
};

const withoutPersonal = ({ data, ...event }: RecordedEvent): object => ({ ...event, data: { ...data, personal: null } });
/** An event of somebody whose key is destroyed. */
const shredded = <E extends RecordedEvent>(event: E): E => ('personal' in event.data ? (withoutPersonal(event) as E) : event);

describe('whatever happens to clients', () => {
  it('comes to everything that can happen to one', () => {
    const events = fc.sample(histories, { numRuns: 2 * RUNS, seed: 1 }).flat();
    const seen = new Set(events.map(({ type }) => type));
    expect(JSON.stringify(events)).toMatch(CANARY);
    expect(Object.keys(clientDecider.evolve).filter((type) => !seen.has(type))).toEqual([]);
  });

  it('never stands in clear outside of data.personal', () => {
    fc.assert(
      fc.property(histories, (events) => {
        for (const event of events) expect(JSON.stringify(withoutPersonal(event))).not.toMatch(CANARY);
      }),
      { numRuns: RUNS },
    );
  });

  it('lets what was bought in the past be decided of a plain client as of anybody who has no such record', () => {
    const bought = (clientId: string, id: string): Message[] => {
      const purchase = { clientId, purchaseId: id, amount: 700, currency: 'CHF', orderNumber: `N ${id}` };
      const returned = { clientId, returnId: id, amount: 300, currency: 'CHF' };
      return [
        { type: 'RecordPurchase', data: purchase },
        { type: 'ReturnPurchase', data: { ...returned, purchaseId: id } },
        { type: 'ReturnPurchase', data: { ...returned, returnId: `${id}-alone` } },
      ];
    };
    const decided = (client: Client, clientId: string, id: string): Message[] => {
      let state = client;
      return bought(clientId, id).flatMap(({ type, data }) => {
        const rule = clientDecider.decide[type as 'RecordPurchase'];
        const events = rule(state, data as RecordPurchase, day(300), true).map((event) => logged(event, day(300)));
        state = fold(clientDecider, state, events);
        return events.map(({ type: name, data: facts }) => ({ type: name, data: facts }));
      });
    };
    fc.assert(
      fc.property(histories, fc.constantFrom('p-1', 'p-2', 'never-seen'), (events, id) => {
        for (const [clientId, history] of ofClients(events)) {
          const client = fold(clientDecider, clientDecider.initial, history);
          const told = [`purchase/${id}`, `return/${id}`, `return/${id}-alone`].some((record) => client.records.includes(record));
          if (client.attributes === null || client.erased || told) continue;
          expect(decided(PLAIN_CLIENT, clientId, id)).toEqual(decided(client, clientId, id));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('tells the records of somebody plain without his person as with it', () => {
    const short = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(histories, short, (events, length) => {
        for (const history of ofClients(events).values()) {
          const beginning = history.slice(0, length);
          const numbers = beginning.flatMap((event) => (event.type === 'ReferenceAssigned' ? [event.data.lookup] : []));
          const client = fold(clientDecider, clientDecider.initial, beginning);
          for (const lookup of [...numbers, 'nobody-s']) {
            const records = plainRecords(beginning.map(shredded), lookup);
            if (records === null) continue;
            expect(records).toEqual(client.records);
            expect(client).toMatchObject({ erased: false, references: expect.arrayContaining([lookup]) as string[] });
            expect(client.attributes).not.toBeNull();
          }
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('leaves nothing personal in what is analysed', () => {
    fc.assert(
      fc.property(histories, (events) => {
        for (const [clientId, history] of ofClients(events)) {
          const told = history.reduce<object | null>((before, event) => projectEvent(historyProjection, before, event, clientId), null);
          expect(JSON.stringify(told)).not.toMatch(CANARY);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('leaves nothing personal in what is read from the history of somebody whose key is destroyed', () => {
    fc.assert(
      fc.property(histories, fc.integer({ min: -240, max: 240 }), (events, hours) => {
        for (const [clientId, history] of ofClients(events)) {
          const read = history.filter(({ type }) => type !== 'ClientErased').map(shredded);
          const state = fold(clientDecider, clientDecider.initial, read);
          expect(newlyOpposed(read, (kind, value) => `${kind}/${value}`, day(0, hours))).toEqual([]);
          const seen = [state, clientFileOf(clientId, read), readConsents(clientId, read, [], 'marketing', day(0, hours))];
          expect(JSON.stringify(seen)).not.toMatch(CANARY);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
