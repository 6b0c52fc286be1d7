import {
  causedBy,
  Consumer,
  DocumentStore,
  Door,
  EventStore,
  everyDocument,
  fold,
  mustExecute,
  RecordedEvent,
} from '@boucle/eventsourcing';
import { profileProjection } from '../client/profile.projection.js';
import { erasuresProjection } from '../forgetting/erasures.projection.js';
import { historyProjection } from '../history/history.projection.js';
import { Subjects } from '../history/subject.js';
import { identityProjection } from '../person/identity.projection.js';
import { Rates } from '../purchase/conversion.js';
import { DayRates, dayRatesProjection } from '../purchase/day-rates.projection.js';
import { fitOf } from './fitting.js';
import { profilingBar } from '../client/profiling-bar.js';
import { scorer } from './score.js';
import { Scoring, scoringDecider, scoringStream } from './scoring.decider.js';
import { ClientScore, ScoringEvent } from './scoring.events.js';

/** How many clients stand in an event. */
const SCORES_PER_EVENT = 500;
const EVENTS_AT_ONCE = 50;
const ACTOR = 'worker:scoring';

/** The read models that clients are scored from. */
export const SCORED_FROM: readonly string[] = [
  profileProjection,
  identityProjection,
  historyProjection,
  dayRatesProjection,
  erasuresProjection,
].map(({ name }) => name);

type Requested = RecordedEvent<Extract<ScoringEvent, { type: 'ScoringRequested' }>>;

/** Every day rate: a document for two currencies and a year. */
export const everyRate = async (documents: Pick<DocumentStore, 'scan'>): Promise<Rates> => {
  const rates = new Map<string, DayRates>();
  for await (const page of everyDocument<DayRates>(documents, dayRatesProjection.name))
    for (const { key, document } of page) if (document) rates.set(key, document);
  return rates;
};

const stateOf = async (events: EventStore, scoringId: string): Promise<Scoring> => {
  let state = scoringDecider.initial;
  for (let revision = 0; ; revision += EVENTS_AT_ONCE) {
    const page = await events.read(scoringStream(scoringId), revision, EVENTS_AT_ONCE);
    state = fold(scoringDecider, state, page);
    if (page.length < EVENTS_AT_ONCE) return state;
  }
};

const countOf = async (documents: DocumentStore, collection: string): Promise<number> => {
  let count = 0;
  for await (const page of everyDocument(documents, collection)) count += page.filter(({ document }) => document !== null).length;
  return count;
};

/** Scores everybody: first what the base tells of itself is fitted and written down, then each client is scored by it; after a crash it goes on behind the last one. */
const score = async (events: EventStore, documents: DocumentStore, door: Door, requested: Requested): Promise<void> => {
  const { scoringId, run, at, terms } = requested.data;
  const send = (type: string, data: object, key: string) =>
    mustExecute(door, [{ message: { type, data: { scoringId, run, ...data } }, cause: causedBy(requested, ACTOR, key) }]);
  const { run: latest, done, fit: found, chunks, through } = await stateOf(events, scoringId);
  if (latest !== run || done) return;
  const subjects = new Subjects(documents);
  const rates = await everyRate(documents);
  let fit = found;
  if (!fit) {
    const erased = await countOf(documents, erasuresProjection.name);
    fit = await fitOf(subjects.all(), at, terms, rates);
    if (erased > 0) fit = { ...fit, leftOut: { ...fit.leftOut, erased } };
    await send('RecordFit', { position: requested.position, fit }, 'fit');
  }
  const scoreOf = scorer(at, terms, fit, rates);
  let chunk = chunks;
  let scores: ClientScore[] = [];
  const write = async (): Promise<void> => {
    await send('RecordScores', { chunk, scores }, `scores/${chunk}`);
    chunk++;
    scores = [];
  };
  for await (const page of subjects.all())
    for (const { clientId, profile, history } of page) {
      if (through !== null && clientId <= through) continue;
      const one = profilingBar(profile) === null ? scoreOf(history) : null;
      if (one) scores.push(one);
      if (scores.length === SCORES_PER_EVENT) await write();
    }
  if (scores.length > 0) await write();
  await send('CompleteScoring', {}, 'complete');
};

/** Makes every scoring that is asked for, one after the other. */
export const scoringWorker = (events: EventStore, documents: DocumentStore, door: Door): Consumer => ({
  name: 'scoring',
  types: ['ScoringRequested'],
  needs: SCORED_FROM,
  take: async (batch) => {
    for (const requested of batch as readonly Requested[]) await score(events, documents, door, requested);
  },
});
