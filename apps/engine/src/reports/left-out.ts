import { PROFILING_BARS, profilingBar, Subject } from '@boucle/clients';

/** Counts of people by reason, in the order in which the reasons came. */
export class LeftOut {
  private readonly counts: Record<string, number> = {};

  /** Those about whom something may be said; the others are counted. */
  of<Person extends Subject>(people: readonly Person[]): readonly Person[] {
    return people.filter((person) => {
      const bar = profilingBar(person.profile);
      if (bar !== null) this.add(PROFILING_BARS[bar]);
      return bar === null;
    });
  }

  add(reason: string): void {
    this.counts[reason] = (this.counts[reason] ?? 0) + 1;
  }

  get all(): Readonly<Record<string, number>> {
    return { ...this.counts };
  }
}
