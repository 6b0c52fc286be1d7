import { once } from 'node:events';
import { CloudEvent } from '@boucle/contracts';
import { EventStore } from '@boucle/eventsourcing';
import { Response } from 'express';
import { cloudEvents, eventsBehind } from '../outgoing.relay.js';
import { JSON_LINES } from './admission.js';

export const EVENT_STREAM = 'text/event-stream';
export const POSITION_HEADER = 'Boucle-Position';

const BEAT_MS = 15_000;

/** What is asked for. */
export interface Asked {
  readonly after: number;
  /** Of messages. */
  readonly types: readonly string[];
  readonly limit: number;
  readonly waitSeconds: number;
  /** The engine stops. */
  readonly stop: AbortSignal;
}

const jsonLines = (messages: readonly CloudEvent[]): string => messages.map((message) => `${JSON.stringify(message)}\n`).join('');

/** Only the last message of an event moves the id, so that a reader cut off in the middle of an event resumes before it. */
const serverSentEvents = (messages: readonly CloudEvent[]): string =>
  messages
    .map((message, n) => `${n === messages.length - 1 ? `id: ${message.position}\n` : ''}data: ${JSON.stringify(message)}\n\n`)
    .join('');

/** Writes at the pace of the reader. */
export const write = async (response: Response, text: string | Uint8Array, signal: AbortSignal): Promise<void> => {
  if (text.length === 0 || response.write(text)) return;
  await once(response, 'drain', { signal }).catch((error: Error) => {
    if (error.name !== 'AbortError') throw error;
  });
};

/** Aborts when the reader is gone or the engine stops. */
export const endOf = (response: Response, stop: AbortSignal): AbortSignal => {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  return AbortSignal.any([gone.signal, stop]);
};

/** Messages behind a position, a text for each batch of the log; never a part of an event. */
async function* texts(store: EventStore, { after, types, limit }: Asked, format: typeof jsonLines, signal: AbortSignal) {
  let left = limit;
  const behind = types.flatMap((type) => eventsBehind.get(type)!);
  for await (const batch of store.subscribe({ after, types: behind, sealed: true, signal })) {
    let text = '';
    let { position } = batch;
    for (const event of batch.events) {
      const messages = cloudEvents(event);
      text += format(messages);
      left -= messages.length;
      if (left > 0) continue;
      position = event.position;
      break;
    }
    yield { text, position, caughtUp: batch.caughtUp };
    if (left <= 0) return;
  }
}

/** Answers with what the log holds; if that is nothing, with what comes while the reader waits. */
export const sendLines = async (response: Response, store: EventStore, asked: Asked): Promise<void> => {
  const end = endOf(response, asked.stop);
  const waits = asked.waitSeconds > 0;
  const signal = waits ? AbortSignal.any([end, AbortSignal.timeout(asked.waitSeconds * 1000)]) : end;
  response.type(JSON_LINES);
  let [position, empty] = [asked.after, true];
  for await (const page of texts(store, asked, jsonLines, signal)) {
    await write(response, page.text, end);
    ({ position } = page);
    empty &&= page.text === '';
    if (page.caughtUp && (!empty || !waits)) break;
  }
  if (empty) response.set(POSITION_HEADER, String(position));
  response.end();
};

/** Answers with what the log holds and goes on with what comes, until the reader is gone. */
export const sendStream = async (response: Response, store: EventStore, asked: Asked): Promise<void> => {
  const end = endOf(response, asked.stop);
  response.type(EVENT_STREAM).set('Cache-Control', 'no-store').flushHeaders();
  let position = asked.after;
  // a sign of life, and the place to resume from where nothing of interest happens
  const beat = setInterval(() => response.writableNeedDrain || response.write(`id: ${position}\n\n`), BEAT_MS);
  try {
    for await (const page of texts(store, asked, serverSentEvents, end)) {
      await write(response, page.text, end);
      ({ position } = page);
    }
  } finally {
    clearInterval(beat);
  }
  response.end();
};
