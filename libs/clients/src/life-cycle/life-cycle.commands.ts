import { ClassCause, LifeCycleClass } from './life-cycle.events.js';

/** Says where a client stands. Comes from the standing worker only. */
export class ClassifyClient {
  readonly clientId: string;
  readonly to: LifeCycleClass | null;
  readonly lapsing: boolean;
  readonly cause: ClassCause;
  readonly policyVersion: number;
  readonly rearranged?: true;
}
