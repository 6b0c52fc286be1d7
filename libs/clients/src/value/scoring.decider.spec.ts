import { specDecider } from '../../../eventsourcing/src/testing.js';
import { day, faults, order } from '../testing.js';
import { CompleteScoring, RecordFit, RecordScores, ScoreClients } from './scoring.commands.js';
import { scoringDecider } from './scoring.decider.js';
import { ClientScore, Fit, ScoringTerms } from './scoring.events.js';

const NOW = day(3, 12);
const given = specDecider(scoringDecider, NOW);

const terms: ScoringTerms = {
  ...{ currency: 'EUR', vatPercent: null, windowDays: null, frequency: 'day', monetary: 'total', horizonMonths: 12 },
  ...{ marginPercent: 100, discountPercent: 10, contactCost: 0, basket: 'order' },
};
const fit: Fit = {
  ...{ population: 1, buyers: 1, leftOut: {}, tiedShare: 0, buying: null, spending: null, baskets: 0, nextArticles: [], withoutRate: {} },
  cuts: { recency: [null, null, null, null], frequency: [null, null, null, null], monetary: [null, null, null, null] },
};
const score: ClientScore = {
  ...{ clientId: 'ann', rfm: 555, aliveProbability: null },
  ...{ expectedPurchases: null, lifetimeValue: null, nextArticle: null },
};
const ids = (run = 1) => ({ scoringId: '2026-03-04', run });
const requested = (run = 1) => ({ type: 'ScoringRequested', data: { ...ids(run), at: NOW, terms } });
const fitted = { type: 'ScoringFitted', data: { ...ids(), position: 7, fit } };
const scored = { type: 'ClientsScored', data: { ...ids(), chunk: 0, scores: [score] } };
const completed = { type: 'ScoringCompleted', data: { ...ids(), scored: 1 } };

describe('ScoreClients', () => {
  const command = order(ScoreClients, { asOf: '2026-03-04', currency: 'EUR' });
  it('counts today until now', () => given().when(command).then(requested()));
  it('counts a day before to its end', () =>
    given()
      .when(order(ScoreClients, { asOf: '2026-03-01', currency: 'EUR', marginPercent: 30 }))
      .then({
        type: 'ScoringRequested',
        data: { scoringId: '2026-03-01', run: 1, at: '2026-03-01T23:59:59.999Z', terms: { ...terms, marginPercent: 30 } },
      }));
  it('may be run again once it is done', () => given(requested(), fitted, scored, completed).when(command).then(requested(2)));
  it('goes on alone', () => given(requested()).when(command).thenRejected('scoring-goes-on'));
  it('needs a day that has come', () =>
    given()
      .when(order(ScoreClients, { asOf: '2026-03-05', currency: 'EUR' }))
      .thenRejected('future-day'));
  it.each([
    ['asOf', { asOf: 'today' }],
    ['currency', { currency: 'euro' }],
    ['windowDays', { windowDays: 0.5 }],
    ['frequency', { frequency: 'week' }],
    ['monetary', { monetary: 'median' }],
    ['vatPercent', { vatPercent: 101 }],
    ['horizonMonths', { horizonMonths: 0 }],
    ['marginPercent', { marginPercent: -1 }],
    ['discountPercent', { discountPercent: '10' }],
    ['contactCost', { contactCost: 0.1 }],
    ['basket', { basket: 'year' }],
  ])('has a shape: %s', (field, wrong) => expect(faults(ScoreClients, { ...command, ...wrong })).toEqual([field]));
});

describe('what the worker found', () => {
  const toFit = order(RecordFit, { ...ids(), position: 7, fit });
  it('is a fit, once', () => {
    given(requested()).when(toFit).then(fitted);
    given(requested(), fitted).when(toFit).thenNothing();
  });
  it('is scores, chunk by chunk', () => {
    const chunk = order(RecordScores, { ...ids(), chunk: 0, scores: [score] });
    given(requested(), fitted).when(chunk).then(scored);
    given(requested(), fitted, scored).when(chunk).thenNothing();
  });
  it('is complete with as many as were scored', () => {
    given(requested(), fitted, scored).when(order(CompleteScoring, ids())).then(completed);
    given(requested(), fitted, scored, completed).when(order(CompleteScoring, ids())).thenNothing();
  });
  it('is nothing any more once another run has begun', () =>
    given(requested(), fitted, scored, completed, requested(2)).when(toFit).thenNothing());
});
