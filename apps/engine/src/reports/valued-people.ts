import { everyRate, Keeping, keptUntil, ScoringTerms } from '@boucle/clients';
import { LeftOut } from './left-out.js';
import { Asked } from './report-maker.js';

/** A client and what he has kept. */
export interface ValuedPerson {
  readonly clientId: string;
  readonly kept: Keeping;
}

/** Goes through those who have kept something and of whom something may be concluded; who was left out, and money without a rate, it counts on the way. */
export class ValuedPeople {
  readonly leftOut = new LeftOut();
  private readonly withoutRate: Record<string, number> = {};

  constructor(
    private readonly asked: Asked,
    private readonly terms: ScoringTerms,
  ) {}

  async *all(): AsyncGenerator<ValuedPerson> {
    const { people, asOf, sources } = this.asked;
    const rates = await everyRate(sources.documents);
    for await (const page of people)
      for (const { clientId, history } of this.leftOut.of(page)) {
        const kept = keptUntil(history, asOf.at, this.terms, rates);
        if (kept.purchases.length === 0) {
          this.leftOut.add('have kept nothing');
          continue;
        }
        for (const [currency, cents] of Object.entries(kept.withoutRate))
          this.withoutRate[currency] = (this.withoutRate[currency] ?? 0) + cents;
        yield { clientId, kept };
      }
  }

  /** What is part of no figure, in a sentence. */
  get remarks(): readonly string[] {
    const missing = Object.entries(this.withoutRate).map(([currency, cents]) => `${(cents / 100).toFixed(2)} ${currency}`);
    return missing.length > 0 ? [`No rate is known for ${missing.join(', ')}: that is part of no figure here.`] : [];
  }
}

/** A number as people read it. */
export const figure = (value: number): string => Math.round(value).toLocaleString('en');

/** A share in words. */
export const percent = (share: number | null): string => (share === null ? 'no' : `${(100 * share).toFixed(1)}%`);
