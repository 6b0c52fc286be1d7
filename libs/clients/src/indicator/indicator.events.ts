import { Message } from '@boucle/eventsourcing';
import { LifeCycleClass } from '../life-cycle/life-cycle.events.js';

/** What comes with time. */
export const TIMED_KINDS = ['birthday', 'contract-end'] as const;
/** What follows from what somebody does: none of who objects to profiling. */
export const BEHAVIOUR_KINDS = ['class', 'score', 'segment-entered', 'segment-left'] as const;
export const INDICATOR_KINDS = [...TIMED_KINDS, ...BEHAVIOUR_KINDS] as const;
export type IndicatorKind = (typeof INDICATOR_KINDS)[number];

/** The scores that may cross a threshold. */
export const CROSSING_SCORES = ['rfm', 'aliveProbability', 'expectedPurchases', 'lifetimeValue'] as const;
export type CrossingScore = (typeof CROSSING_SCORES)[number];

export const CROSSING_DIRECTIONS = ['rises', 'falls'] as const;

/** What an indicator waits for. */
export type IndicatorTerms =
  /** So many days before the day on which somebody is greeted, or before his contract ends. */
  | { readonly kind: (typeof TIMED_KINDS)[number]; readonly daysAhead: number }
  /** From one of these classes to one of those; left out: any. */
  | { readonly kind: 'class'; readonly from?: readonly LifeCycleClass[]; readonly to?: readonly LifeCycleClass[] }
  /** It rises to the threshold or above, or falls below it, from one scoring to the next. */
  | {
      readonly kind: 'score';
      readonly score: CrossingScore;
      readonly direction: (typeof CROSSING_DIRECTIONS)[number];
      readonly threshold: number;
    }
  | { readonly kind: 'segment-entered' | 'segment-left'; readonly segmentId: string };

export type IndicatorEvent =
  /** Somebody wants to hear of each client for whom this comes to pass from now on. */
  | Message<'IndicatorDeclared', { indicatorId: string; name: string; version: number; terms: IndicatorTerms }>
  /** Nobody wants to hear of it any more. */
  | Message<'IndicatorRetired', { indicatorId: string }>;

export type RaisedEvent =
  /** What an indicator waits for has come to pass for the client, once for each occasion. */
  Message<'IndicatorRaised', { clientId: string; indicatorId: string; version: number; kind: IndicatorKind; occasion: string }>;
