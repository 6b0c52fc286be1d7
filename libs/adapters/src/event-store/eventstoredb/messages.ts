import { Empty as GoogleEmpty } from 'google-protobuf/google/protobuf/empty_pb.js';
import { Timestamp } from 'google-protobuf/google/protobuf/timestamp_pb.js';
import {
  Empty,
  MaximumAppendSizeExceeded,
  StreamIdentifier,
  UUID,
  WrongExpectedVersion,
} from '@eventstore/db-client/generated/shared_pb.js';
import { BatchAppendReq, BatchAppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { NAMESPACE, NewEvent, NO_STREAM, StoreUnavailableError, uuidv5 } from '@boucle/eventsourcing';
import { RefusedError } from './errors.js';

/** What became of an append: the server may not say where a repeated one stands. */
export type AppendAnswer = { readonly position: number | null } | { readonly actual: number };

/** What the server says in a read. */
export type Heard =
  | { readonly position: number; readonly type: string; readonly body: string | null }
  | { readonly reached: number }
  | { readonly caughtUp: true };

const JSON_TYPE = 'application/json';
const MOST_BYTES_PER_MESSAGE = 1_000_000;
/** Events that the server looks through at a time, and such windows between two checkpoints. */
const WINDOW = 500;
const WINDOWS_PER_CHECKPOINT = 4;
const UUID_FORM = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const OURS = '"schemaVersion":';

const identify = (stream: string): StreamIdentifier => new StreamIdentifier().setStreamName(Buffer.from(stream));

/** The event in the words of the server, which knows ids as UUIDs only. */
const proposed = ({ type, data, metadata }: NewEvent): BatchAppendReq.ProposedMessage => {
  const message = new BatchAppendReq.ProposedMessage()
    .setId(new UUID().setString(UUID_FORM.test(metadata.id) ? metadata.id : uuidv5(NAMESPACE, metadata.id)))
    .setData(Buffer.from(JSON.stringify(data)))
    .setCustomMetadata(Buffer.from(JSON.stringify(metadata)));
  message.getMetadataMap().set('type', type).set('content-type', JSON_TYPE);
  return message;
};

/** One append, in as many messages as its size takes. */
export const appendRequests = (
  correlation: string,
  stream: string,
  expectedRevision: number,
  events: readonly NewEvent[],
  deadline: number,
): BatchAppendReq[] => {
  const options = new BatchAppendReq.Options().setStreamIdentifier(identify(stream)).setDeadline(Timestamp.fromDate(new Date(deadline)));
  if (expectedRevision === NO_STREAM) options.setNoStream(new GoogleEmpty());
  else options.setStreamPosition(String(expectedRevision));
  const request = (): BatchAppendReq => new BatchAppendReq().setCorrelationId(new UUID().setString(correlation));
  const requests = [request().setOptions(options)];
  let bytes = 0;
  for (const event of events.map(proposed)) {
    bytes += event.getData_asU8().length + event.getCustomMetadata_asU8().length;
    if (bytes > MOST_BYTES_PER_MESSAGE) {
      requests.push(request());
      bytes = 0;
    }
    requests.at(-1)!.addProposedMessages(event);
  }
  requests.at(-1)!.setIsFinal(true);
  return requests;
};

/** A position as a number; refused where numbers are no longer exact. */
const positionOf = (text: string): number => {
  const position = Number(text);
  if (Number.isSafeInteger(position)) return position;
  throw new RangeError(
    `EventStoreDB gives the position ${text}, beyond 2^53: it is older than 23.10 and gives none in streams, or its log is too long`,
  );
};

/** What the server has said to an append; throws what leaves its outcome open, or refuses it. */
export const appendAnswer = (answer: BatchAppendResp): AppendAnswer => {
  const success = answer.getSuccess();
  if (success) {
    const position = success.getPosition();
    return { position: position ? positionOf(position.getCommitPosition()) : null };
  }
  const status = answer.getError()!;
  const details = status.getDetails();
  const type = details?.getTypeName().replace('event_store.client.', '') ?? '';
  const body = details?.getValue_asU8() ?? new Uint8Array();
  if (type === 'WrongExpectedVersion') {
    const wrong = WrongExpectedVersion.deserializeBinary(body);
    return { actual: wrong.hasCurrentStreamRevision() ? Number(wrong.getCurrentStreamRevision()) : NO_STREAM };
  }
  if (type === 'MaximumAppendSizeExceeded') {
    const most = MaximumAppendSizeExceeded.deserializeBinary(body).getMaxappendsize();
    throw new RangeError(`EventStoreDB takes at most ${most} bytes in one append: raise its setting MaxAppendSize, or append less at once`);
  }
  if (type === 'AccessDenied') throw new RefusedError('EventStoreDB refuses this user to append: check EVENTSTORE_URL');
  if (type === 'StreamDeleted') throw new RangeError('The stream was deleted by somebody else');
  throw new StoreUnavailableError(`EventStoreDB could not append: ${status.getMessage() || type}`);
};

const request = (options: ReadReq.Options): ReadReq =>
  new ReadReq().setOptions(options.setUuidOption(new ReadReq.Options.UUIDOption().setString(new Empty())));

/** The events of a stream from a revision on. */
export const streamRequest = (stream: string, fromRevision: number, count: number): ReadReq =>
  request(
    new ReadReq.Options()
      .setStream(new ReadReq.Options.StreamOptions().setStreamIdentifier(identify(stream)).setRevision(String(fromRevision)))
      .setCount(String(count))
      .setNoFilter(new Empty()),
  );

/** The newest event of the log. */
export const newestRequest = (): ReadReq =>
  request(
    new ReadReq.Options()
      .setAll(new ReadReq.Options.AllOptions().setEnd(new Empty()))
      .setReadDirection(ReadReq.Options.ReadDirection.BACKWARDS)
      .setCount('1')
      .setNoFilter(new Empty()),
  );

/** The last event of a stream. */
export const lastRequest = (stream: string): ReadReq =>
  request(
    new ReadReq.Options()
      .setStream(new ReadReq.Options.StreamOptions().setStreamIdentifier(identify(stream)).setEnd(new Empty()))
      .setReadDirection(ReadReq.Options.ReadDirection.BACKWARDS)
      .setCount('1')
      .setNoFilter(new Empty()),
  );

/** All events behind a position, now and later; of these types, or also those of the server itself. */
export const subscriptionRequest = (after: number, types?: readonly string[]): ReadReq => {
  const all = new ReadReq.Options.AllOptions();
  if (after === 0) all.setStart(new Empty());
  else all.setPosition(new ReadReq.Options.Position().setCommitPosition(String(after)).setPreparePosition(String(after)));
  const options = new ReadReq.Options().setAll(all).setSubscription(new ReadReq.Options.SubscriptionOptions());
  if (types) {
    const names = types.map((type) => type.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|');
    const exactly = new ReadReq.Options.FilterOptions.Expression().setRegex(`^(${names})$`);
    const filter = new ReadReq.Options.FilterOptions().setEventType(exactly);
    options.setFilter(filter.setMax(WINDOW).setCheckpointintervalmultiplier(WINDOWS_PER_CHECKPOINT));
  } else options.setNoFilter(new Empty());
  return request(options);
};

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();

/** A recorded event with its text as the codec stores it; no text if it is not one of ours. */
const heardEvent = (event: ReadResp.ReadEvent.RecordedEvent): Heard => {
  const about = event.getMetadataMap();
  const type = about.get('type') ?? '';
  const position = positionOf(event.getCommitPosition());
  const metadata = textOf(event.getCustomMetadata_asU8());
  if (about.get('content-type') !== JSON_TYPE || !metadata.includes(OURS)) return { position, type, body: null };
  const stream = JSON.stringify(textOf(event.getStreamIdentifier()!.getStreamName_asU8()));
  const ms = Number((about.get('created') ?? '0').slice(0, -4));
  const recordedAt = new Date(ms).toISOString();
  const place = `"position":${position},"stream":${stream},"revision":${event.getStreamRevision()}`;
  const data = textOf(event.getData_asU8());
  const body = `{${place},"type":${JSON.stringify(type)},"data":${data},"metadata":${metadata},"recordedAt":"${recordedAt}"}`;
  return { position, type, body };
};

/** What an answer to a read says, if it concerns us. */
export const heard = (answer: ReadResp): Heard | null => {
  const event = answer.getEvent()?.getEvent();
  if (event) return heardEvent(event);
  const checkpoint = answer.getCheckpoint();
  if (checkpoint) return { reached: positionOf(checkpoint.getCommitPosition()) };
  return answer.hasCaughtUp() ? { caughtUp: true } : null;
};
