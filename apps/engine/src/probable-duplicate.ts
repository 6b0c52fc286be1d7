import { DomainError } from '@boucle/eventsourcing';
import { Probable } from '@boucle/clients';

/** Somebody is probably registered already; the caller may say that he is none of these. */
export class ProbableDuplicateError extends DomainError {
  constructor(readonly duplicates: readonly Probable[]) {
    const named = duplicates.map(({ clientId, probability }) => `${clientId} (${Math.floor(probability * 100)}%)`).join(', ');
    super(
      'probable-duplicate',
      `The person is probably registered already: ${named}. Change that file, or say by otherThan that it is somebody else`,
      'otherThan',
    );
  }
}
