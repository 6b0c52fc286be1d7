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

/** The document once he is an alias, or one of them is his. */
export const mergedSteps = <Document extends Mergeable>(): Projection<Document, MergedEvent>['on'] => ({
  ClientsMerged: (document, { data: { mergedId, winners } }) =>
    document && { ...document, merged: [...(document.merged ?? []), { clientId: mergedId, winners }] },
  ClientsUnmerged: (document, { data: { mergedId } }) => {
    if (!document) return null;
    const { merged = [], ...rest } = document;
    const left = merged.filter(({ clientId }) => clientId !== mergedId);
    return (left.length > 0 ? { ...rest, merged: left } : rest) as Document;
  },
  AliasBegun: (document, { data: { survivorId } }) => document && { ...document, mergedInto: survivorId },
  AliasEnded: (document) => {
    if (!document) return null;
    const { mergedInto: _, ...rest } = document;
    return rest as Document;
  },
});
