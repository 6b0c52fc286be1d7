import { Projection } from '@boucle/eventsourcing';
import { ExternalFile, ExternalFileEvent } from './external-file.events.js';

/** A file that was bought, and what became of it. */
export interface ExternalFileReading extends ExternalFile {
  readonly fileId: string;
  /** null: it has not expired. */
  readonly expired: { readonly at: string; readonly erased: number; readonly kept: number } | null;
}

/** One document per file. */
export const externalFilesProjection: Projection<ExternalFileReading, ExternalFileEvent> = {
  name: 'external-files',
  key: ({ data }) => data.fileId,
  on: {
    ExternalFileDescribed: (known, { data: { fileId, file } }) => ({ fileId, ...file, expired: known?.expired ?? null }),
    ExternalFileExpired: (known, { data: { erased, kept }, metadata }) =>
      known && { ...known, expired: { at: metadata.occurredAt, erased, kept } },
  },
};
