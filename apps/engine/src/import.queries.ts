import { DocumentStore, everyDocument } from '@boucle/eventsourcing';
import { ImportReading, importsProjection } from '@boucle/importing';

export class ListImports {
  constructor(
    /** Only those that began before this instant. */
    readonly before: string | undefined,
    readonly limit: number,
  ) {}
}

/** The imports, the latest first. */
export const listImports = async (documents: DocumentStore, { before, limit }: ListImports): Promise<ImportReading[]> => {
  const found: ImportReading[] = [];
  for await (const page of everyDocument<ImportReading>(documents, importsProjection.name))
    for (const { document } of page) if (document && (before === undefined || document.startedAt < before)) found.push(document);
  return found.sort((a, b) => (a.startedAt > b.startedAt ? -1 : a.startedAt < b.startedAt ? 1 : 0)).slice(0, limit);
};
