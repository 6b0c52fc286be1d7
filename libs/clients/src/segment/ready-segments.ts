/** A segment that a manager may ask for before anybody has written a rule. */
export interface ReadySegment {
  readonly segmentId: string;
  readonly name: string;
  /** As rules are written; to be changed as one likes. */
  readonly text: string;
}

/** They ask nothing that an import of purchases would not tell, and nothing of who somebody is. */
export const READY_SEGMENTS: readonly ReadySegment[] = [
  { segmentId: 'new-clients', name: 'New clients of the last quarter', text: 'first(purchases) in the last 90 days' },
  {
    segmentId: 'bought-once',
    name: 'Bought once, and might come back',
    text: 'count(purchases) = 1 and last(purchases) in the last 365 days and last(purchases) more than 30 days ago',
  },
  {
    segmentId: 'best-clients',
    name: 'Best clients: three purchases and more within a year',
    text: 'count(purchases in the last 365 days) >= 3',
  },
  {
    segmentId: 'best-going-quiet',
    name: 'Best clients going quiet',
    text: 'count(purchases) >= 3 and last(purchases) more than 180 days ago and last(purchases) in the last 730 days',
  },
  { segmentId: 'regular-buyers', name: 'Regular buyers', text: 'class in ("regular", "convinced-buyer")' },
  { segmentId: 'recommenders', name: 'Regular buyers who recommend us', text: 'class = "convinced-buyer"' },
  { segmentId: 'lapsed', name: 'Lapsed: have not bought for long', text: 'lapsing = yes or class = "inactive"' },
  { segmentId: 'former', name: 'Former clients', text: 'class = "former"' },
  { segmentId: 'warm-prospects', name: 'Warm prospects: asked for something lately, and have not bought', text: 'class = "hot-prospect"' },
  { segmentId: 'birthday-soon', name: 'Birthday within the next 30 days', text: 'birthday in the next 30 days' },
  {
    segmentId: 'do-not-answer',
    name: 'Do not answer: three mailings and more since they last bought',
    text: 'count(mailings since the last purchase) >= 3 and count(mailings since the last purchase where answered = yes) = 0',
  },
  {
    segmentId: 'buyers-by-email',
    name: 'Buyers whom an e-mail reaches',
    text: 'count(purchases) >= 1 and hasEmail = yes and not opposedTo has "email"',
  },
];
