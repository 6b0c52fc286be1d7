import { Projection } from '@boucle/eventsourcing';
import { MergeEvent, Winners } from './merge.events.js';

/** Another file of a person, and whose value counts where they differ. */
export interface MergedId {
  readonly clientId: string;
  readonly winners: Winners;
}

/** A document about a client that says with whom he is one. */
export interface Mergeable {
  /** The client whose alias he is; left out: he is nobody's. */
  readonly mergedInto?: string;
  /** The files merged into his, in their order; left out: none. */
  readonly merged?: readonly MergedId[];
}

/** What tells such a document. */
export type MergedEvent = Extract<MergeEvent, { type: 'ClientsMerged' | 'ClientsUnmerged' | 'AliasBegun' | 'AliasEnded' }>;

/**
 * The document once he is an alias, or one of them is his.
 * @param nothing what is known of somebody of whom there is no document yet; null if there always is one
 */
export const mergedSteps = <Document extends Mergeable>(
  nothing: (clientId: string) => Document | null = () => null,
): Projection<Document, MergedEvent>['on'] => ({
  ClientsMerged: (known, { data: { clientId, mergedId, winners } }) => {
    const document = known ?? nothing(clientId);
    return document && { ...document, merged: [...(document.merged ?? []), { clientId: mergedId, winners }] };
  },
  ClientsUnmerged: (document, { data: { mergedId } }) => {
    if (!document) return null;
    const { merged = [], ...rest } = document;
    const left = merged.filter(({ clientId }) => clientId !== mergedId);
    return (left.length > 0 ? { ...rest, merged: left } : rest) as Document;
  },
  AliasBegun: (known, { data: { clientId, survivorId } }) => {
    const document = known ?? nothing(clientId);
    return document && { ...document, mergedInto: survivorId };
  },
  AliasEnded: (document) => {
    if (!document) return null;
    const { mergedInto: _, ...rest } = document;
    return rest as Document;
  },
});
