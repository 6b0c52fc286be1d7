import { Clock } from '@boucle/eventsourcing';

/** A clock that stands still until it is moved, and never goes back. */
export class SteppedClock extends Clock {
  constructor(private instant: string) {
    super();
  }

  now(): string {
    return this.instant;
  }

  moveTo(instant: string): void {
    if (instant > this.instant) this.instant = instant;
  }
}
