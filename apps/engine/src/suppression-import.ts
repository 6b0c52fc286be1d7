import {
  CHANNELS,
  EnterSuppressions,
  NOWHERE_LISTED,
  renewedBy,
  Suppressed,
  suppressionDecider,
  suppressionsProjection,
  suppressionStream,
  SuppressionTerms,
} from '@boucle/clients';
import { Clock, DocumentStore, EventStore, fold, Lookup, NAMESPACE, Outcome, uuidv5 } from '@boucle/eventsourcing';
import { RejectedLine } from './http/bulk.js';
import { hashOfLine } from './suppression-lines.js';

const AT_ONCE = 500;

/** What an import of lines needs. */
export interface ImportNeeds {
  readonly events: EventStore;
  readonly documents: DocumentStore;
  readonly lookup: Lookup;
  readonly clock: Clock;
  readonly execute: (command: EnterSuppressions) => Promise<Outcome>;
  readonly reject: (line: RejectedLine) => void;
}

/** How many lines entered a list, and how many stood there before. */
export interface Entered {
  readonly accepted: number;
  readonly repeated: number;
  readonly position: number;
}

/** Enters lines in a list, some hundreds at a time; what stands there already is not written again. */
export const enterLines = async (
  { listId, source, channels: named, validUntil, country }: SuppressionTerms,
  lines: Iterable<string> | AsyncIterable<string>,
  { events, documents, lookup, clock, execute, reject }: ImportNeeds,
): Promise<Entered> => {
  const channels = CHANNELS.filter((channel) => named.includes(channel));
  const until = validUntil === undefined ? null : new Date(validUntil).toISOString();
  const terms = { listId, source, channels, purpose: null, until };
  // the list itself is asked: a read model may not have heard yet that it ended
  const { edition } = fold(suppressionDecider, suppressionDecider.initial, await events.read(suppressionStream(listId)));
  let [line, sound, accepted, position] = [0, 0, 0, 0];
  const hashes = new Set<string>();

  const enter = async (): Promise<void> => {
    // also lines that are nothing but refusals let others have their turn
    await new Promise(setImmediate);
    if (hashes.size === 0) return;
    const entry = { ...terms, edition, from: clock.now() };
    const listed = await documents.getMany<Suppressed>(suppressionsProjection.name, [...hashes]);
    let renewed = 0;
    for (const { key, document } of listed) {
      const known = renewedBy(document ?? NOWHERE_LISTED, entry);
      if (!known) continue;
      if (known.until !== null && (until === null || known.until < until)) renewed++;
      else hashes.delete(key);
    }
    const fresh = [...hashes];
    const batchId = uuidv5(NAMESPACE, JSON.stringify([terms, edition, fresh]));
    const outcome = await execute(Object.assign(new EnterSuppressions(), { ...terms, edition, batchId, hashes: fresh, renewed }));
    if (outcome.events.length > 0) accepted += fresh.length;
    position = Math.max(position, outcome.position);
    hashes.clear();
  };

  for await (const text of lines) {
    line++;
    if (text.trim() !== '') {
      const hash = hashOfLine(text, country ?? null, lookup);
      if (typeof hash !== 'string') reject({ line, ...hash });
      else {
        sound++;
        hashes.add(hash);
      }
    }
    if (line % AT_ONCE === 0) await enter();
  }
  await enter();
  return { accepted, repeated: sound - accepted, position };
};
