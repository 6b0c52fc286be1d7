import { profilingBar, Subject } from '@boucle/clients';

/** Counts of people by reason, in the order in which the reasons came. */
export class LeftOut {
  private readonly counts: Record<string, number> = {};

  /** Those about whom something may be said; the others are counted. */
  of<Person extends Subject>(people: readonly Person[]): readonly Person[] {
    return people.filter((person) => {
      const reason = profilingBar(person.profile);
      if (reason !== null) this.add(reason);
      return reason === null;
    });
  }

  add(reason: string): void {
    this.counts[reason] = (this.counts[reason] ?? 0) + 1;
  }

  get all(): Readonly<Record<string, number>> {
    return { ...this.counts };
  }
}
