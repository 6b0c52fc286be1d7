import { setTimeout as sleep } from 'node:timers/promises';
import * as grpc from '@grpc/grpc-js';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import { ClusterInfo, EndPoint, MemberInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import { SupportedMethod, SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import { UUID } from '@eventstore/db-client/generated/shared_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { AppendReq, AppendResp, BatchAppendReq, BatchAppendResp, ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { appended, appendOf, batchAppendOf, batchAppended, MAX_APPEND, Proposal } from './appends.js';
import { ServerLog } from './log.js';
import { CAUGHT_UP, checkpoint, CONFIRMATION, Query, queryOf, streamNotFound } from './reads.js';

export interface ServerOptions {
  /** The events it begins with: those of a server that was stopped, or of another node. */
  readonly log?: ServerLog;
  readonly port?: number;
  /** PEM; plain text if left out. */
  readonly tls?: { readonly key: string; readonly certificate: string };
  /** Passwords by user; everybody may do everything if left out. */
  readonly users?: Readonly<Record<string, string>>;
}

type Reading = grpc.ServerWritableStream<ReadReq, unknown>;

const raw = (message: unknown): Buffer => message as Buffer;
const SERVICE = { ...StreamsService, read: { ...StreamsService.read, responseSerialize: raw } };
const OFTEN = 1000;
const ATTEMPTS_TO_BIND = 100;

const failure = (code: grpc.status, details: string, trailers: Record<string, string> = {}): grpc.ServiceError => {
  const metadata = new grpc.Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return Object.assign(new Error(details), { code, details, metadata });
};

/** A server that speaks EventStoreDB's protocol, events in memory, with faults on demand; it proves an adapter, not EventStoreDB. */
export class EventStoreDbServer {
  readonly log: ServerLog;
  port = 0;
  private server: grpc.Server | null = null;
  private readonly subscriptions = new Set<Reading>();
  private hanging: { released: Promise<void>; release: () => void } | null = null;
  private delay = 0;
  private answersToLose = 0;
  private times = 1;
  private leader: EventStoreDbServer | null = null;

  private constructor(private readonly options: ServerOptions) {
    this.log = options.log ?? new ServerLog();
  }

  static async start(options: ServerOptions = {}): Promise<EventStoreDbServer> {
    const server = new EventStoreDbServer(options);
    await server.listen(options.port ?? 0);
    return server;
  }

  /** The connection string, with the user and password given. */
  url(login = ''): string {
    const host = this.options.tls ? 'localhost' : '127.0.0.1';
    return `esdb://${login === '' ? '' : `${login}@`}${host}:${this.port}?tls=${this.options.tls !== undefined}`;
  }

  /** Cuts every connection and listens no more. */
  stop(): void {
    this.resume();
    this.server?.forceShutdown();
    this.server = null;
  }

  /** Listens again where it did before. */
  async restart(): Promise<void> {
    await this.listen(this.port);
  }

  /** Cuts every connection, and is there again at once. */
  async disconnect(): Promise<void> {
    this.stop();
    await this.restart();
  }

  /** Takes calls and answers none, until it resumes; then it does what it was asked. */
  hang(): void {
    let release = () => {};
    this.hanging ??= { released: new Promise((resolve) => (release = resolve)), release: () => release() };
  }

  resume(): void {
    this.hanging?.release();
    this.hanging = null;
  }

  /** Everything takes so much longer. */
  slowDown(ms: number): void {
    this.delay = ms;
  }

  /** Takes so many more appends without an answer, and then cuts every connection. */
  loseAnswers(count: number): void {
    this.answersToLose = count;
  }

  /** Ends every subscription with an error. */
  dropSubscriptions(): void {
    for (const call of this.subscriptions) call.emit('error', failure(grpc.status.CANCELLED, 'the subscription was dropped'));
  }

  /** Ends every subscription as if there were no more to come. */
  endSubscriptions(): void {
    for (const call of this.subscriptions) call.end();
  }

  /** Delivers every event so many times. */
  deliver(times: number): void {
    this.times = times;
  }

  /** Another node leads from now on: whoever asks for the leader is sent there. */
  follow(leader: EventStoreDbServer): void {
    this.leader = leader;
  }

  private async listen(port: number): Promise<void> {
    const { tls } = this.options;
    const credentials = tls
      ? grpc.ServerCredentials.createSsl(null, [{ private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.certificate) }])
      : grpc.ServerCredentials.createInsecure();
    for (let attempt = 1; ; attempt++) {
      const server = new grpc.Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 });
      this.serve(server);
      try {
        this.port = await new Promise<number>((resolve, reject) =>
          server.bindAsync(`127.0.0.1:${port}`, credentials, (error, bound) => (error ? reject(error) : resolve(bound))),
        );
        this.server = server;
        return;
      } catch (error) {
        if (attempt === ATTEMPTS_TO_BIND) throw error;
        await sleep(10);
      }
    }
  }

  private serve(server: grpc.Server): void {
    server.addService(SERVICE, {
      read: (call: Reading) => void this.read(call),
      append: (call: grpc.ServerReadableStream<AppendReq, AppendResp>, answer: grpc.sendUnaryData<AppendResp>) =>
        void this.append(call, answer),
      batchAppend: (call: grpc.ServerDuplexStream<BatchAppendReq, BatchAppendResp>) => this.batchAppend(call),
    });
    server.addService(ServerFeaturesService, {
      getSupportedMethods: (_call: unknown, answer: grpc.sendUnaryData<SupportedMethods>) => answer(null, this.features()),
    });
    server.addService(GossipService, {
      read: (_call: unknown, answer: grpc.sendUnaryData<ClusterInfo>) => answer(null, this.gossip()),
    });
  }

  /** Why a call is refused, if it is. */
  private refusal(metadata: grpc.Metadata): grpc.ServiceError | null {
    const { users } = this.options;
    if (users) {
      const [authorization] = metadata.get('authorization');
      if (authorization === undefined) return failure(grpc.status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });
      const [user, password] = Buffer.from(String(authorization).replace('Basic ', ''), 'base64').toString().split(':');
      if (users[user] !== password) return failure(grpc.status.UNAUTHENTICATED, 'Bad credentials');
    }
    if (this.leader && metadata.get('requires-leader').length > 0)
      return failure(grpc.status.NOT_FOUND, 'Leader info available', {
        exception: 'not-leader',
        'leader-endpoint-host': '127.0.0.1',
        'leader-endpoint-port': String(this.leader.port),
      });
    return null;
  }

  private async faults(): Promise<void> {
    while (this.hanging) await this.hanging.released;
    if (this.delay > 0) await sleep(this.delay);
  }

  private get faultless(): boolean {
    return this.hanging === null && this.delay === 0;
  }

  private async append(call: grpc.ServerReadableStream<AppendReq, AppendResp>, answer: grpc.sendUnaryData<AppendResp>): Promise<void> {
    const proposal = await appendOf(call);
    await this.faults();
    const refused = this.refusal(call.metadata);
    if (refused) return answer(refused);
    if (proposal.bytes > MAX_APPEND)
      return answer(
        failure(grpc.status.INVALID_ARGUMENT, 'Maximum append size exceeded', {
          exception: 'maximum-append-size-exceeded',
          'maximum-append-size': String(MAX_APPEND),
        }),
      );
    answer(null, appended(proposal, this.log.append(proposal.stream, proposal.expected, proposal.events)));
  }

  private batchAppend(call: grpc.ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void {
    const refused = this.refusal(call.metadata);
    if (refused) return void call.emit('error', refused);
    const take = (proposal: Proposal): void => {
      if (this.leader) return void call.emit('error', this.refusal(call.metadata));
      const outcome = proposal.bytes > MAX_APPEND ? null : this.log.append(proposal.stream, proposal.expected, proposal.events);
      if (this.answersToLose > 0) {
        if (--this.answersToLose === 0) void this.disconnect();
      } else if (!call.cancelled) call.write(batchAppended(proposal, outcome));
    };
    batchAppendOf(call, (proposal) => {
      if (this.faultless) take(proposal);
      else void this.faults().then(() => take(proposal));
    });
    call.on('end', () => call.end());
  }

  private async read(call: Reading): Promise<void> {
    await this.faults();
    const refused = this.refusal(call.metadata);
    if (refused) return void call.emit('error', refused);
    const query = queryOf(call.request, this.log);
    if (query.subscribed) return this.keepSending(call, query);
    if (query.list === null) call.write(streamNotFound(query.stream!));
    const { list, backwards, count } = query;
    for (let i = query.start, sent = 0; list?.[i] && sent < count && !call.cancelled; i += backwards ? -1 : 1, sent++)
      if (!call.write(list[i].wire)) await drained(call);
    call.end();
  }

  private async keepSending(call: Reading, { list, stream, start, matches, interval }: Query): Promise<void> {
    this.subscriptions.add(call);
    let wake = () => {};
    const forget = this.log.listen(() => wake());
    call.on('cancelled', () => wake());
    const send = async (message: Buffer): Promise<void> => {
      if (!this.faultless) await this.faults();
      if (!call.write(message)) await drained(call);
    };
    await send(CONFIRMATION);
    let caughtUp = false;
    let considered = 0;
    for (let i = start; !call.cancelled && !call.writableEnded;) {
      const event = (list ?? this.log.of(stream!))?.[i];
      if (event) {
        i++;
        if (matches === null || matches(event)) for (let n = 0; n < this.times; n++) await send(event.wire);
        if (matches !== null && ++considered % interval === 0) await send(checkpoint(event.position));
        if (considered % OFTEN === OFTEN - 1) await new Promise(setImmediate);
      } else {
        if (!caughtUp) await send(CAUGHT_UP);
        caughtUp = true;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    }
    forget();
    this.subscriptions.delete(call);
  }

  private features(): SupportedMethods {
    const methods = Object.values(StreamsService as unknown as Record<string, { path: string }>).map(({ path }) => {
      const [, service, method] = path.split('/');
      return new SupportedMethod().setServiceName(service.toLowerCase()).setMethodName(method.toLowerCase());
    });
    return new SupportedMethods().setEventStoreServerVersion('23.10.0').setMethodsList(methods);
  }

  private gossip(): ClusterInfo {
    const member = (node: EventStoreDbServer, state: MemberInfo.VNodeState): MemberInfo =>
      new MemberInfo()
        .setInstanceId(new UUID().setString('00000000-0000-4000-8000-000000000001'))
        .setState(state)
        .setIsAlive(true)
        .setHttpEndPoint(new EndPoint().setAddress('127.0.0.1').setPort(node.port));
    const { LEADER, FOLLOWER } = MemberInfo.VNodeState;
    const members = this.leader ? [member(this.leader, LEADER), member(this, FOLLOWER)] : [member(this, LEADER)];
    return new ClusterInfo().setMembersList(members);
  }
}

/** Resolves when more can be written, or nothing need be any more. */
const drained = (call: Reading): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      call.off('drain', done).off('cancelled', done).off('close', done);
      resolve();
    };
    call.on('drain', done).on('cancelled', done).on('close', done);
    if (call.cancelled) done();
  });
