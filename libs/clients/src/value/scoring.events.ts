import { Message } from '@boucle/eventsourcing';
import { BgNbdFit, GammaGammaFit, RfmCuts } from '@boucle/targeting';
import { BasketOf, NextArticle } from './baskets.js';
import { Money } from './kept-purchases.js';
import { RfmTerms } from './measures.js';

/** By what clients are scored. */
export interface ScoringTerms extends Money, RfmTerms {
  /** How far ahead purchases are expected, and worth something. */
  readonly horizonMonths: number;
  /** Share of an amount that is margin, in percent. */
  readonly marginPercent: number;
  /** Interest of a year. */
  readonly discountPercent: number;
  /** What contacts with a client cost in a month, in cents. */
  readonly contactCost: number;
  /** What counts as bought together. */
  readonly basket: BasketOf;
}

/** People by the reason why they have no score. */
export type Unscored = Readonly<Record<string, number>>;

/** What a base tells of itself: with it anybody is scored, today and in every replay. */
export interface Fit {
  /** How many were scored by recency, frequency and money, and how many bought at all. */
  readonly population: number;
  readonly buyers: number;
  readonly leftOut: Unscored;
  readonly cuts: RfmCuts;
  /** Share of scores that ties decided. */
  readonly tiedShare: number;
  /** In weeks; null: too few came back. */
  readonly buying: BgNbdFit | null;
  /** In units of the currency; null: too few came back, or their spending has no mean. */
  readonly spending: GammaGammaFit | null;
  readonly baskets: number;
  readonly nextArticles: readonly NextArticle[];
  /** Not part of anything, as no rate is known: cents by currency. */
  readonly withoutRate: Readonly<Record<string, number>>;
}

/** What was made of a client; null where nothing can be said. */
export interface ClientScore {
  readonly clientId: string;
  /** Recency, frequency, money from 1 to 5, as 555. */
  readonly rfm: number | null;
  /** Not informative for who bought once. */
  readonly aliveProbability: number | null;
  /** Days with a purchase to expect within the horizon. */
  readonly expectedPurchases: number | null;
  /** What they are worth today, in cents. */
  readonly lifetimeValue: number | null;
  readonly nextArticle: string | null;
}

export type ScoringEvent =
  /** Somebody wants clients scored, by what they did until an instant. */
  | Message<'ScoringRequested', { scoringId: string; run: number; at: string; terms: ScoringTerms }>
  /** Cut points and coefficients were found, by all that was known up to a position. */
  | Message<'ScoringFitted', { scoringId: string; run: number; position: number; fit: Fit }>
  /** Some clients were scored by them, in order of id. */
  | Message<'ClientsScored', { scoringId: string; run: number; chunk: number; scores: readonly ClientScore[] }>
  /** Everybody is scored. */
  | Message<'ScoringCompleted', { scoringId: string; run: number; scored: number }>;
