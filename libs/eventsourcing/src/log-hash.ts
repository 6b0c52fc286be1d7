import { canonicalJson, lineHash, sha256 } from './hash.js';
import { RecordedEvent } from './message.js';
import { EventStore } from './ports.js';

/** The hash of a whole log. */
export interface LogHash {
  readonly events: number;
  /** In log order: equal for two undisturbed runs. */
  readonly sha256: string;
  /** Stream by stream in order of name: also equal after crashes and on other stores. */
  readonly streamsSha256: string;
}

/** One event as the log hash sees it: without position, time of recording and `asOf`; personal data replaced by a marker. */
const logLine = ({ stream, revision, type, data, metadata }: RecordedEvent): string => {
  const { asOf: _, ...facts } = data as Record<string, unknown>;
  const sealed = 'personal' in facts ? { ...facts, personal: 'personal' } : facts;
  return canonicalJson({ stream, revision, type, data: sealed, metadata });
};

/** Hashes every event of a log. */
export const hashLog = async (store: EventStore, onProgress?: (events: number) => void): Promise<LogHash> => {
  const whole = lineHash();
  const streams = new Map<string, string>();
  let events = 0;
  for await (const batch of store.subscribe({ after: 0, sealed: true })) {
    for (const event of batch.events) {
      const line = logLine(event);
      whole.add(line);
      streams.set(event.stream, sha256(`${streams.get(event.stream) ?? ''}\n${line}`));
      events++;
    }
    onProgress?.(events);
    if (batch.caughtUp) break;
  }
  const byStream = lineHash();
  for (const stream of [...streams.keys()].sort()) byStream.add(`${stream} ${streams.get(stream)!}`);
  return { events, sha256: whole.digest(), streamsSha256: byStream.digest() };
};
