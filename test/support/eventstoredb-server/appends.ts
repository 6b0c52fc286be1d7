import { ServerReadableStream, ServerDuplexStream } from '@grpc/grpc-js';
import { Any } from 'google-protobuf/google/protobuf/any_pb.js';
import { Empty as GoogleEmpty } from 'google-protobuf/google/protobuf/empty_pb.js';
import {
  AllStreamPosition,
  Empty,
  MaximumAppendSizeExceeded,
  StreamIdentifier,
  UUID,
  WrongExpectedVersion,
} from '@eventstore/db-client/generated/shared_pb.js';
import { Status } from '@eventstore/db-client/generated/status_pb.js';
import { AppendReq, AppendResp, BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { Expected, Outcome, Proposed } from './log.js';

/** The most bytes of one append, as a real server has it unless told otherwise. */
export const MAX_APPEND = 1024 * 1024;

/** An append as it is asked for. */
export interface Proposal {
  readonly correlation: UUID | null;
  readonly stream: string;
  readonly expected: Expected;
  readonly events: Proposed[];
  bytes: number;
}

type Message = AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage;

const nameOf = (identifier: StreamIdentifier | undefined): string => Buffer.from(identifier!.getStreamName_asU8()).toString();
const identify = (stream: string): StreamIdentifier => new StreamIdentifier().setStreamName(Buffer.from(stream));

const idOf = (id: UUID): string => id.getString() || JSON.stringify(id.getStructured()!.toObject());

const add = (proposal: Proposal, message: Message): void => {
  const about = message.getMetadataMap();
  const data = message.getData_asU8();
  const metadata = message.getCustomMetadata_asU8();
  proposal.bytes += data.length + metadata.length;
  proposal.events.push({
    id: idOf(message.getId()!),
    type: about.get('type')!,
    contentType: about.get('content-type')!,
    data,
    metadata,
  });
};

/** All that is said in an append of its own. */
export const appendOf = async (call: ServerReadableStream<AppendReq, AppendResp>): Promise<Proposal> => {
  let proposal: Proposal | null = null;
  for await (const request of call as AsyncIterable<AppendReq>) {
    const options = request.getOptions();
    if (options) {
      const expected = options.hasNoStream()
        ? -1
        : options.hasAny()
          ? 'any'
          : options.hasStreamExists()
            ? 'exists'
            : Number(options.getRevision());
      proposal = { correlation: null, stream: nameOf(options.getStreamIdentifier()), expected, events: [], bytes: 0 };
    } else add(proposal!, request.getProposedMessage()!);
  }
  return proposal!;
};

/** The appends of a batch stream, each once its last part has come. */
export const batchAppendOf = (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>, take: (proposal: Proposal) => void): void => {
  const begun = new Map<string, Proposal>();
  call.on('data', (request: BatchAppendReq) => {
    const correlation = request.getCorrelationId()!;
    const options = request.getOptions();
    const key = idOf(correlation);
    let proposal = begun.get(key);
    if (!proposal && options) {
      const expected = options.hasNoStream()
        ? -1
        : options.hasAny()
          ? 'any'
          : options.hasStreamExists()
            ? 'exists'
            : Number(options.getStreamPosition());
      proposal = { correlation, stream: nameOf(options.getStreamIdentifier()), expected, events: [], bytes: 0 };
      begun.set(key, proposal);
    }
    for (const message of request.getProposedMessagesList()) add(proposal!, message);
    if (!request.getIsFinal()) return;
    begun.delete(key);
    take(proposal!);
  });
  call.on('error', () => begun.clear());
};

/** The answer to an append of its own. */
export const appended = ({ expected }: Proposal, outcome: Outcome): AppendResp => {
  if ('revision' in outcome) {
    const success = new AppendResp.Success().setCurrentRevision(String(outcome.revision));
    if (outcome.position === null) success.setNoPosition(new Empty());
    else {
      const position = String(outcome.position);
      success.setPosition(new AppendResp.Position().setCommitPosition(position).setPreparePosition(position));
    }
    return new AppendResp().setSuccess(success);
  }
  const wrong = new AppendResp.WrongExpectedVersion();
  if (outcome.actual < 0) wrong.setCurrentNoStream(new Empty());
  else wrong.setCurrentRevision(String(outcome.actual));
  if (typeof expected !== 'number') wrong.setExpectedStreamExists(new Empty());
  else if (expected < 0) wrong.setExpectedNoStream(new Empty());
  else wrong.setExpectedRevision(String(expected));
  return new AppendResp().setWrongExpectedVersion(wrong);
};

const problem = (type: string, body: { serializeBinary(): Uint8Array }): Status => {
  const details = new Any();
  details.pack(body.serializeBinary(), `event_store.client.${type}`, 'type.googleapis.com/');
  return new Status().setCode(2).setMessage(type).setDetails(details);
};

/** The answer to an append of a batch stream; no outcome means that it was too large. */
export const batchAppended = ({ correlation, stream, expected }: Proposal, outcome: Outcome | null): BatchAppendResp => {
  const answer = new BatchAppendResp().setCorrelationId(correlation!).setStreamIdentifier(identify(stream));
  if (outcome === null)
    return answer.setError(problem('MaximumAppendSizeExceeded', new MaximumAppendSizeExceeded().setMaxappendsize(MAX_APPEND)));
  if ('revision' in outcome) {
    const success = new BatchAppendResp.Success().setCurrentRevision(String(outcome.revision));
    if (outcome.position === null) return answer.setSuccess(success.setNoPosition(new GoogleEmpty()));
    const position = String(outcome.position);
    return answer.setSuccess(success.setPosition(new AllStreamPosition().setCommitPosition(position).setPreparePosition(position)));
  }
  const wrong = new WrongExpectedVersion();
  if (outcome.actual < 0) wrong.setCurrentNoStream(new GoogleEmpty());
  else wrong.setCurrentStreamRevision(String(outcome.actual));
  if (typeof expected === 'number' && expected >= 0) wrong.setExpectedStreamPosition(String(expected));
  else wrong.setExpectedNoStream(new GoogleEmpty());
  return answer.setError(problem('WrongExpectedVersion', wrong));
};
