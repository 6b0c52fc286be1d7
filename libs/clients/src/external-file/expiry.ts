import { Clock, DocumentStore, Door, everyDocument, mustExecute, NAMESPACE, Request, uuidv5 } from '@boucle/eventsourcing';
import { Identity, identityProjection } from '../person/identity.projection.js';
import { ExternalFileReading, externalFilesProjection } from './external-files.projection.js';

const ACTOR = 'worker:external-files';

/** Erases whoever came with a file whose licence is over and never answered; who did is ours. A crash in between does it again. */
export const expireExternalFiles = async (documents: DocumentStore, door: Door, clock: Clock): Promise<void> => {
  const now = clock.now();
  const today = now.slice(0, 10);

  const expire = async (fileId: string): Promise<void> => {
    let [erased, kept] = [0, 0];
    const id = uuidv5(NAMESPACE, ACTOR, fileId, now);
    const cause = { id, correlationId: id, now, actor: ACTOR };
    for await (const page of everyDocument<Identity>(documents, identityProjection.name)) {
      const requests = page.flatMap(({ key: clientId, document }): Request[] =>
        document?.origin?.file === fileId
          ? [{ message: { type: 'EndLicence', data: { clientId, fileId } }, cause: { ...cause, key: clientId } }]
          : [],
      );
      for (const outcome of await door.executeMany(requests))
        if (outcome instanceof Error) throw outcome;
        else if (outcome.events.length > 0) erased++;
        else kept++;
    }
    await mustExecute(door, [{ message: { type: 'ExpireExternalFile', data: { fileId, erased, kept } }, cause }]);
  };

  const over: string[] = [];
  for await (const page of everyDocument<ExternalFileReading>(documents, externalFilesProjection.name))
    for (const { document } of page)
      if (document && document.expired === null && document.expiresOn !== null && document.expiresOn < today) over.push(document.fileId);
  for (const fileId of over) await expire(fileId);
};
