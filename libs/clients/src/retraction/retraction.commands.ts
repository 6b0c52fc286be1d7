import { WaitingPlace } from '../catalogue/waiting-value.events.js';
import { Attributes } from '../client/client.events.js';
import { PersonChanges } from '../person/person.events.js';
import { Retractable } from './retraction.events.js';

/** Takes back what was told of a client by mistake, as far as nothing rests on it. Comes from an import that is undone only. */
export class RetractTold {
  readonly clientId: string;
  /** What rests on something else before that. */
  readonly records: readonly Retractable[];
  readonly consentIds: readonly string[];
  readonly pointIds: readonly string[];
  /** What was said of who he is, and what was known before; what is something else by now stays. */
  readonly details: { readonly said: PersonChanges; readonly before: PersonChanges };
  /** The same of what rules may read of him; null: nothing. */
  readonly attributes: { readonly said: Attributes; readonly before: Attributes };
  /** What waits for its meaning, and need not any more. */
  readonly waiting: readonly Omit<WaitingPlace, 'clientId'>[];
  /** When he was heard of last, with all that and without. */
  readonly heard: { readonly before: string | null; readonly after: string | null; readonly reacted: boolean };
  readonly respondedLast: string | null;
}
