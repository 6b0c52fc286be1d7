import { canonicalJson, Decider, DomainError } from '@boucle/eventsourcing';
import { DescribeExternalFile, ExpireExternalFile } from './external-file.commands.js';
import { ExternalFile, ExternalFileEvent } from './external-file.events.js';

interface Known {
  readonly file: ExternalFile | null;
  readonly expired: boolean;
}

const commands = { DescribeExternalFile, ExpireExternalFile };

/** A file that was bought, in a stream of its own. */
export const externalFileDecider: Decider<Known, typeof commands, ExternalFileEvent> = {
  commands,
  stream: ({ fileId }) => `external-file-${fileId}`,
  initial: { file: null, expired: false },
  decide: {
    DescribeExternalFile: (known, { fileId, source, licence, wording, expiresOn }) => {
      const file = { source, licence, wording, expiresOn: expiresOn ?? null };
      if (canonicalJson(known.file) === canonicalJson(file)) return [];
      if (known.expired)
        throw new DomainError('file-expired', `The licence of ${fileId} is over: describe what was bought anew under another id`, 'fileId');
      return [{ type: 'ExternalFileDescribed', data: { fileId, file } }];
    },
    ExpireExternalFile: ({ file, expired }, { fileId, erased, kept }) => {
      if (expired) return [];
      if (!file) throw new DomainError('unknown-external-file', `There is no external file ${fileId}`, 'fileId');
      return [{ type: 'ExternalFileExpired', data: { fileId, erased, kept } }];
    },
  },
  evolve: {
    ExternalFileDescribed: (known, { file }) => ({ ...known, file }),
    ExternalFileExpired: (known) => ({ ...known, expired: true }),
  },
};
