import { WaitingPlace } from './waiting-value.events.js';

/** Keeps what a catalogue does not know until somebody says what it means. Comes from an import only. */
export class LeaveValueWaiting implements WaitingPlace {
  readonly clientId: string;
  readonly valueId: string;
  readonly field: string;
  readonly recordId: string | null;
  readonly source: string;
  readonly catalogue: string;
  readonly text: string;
}

/** Fills a field with what its value means. Comes once that was said. */
export class SettleWaitingValue implements WaitingPlace {
  readonly clientId: string;
  readonly valueId: string;
  readonly field: string;
  readonly recordId: string | null;
  readonly code: string | null;
}
