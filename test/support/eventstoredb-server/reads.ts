import { StreamIdentifier } from '@eventstore/db-client/generated/shared_pb.js';
import { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { ServerLog, Stored } from './log.js';

/** What a read asks for. */
export interface Query {
  /** The stream, or null for the whole log. */
  readonly stream: string | null;
  /** Null for a stream that does not exist. */
  readonly list: Stored[] | null;
  /** Place in the list. */
  readonly start: number;
  readonly backwards: boolean;
  readonly count: number;
  readonly subscribed: boolean;
  /** Null without a filter. */
  readonly matches: ((event: Stored) => boolean) | null;
  /** Events between two checkpoints. */
  readonly interval: number;
}

const DEFAULT_WINDOW = 32;

const bytes = (response: ReadResp): Buffer => Buffer.from(response.serializeBinary());

export const CONFIRMATION = bytes(
  new ReadResp().setConfirmation(new ReadResp.SubscriptionConfirmation().setSubscriptionId('00000000-0000-4000-8000-000000000002')),
);
export const CAUGHT_UP = bytes(new ReadResp().setCaughtUp(new ReadResp.CaughtUp()));

export const checkpoint = (position: number): Buffer =>
  bytes(new ReadResp().setCheckpoint(new ReadResp.Checkpoint().setCommitPosition(String(position)).setPreparePosition(String(position))));

export const streamNotFound = (stream: string): Buffer =>
  bytes(
    new ReadResp().setStreamNotFound(
      new ReadResp.StreamNotFound().setStreamIdentifier(new StreamIdentifier().setStreamName(Buffer.from(stream))),
    ),
  );

/** The first place behind a position. */
const behind = (all: readonly Stored[], position: number): number => {
  let low = 0;
  for (let high = all.length; low < high;) {
    const middle = (low + high) >>> 1;
    if (all[middle].position <= position) low = middle + 1;
    else high = middle;
  }
  return low;
};

const matcherOf = (filter: ReadReq.Options.FilterOptions): ((event: Stored) => boolean) => {
  const onType = filter.hasEventType();
  const expression = (onType ? filter.getEventType() : filter.getStreamIdentifier())!;
  const prefixes = expression.getPrefixList();
  const regex = new RegExp(expression.getRegex());
  return ({ type, stream }) => {
    const subject = onType ? type : stream;
    return prefixes.length > 0 ? prefixes.some((prefix) => subject.startsWith(prefix)) : regex.test(subject);
  };
};

const intervalOf = (filter: ReadReq.Options.FilterOptions): number =>
  (filter.hasMax() ? filter.getMax() : DEFAULT_WINDOW) * filter.getCheckpointintervalmultiplier();

/** Reads from a place are inclusive, subscriptions exclusive. */
export const queryOf = (request: ReadReq, log: ServerLog): Query => {
  const options = request.getOptions()!;
  const subscribed = options.hasSubscription();
  const backwards = options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS;
  const filter = options.getFilter();
  const rest = {
    backwards,
    subscribed,
    count: subscribed ? Infinity : Number(options.getCount()),
    matches: filter ? matcherOf(filter) : null,
    interval: filter ? intervalOf(filter) : 1,
  };
  const inStream = options.getStream();
  if (inStream) {
    const stream = Buffer.from(inStream.getStreamIdentifier()!.getStreamName_asU8()).toString();
    const list = log.of(stream);
    const end = backwards ? (list?.length ?? 0) - 1 : (list?.length ?? 0);
    const revision = Number(inStream.getRevision()) + (subscribed ? 1 : 0);
    return { ...rest, stream, list, start: inStream.hasEnd() ? end : inStream.hasStart() ? 0 : revision };
  }
  const inAll = options.getAll()!;
  const { all } = log;
  const position = Number(inAll.getPosition()?.getCommitPosition() ?? 0);
  const found = behind(all, subscribed || backwards ? position : position - 1) - (backwards ? 1 : 0);
  const end = backwards ? all.length - 1 : all.length;
  return { ...rest, stream: null, list: all, start: inAll.hasEnd() ? end : inAll.hasStart() ? 0 : found };
};
