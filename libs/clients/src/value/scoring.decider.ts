import { Decider, DomainError } from '@boucle/eventsourcing';
import { CompleteScoring, RecordFit, RecordScores, ScoreClients } from './scoring.commands.js';
import { Fit, ScoringEvent, ScoringTerms } from './scoring.events.js';

/** What the rules of the scorings of a day read: the latest of them. */
export interface Scoring {
  /** 0: there was none yet. */
  readonly run: number;
  readonly done: boolean;
  readonly at: string;
  readonly terms: ScoringTerms | null;
  readonly fit: Fit | null;
  readonly chunks: number;
  readonly scored: number;
  /** The last client scored. */
  readonly through: string | null;
}

/** Scorings as of one day share a stream. */
export const scoringStream = (scoringId: string): string => `scoring-${scoringId}`;

const commands = { ScoreClients, RecordFit, RecordScores, CompleteScoring };

/** The terms with what was left out said. */
export const scoringTermsOf = ({ asOf: _, ...said }: ScoreClients): ScoringTerms => ({
  vatPercent: null,
  windowDays: null,
  frequency: 'day',
  monetary: 'total',
  horizonMonths: 12,
  marginPercent: 100,
  discountPercent: 10,
  contactCost: 0,
  basket: 'order',
  ...said,
});

/** Of the run that goes on; another one is over. */
const isOver = (scoring: Scoring, { run }: { readonly run: number }): boolean => run < scoring.run || scoring.done;

/** The scorings as of a day, one after the other. */
export const scoringDecider: Decider<Scoring, typeof commands, ScoringEvent> = {
  commands,
  stream: (command) => scoringStream('scoringId' in command ? command.scoringId : command.asOf),
  initial: { run: 0, done: true, at: '', terms: null, fit: null, chunks: 0, scored: 0, through: null },
  decide: {
    ScoreClients: (scoring, command, now) => {
      const { asOf } = command;
      if (!scoring.done)
        throw new DomainError('scoring-goes-on', `Scoring ${asOf} is still going on: ask GET /scorings/${asOf} until it is done`, 'asOf');
      if (asOf > now.slice(0, 10)) throw new DomainError('future-day', `${asOf} has not come yet: name a day until today`, 'asOf');
      const end = `${asOf}T23:59:59.999Z`;
      const at = end < now ? end : now;
      return [{ type: 'ScoringRequested', data: { scoringId: asOf, run: scoring.run + 1, at, terms: scoringTermsOf(command) } }];
    },
    RecordFit: (scoring, command) => (isOver(scoring, command) || scoring.fit ? [] : [{ type: 'ScoringFitted', data: { ...command } }]),
    RecordScores: (scoring, command) =>
      isOver(scoring, command) || command.chunk < scoring.chunks ? [] : [{ type: 'ClientsScored', data: { ...command } }],
    CompleteScoring: (scoring, command) =>
      isOver(scoring, command) ? [] : [{ type: 'ScoringCompleted', data: { ...command, scored: scoring.scored } }],
  },
  evolve: {
    ScoringRequested: (_, { run, at, terms }) => ({ run, done: false, at, terms, fit: null, chunks: 0, scored: 0, through: null }),
    ScoringFitted: (scoring, { fit }) => ({ ...scoring, fit }),
    ClientsScored: (scoring, { chunk, scores }) => ({
      ...scoring,
      chunks: chunk + 1,
      scored: scoring.scored + scores.length,
      through: scores[scores.length - 1].clientId,
    }),
    ScoringCompleted: (scoring) => ({ ...scoring, done: true }),
  },
};
