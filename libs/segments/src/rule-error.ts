import { DomainError } from '@boucle/eventsourcing';

/** Where in a rule something stands: in its text, or in its JSON form. */
export type Place = { readonly line: number; readonly column: number } | { readonly path: string };

const shown = (place: Place): string => ('path' in place ? place.path : `line ${place.line}, column ${place.column}`);

/** A rule cannot be understood; the sentence names the place and the remedy. */
export class RuleError extends DomainError {
  constructor(
    readonly place: Place,
    reason: string,
  ) {
    super('bad-rule', `${shown(place)}: ${reason}`, 'rule');
    this.name = 'RuleError';
  }
}
