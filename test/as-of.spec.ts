import fc from 'fast-check';
import {
  clientDecider,
  Horizon,
  historyProjection,
  identityProjection,
  isScore,
  momentOf,
  PastDocuments,
  profileProjection,
  ScoreDocument,
  scoresProjection,
  scoringRunAt,
  Subject,
  Subjects,
} from '@boucle/clients';
import { NAMESPACE, NewEvent, Processor, projectionConsumer, RecordedEvent, uuidv5 } from '@boucle/eventsourcing';
import { Adapters } from '../apps/engine/src/adapters.js';
import { CLIENTS, DrawnCommand, randomCommands } from '../libs/clients/src/random-commands.js';
import { day } from '../libs/clients/src/testing.js';
import { inFolder, live } from './support/lived.js';

jest.setTimeout(240_000);

const keep = async ({ events, documents, checkpoints }: Adapters): Promise<void> => {
  for (const projection of [profileProjection, identityProjection, historyProjection])
    await new Processor(events, checkpoints, projectionConsumer(projection, documents)).toHead();
};

const all = async (subjects: Subjects): Promise<readonly Subject[]> => {
  const found: Subject[] = [];
  for await (const page of subjects.all()) found.push(...page);
  return found;
};

/** The part of a log that a horizon leaves, written into a log of its own. */
const cut = async (from: Adapters, to: Adapters, { position, until }: Horizon): Promise<void> => {
  const isBy = ({ metadata }: RecordedEvent): boolean => until === null || metadata.occurredAt <= until;
  for (const clientId of CLIENTS) {
    const stream = `client-${clientId}`;
    const known = (await from.events.read(stream)).filter((event) => event.position <= position);
    // who did something by then was somebody, whenever he was entered
    const left = known.filter((event) => isBy(event) || (event.type === 'ClientRegistered' && known.some(isBy)));
    const events = left.map(({ type, data, metadata }): NewEvent => ({ type, data, metadata }));
    if (events.length > 0) await to.events.append(stream, -1, events);
  }
};

describe('people as of earlier', () => {
  it('are those of a log that is cut there, by place and by day, late events and merges included', () =>
    fc.assert(
      fc.asyncProperty(
        randomCommands(80),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.option(fc.integer({ min: -240, max: 80 }), { nil: null }),
        (commands, part, hours) =>
          inFolder((now) =>
            inFolder(async (then) => {
              await live(
                now.events,
                commands.filter(({ command }) => !/^Erase|^Accept|^Review|^EndLicence/.test(command.constructor.name)),
              );
              await keep(now);
              const horizon = { position: Math.ceil(part * (await now.events.head())), until: hours === null ? null : day(0, hours) };
              await cut(now, then, horizon);
              await keep(then);
              const past = new Subjects(new PastDocuments(now.events, now.documents, horizon));
              expect(await all(past)).toEqual(await all(new Subjects(then.documents)));
            }),
          ),
      ),
      { numRuns: 15 },
    ));

  it('as of now are those who are read now', () =>
    fc.assert(
      fc.asyncProperty(randomCommands(80), (commands) =>
        inFolder(async (engine) => {
          await live(engine.events, commands);
          await keep(engine);
          const horizon = { position: await engine.events.head(), until: null };
          expect(await all(new Subjects(new PastDocuments(engine.events, engine.documents, horizon)))).toEqual(
            await all(new Subjects(engine.documents)),
          );
        }),
      ),
      { numRuns: 6 },
    ));
});

it('who was entered after he had bought was a buyer on the day', () =>
  inFolder(async (engine) => {
    const { RegisterClient, RecordPurchase } = clientDecider.commands;
    const bought = { clientId: 'c-1', purchaseId: 'p-1', amount: 100, currency: 'EUR', occurredAt: day(-300) };
    await live(engine.events, [
      { decider: clientDecider, command: Object.assign(new RegisterClient(), { clientId: 'c-1', attributes: {} }) },
      { decider: clientDecider, command: Object.assign(new RecordPurchase(), bought) },
    ]);
    await keep(engine);
    const on = (days: number) => all(new Subjects(new PastDocuments(engine.events, engine.documents, { position: 2, until: day(days) })));
    expect((await on(-299)).map(({ history }) => history.purchases.length)).toEqual([1]);
    expect(await on(-301)).toEqual([]);
  }));

describe('scores as of earlier', () => {
  const { RegisterClient, ObjectToProfiling, EndProfilingObjection } = clientDecider.commands;
  const IDS = ['c-1', 'c-2', 'c-3'];
  const said = (type: new () => object, clientId: string, fields = {}): DrawnCommand => ({
    decider: clientDecider,
    command: Object.assign(new type(), { clientId, ...fields }),
  });

  /** A run of a day that gives everybody the same; nobody fits anything here. */
  const run = async ({ events }: Adapters, scoringId: string, rfm: number, done = true): Promise<void> => {
    const before = await events.read(`scoring-${scoringId}`);
    const scored = { scoringId, run: before.filter(({ type }) => type === 'ScoringRequested').length + 1 };
    const nothing = { aliveProbability: null, expectedPurchases: null, lifetimeValue: null, nextArticle: null };
    const told: [string, object][] = [
      ['ScoringRequested', { ...scored, at: `${scoringId}T23:59:59.999Z`, terms: {} }],
      ...IDS.slice(0, 2).map((clientId, chunk): [string, object] => [
        'ClientsScored',
        { ...scored, chunk, scores: [{ clientId, rfm, ...nothing }] },
      ]),
      ...(done ? [['ScoringCompleted', { ...scored, scored: 2 }] as [string, object]] : []),
    ];
    const metadata = { schemaVersion: 1, correlationId: 'r', causationId: 'r', actor: 'spec', occurredAt: day(0) };
    await events.append(
      `scoring-${scoringId}`,
      before.length - 1,
      told.map(([type, data], n) => ({ type, data, metadata: { ...metadata, id: uuidv5(NAMESPACE, scoringId, before.length + n) } })),
    );
  };

  it('are those of the run that was the last done at a position, or the last of a day and the time before', () =>
    inFolder(async (engine) => {
      const { events, documents, checkpoints } = engine;
      await live(
        events,
        IDS.map((clientId) => said(RegisterClient, clientId, { attributes: {} })),
      );
      await run(engine, '2026-02-01', 111);
      await run(engine, '2026-02-20', 222);
      await run(engine, '2026-02-10', 333);
      await live(events, [said(ObjectToProfiling, 'c-1'), said(EndProfilingObjection, 'c-1')]);
      await run(engine, '2026-02-20', 444, false);
      await keep(engine);
      await new Processor(events, checkpoints, projectionConsumer(scoresProjection, documents)).toHead();
      const scoresAt = async (asOf: string, known?: string): Promise<[string | null, (number | null)[]]> => {
        const moment = await momentOf(events, { asOf, known }, day(10));
        const scoring = await scoringRunAt(events, moment);
        const { position, sense, at } = moment;
        const horizon = { position, until: sense === 'true' ? at : null, scoring: () => Promise.resolve(scoring) };
        const past = new PastDocuments(events, documents, horizon);
        const stored = await past.getMany<ScoreDocument>(scoresProjection.name, IDS);
        return [scoring && `${scoring.scoringId}/${scoring.run}`, stored.map(({ document }) => (isScore(document) ? document.rfm : null))];
      };
      expect(await scoresAt('3')).toEqual([null, [null, null, null]]);
      expect(await scoresAt('6')).toEqual([null, [null, null, null]]);
      expect(await scoresAt('7')).toEqual(['2026-02-01/1', [111, 111, null]]);
      expect(await scoresAt('11')).toEqual(['2026-02-20/1', [222, 222, null]]);
      expect(await scoresAt('15')).toEqual(['2026-02-10/1', [333, 333, null]]);
      // once somebody has objected the next run alone scores him again
      expect(await scoresAt('17')).toEqual(['2026-02-10/1', [null, 333, null]]);
      expect(await scoresAt('2026-01-31')).toEqual([null, [null, null, null]]);
      expect(await scoresAt('2026-02-09')).toEqual(['2026-02-01/1', [111, 111, null]]);
      expect(await scoresAt('2026-02-15')).toEqual(['2026-02-10/1', [333, 333, null]]);
      expect(await scoresAt('2026-02-15', '11')).toEqual(['2026-02-01/1', [111, 111, null]]);
      expect(await scoresAt('2026-02-28')).toEqual(['2026-02-20/1', [222, 222, null]]);
    }));
});

describe('a moment', () => {
  const { RegisterClient, EraseClient } = clientDecider.commands;
  const of = (n: number, type: new () => object, fields: object): DrawnCommand => ({
    decider: clientDecider,
    command: Object.assign(new type(), { clientId: `c-${n}`, ...fields }),
  });
  const registered = [1, 2, 3].map((n) => of(n, RegisterClient, { attributes: {}, person: { birthDate: '1980-05-01' } }));
  const later = '2126-06-01T10:00:00.000Z';

  it('is now if nothing is said, a day to its end, or a place', () =>
    inFolder(async ({ events }) => {
      await live(events, registered);
      const today = new Date().toISOString().slice(0, 10);
      expect(await momentOf(events, {}, later)).toEqual({ position: 3, date: null, sense: 'known', at: later });
      expect(await momentOf(events, { asOf: '2026-02-28' }, later)).toEqual({
        ...{ position: 3, date: '2026-02-28', sense: 'true', at: '2026-02-28T23:59:59.999Z' },
      });
      expect(await momentOf(events, { asOf: '2126-06-01' }, later)).toMatchObject({ date: '2126-06-01', at: later });
      expect(await momentOf(events, { asOf: '2026-02-28', known: '2020-01-01' }, later)).toMatchObject({ position: 0, sense: 'true' });
      expect(await momentOf(events, { known: '2126-01-01' }, later)).toMatchObject({ position: 3, date: null, sense: 'known' });
      const second = await momentOf(events, { asOf: '2' }, later);
      expect(second).toMatchObject({ position: 2, date: null, sense: 'known' });
      expect(second.at.slice(0, 4)).toBe(today.slice(0, 4));
    }));

  it.each([
    [{ asOf: '2026-02-30' }, 'wrong-day'],
    [{ asOf: 'yesterday' }, 'wrong-day'],
    [{ asOf: '2126-06-02' }, 'future-day'],
    [{ known: '2126-06-02' }, 'future-day'],
    [{ asOf: '4' }, 'unknown-position'],
    [{ asOf: '2', known: '2026-01-01' }, 'twice-known'],
  ])('%j is none: %s', (asked, code) =>
    inFolder(async ({ events }) => {
      await live(events, registered);
      await expect(momentOf(events, asked, later)).rejects.toMatchObject({ code });
    }),
  );

  it('of before an erasure shows the person, and nothing personal of him', () =>
    inFolder(async (engine) => {
      await live(engine.events, [...registered, of(2, EraseClient, { reason: 'request', requestedBy: 'person' })]);
      await engine.vault.destroy([{ subject: 'client-c-2', at: later, by: 'spec' }]);
      await keep(engine);
      const past = await all(new Subjects(new PastDocuments(engine.events, engine.documents, { position: 3, until: null })));
      expect(past.map(({ clientId, profile }) => [clientId, profile.person?.birthDate ?? null])).toEqual([
        ['c-1', '1980-05-01'],
        ['c-2', null],
        ['c-3', '1980-05-01'],
      ]);
    }));
});
