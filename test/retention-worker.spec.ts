import fc from 'fast-check';
import { clientDecider, mergingWorker, monthsAfter, retentionWorker } from '@boucle/clients';
import { commandHandling, DocumentStore, Door, everyDocument, Processor } from '@boucle/eventsourcing';
import { Adapters, onFolder, openAdapters } from '../apps/engine/src/adapters.js';
import { SteppedClock } from '../apps/cli/src/demo/stepped-clock.js';
import { breaking, untilDone } from './support/breaking.js';
import { newFolder } from './support/folders.js';
import { daysLater, START } from './support/served-engine.js';

const KNOWN = 30;
const idOf = (n: number): string => `client-${String(n).padStart(2, '0')}`;

/** Clients who became known one a day, and a bare one each day. */
const live = async (events: Adapters['events']): Promise<void> => {
  const handling = commandHandling(events);
  const orders = Array.from({ length: KNOWN }, (_, n) =>
    [idOf(n), `bare-${n}`].map((clientId) => {
      const person = clientId === idOf(n) ? { lastName: 'Keller' } : undefined;
      const command = Object.assign(new clientDecider.commands.RegisterClient(), { clientId, attributes: {}, person });
      return { command, cause: { id: clientId, correlationId: clientId, now: daysLater(n), actor: 'spec' } };
    }),
  );
  await handling.handleMany(clientDecider, orders.flat());
};

/** A door that tells who was looked at. */
const doorOf = ({ events }: Adapters, looked: string[]): Door => {
  const handling = commandHandling(events);
  return {
    executeMany: (requests) => {
      const orders = requests.map(({ message, cause }) => {
        const command = Object.assign(new clientDecider.commands.ReviewRetention(), message.data);
        looked.push(command.clientId);
        return { command, cause };
      });
      return handling.handleMany(clientDecider, orders);
    },
  };
};

const everything = async (documents: DocumentStore, collection: string): Promise<string[]> => {
  const keys: string[] = [];
  for await (const page of everyDocument<{ clientId: string; on: string }>(documents, collection))
    keys.push(...page.flatMap(({ document }) => (document ? [`${document.on}/${document.clientId}`] : [])));
  return keys.sort();
};

const inEngine = async (work: (engine: Adapters) => Promise<void>): Promise<void> => {
  const engine = await openAdapters(onFolder(newFolder()));
  try {
    await live(engine.events);
    await work(engine);
  } finally {
    await engine.close();
  }
};

const due = monthsAfter(START, 36);
const at = (days: number): string => daysLater(days, `${due}T09:00:00.000Z`);

describe('the retention worker', () => {
  it('looks at those whose day has come, once, and at nobody else', () =>
    inEngine(async (engine) => {
      const looked: string[] = [];
      const clock = new SteppedClock(START);
      const worker = retentionWorker(engine.events, engine.documents, doorOf(engine, looked), clock);
      await new Processor(engine.events, engine.checkpoints, worker.consumer).toHead();
      await worker.sweep();
      expect(looked).toEqual([]);
      clock.moveTo(at(2));
      await worker.sweep();
      expect(looked).toEqual([0, 1, 2].map(idOf));
      clock.moveTo(at(3));
      await worker.sweep();
      await worker.sweep();
      expect(looked).toEqual([0, 1, 2, 3].map(idOf));
    }));

  it('sees to an alias by what is known of the person, and to himself again when he is one', () =>
    inEngine(async ({ events, documents, checkpoints }) => {
      const handling = commandHandling(events);
      const door: Door = {
        executeMany: (requests) =>
          handling.handleMany(
            clientDecider,
            requests.map(({ message: { type, data }, cause }) => ({
              command: Object.assign(new clientDecider.commands[type as 'RegisterClient'](), data),
              cause,
            })),
          ),
      };
      const clock = new SteppedClock(START);
      const worker = retentionWorker(events, documents, door, clock);
      const consumers = [mergingWorker(events, documents, door), worker.consumer].map((one) => new Processor(events, checkpoints, one));
      const say = async (now: string, type: string, data: object): Promise<void> => {
        const [outcome] = await door.executeMany([
          { message: { type, data }, cause: { id: `${type}/${now}`, correlationId: 'spec', now, actor: 'spec' } },
        ]);
        if (outcome instanceof Error) throw outcome;
        // what the merging worker answers with, it is told as well
        for (let head = -1; head < (await events.head());) {
          head = await events.head();
          for (const consumer of consumers) await consumer.toHead();
        }
      };
      const seenTo = async (now: string): Promise<string[]> => {
        const before = (await events.read('client-anna')).length;
        clock.moveTo(now);
        await worker.sweep();
        return (await events.read('client-anna', before)).map(({ type }) => type);
      };
      await say(START, 'RegisterClient', { clientId: 'ann', attributes: {}, person: { lastName: 'Keller' } });
      await say(START, 'RegisterClient', { clientId: 'anna', attributes: {}, person: { childrenBirthYears: [2019] } });
      await say(daysLater(100), 'RecordResponse', { clientId: 'ann', responseId: 'r-1', kind: 'click' });
      await say(daysLater(101), 'MergeClients', { clientId: 'ann', mergedId: 'anna' });
      expect(await seenTo(at(1))).toEqual([]);
      expect(await seenTo(at(99))).toEqual([]);
      expect(await seenTo(at(102))).toEqual(['ClientDetailsChanged']);
      await say(at(103), 'UnmergeClients', { clientId: 'ann', mergedId: 'anna' });
      expect(await seenTo(at(103))).toEqual(['ErasureProposed']);
    }));

  it('comes to the same whatever write breaks off', () =>
    fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: 20 })), fc.integer({ min: -5, max: 70 }), async (broken, days) => {
        const ends: string[][] = [];
        for (const breaks of [[], broken])
          await inEngine(async (engine) => {
            const documents = breaking(engine.documents, breaks);
            const clock = new SteppedClock(START);
            const fresh = () => retentionWorker(engine.events, documents, doorOf(engine, []), clock);
            await untilDone(() => new Processor(engine.events, engine.checkpoints, fresh().consumer).toHead());
            clock.moveTo(at(days));
            await untilDone(() => fresh().sweep());
            clock.moveTo(at(days + 1));
            await untilDone(() => fresh().sweep());
            const looks = await everything(engine.documents, 'retention');
            // what is left behind by a write that broke off is passed over, and nobody is missed
            expect(await everything(engine.documents, 'retention-days')).toEqual(expect.arrayContaining(looks));
            ends.push(looks);
          });
        expect(ends[0]).toHaveLength(KNOWN);
        expect(ends[1]).toEqual(ends[0]);
      }),
      { numRuns: 15 },
    ));
});
