import { Attributes, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  IdGenerator,
  NodeTracerProvider,
  RandomIdGenerator,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import { BusMessage, DomainError, NewEvent, Order, Outcome, RecordedEvent } from '@boucle/eventsourcing';
import { spanIdOf, traceIdOf } from './ids.js';
import { Answered, isRoutine, Observer, Timing } from './observer.js';

/** The most spans of one batch. */
const MOST = 100;

const random = new RandomIdGenerator();

/** Gives the next span the ids that were derived for it. */
class DerivedIds implements IdGenerator {
  traceId: string;
  spanId: string;

  generateTraceId(): string {
    return this.traceId;
  }

  generateSpanId(): string {
    return this.spanId;
  }
}

interface Step {
  readonly name: string;
  readonly kind: SpanKind;
  /** What the span stands for; nothing follows from one that stands for nothing. */
  readonly id: string | null;
  /** The span that it follows from. */
  readonly parent: string | null;
  readonly attributes: Attributes;
  readonly failed: boolean;
}

const correlationIdOf = ({ metadata }: NewEvent): string => metadata.correlationId;

/** Traces for an OpenTelemetry collector. Every id is derived from those that commands, events and messages carry, so a trace goes on in any process without anything being handed over. */
export class Spans implements Observer {
  private readonly ids = new DerivedIds();
  private readonly sampler: TraceIdRatioBasedSampler;
  private readonly provider: NodeTracerProvider;
  private readonly tracer: Tracer;

  /** @param ratio share of the traces that are told; which ones, the trace id decides, in every process alike */
  constructor(endpoint: string, ratio: number) {
    const named = resourceFromAttributes({ 'service.name': 'boucle' });
    const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` });
    this.sampler = new TraceIdRatioBasedSampler(ratio);
    this.provider = new NodeTracerProvider({
      resource: defaultResource()
        .merge(named)
        .merge(detectResources({ detectors: [envDetector] })),
      sampler: this.sampler,
      idGenerator: this.ids,
      spanProcessors: [new BatchSpanProcessor(exporter)],
    });
    this.tracer = this.provider.getTracer('boucle');
  }

  answered(request: Answered, timing: Timing): void {
    if (isRoutine(request)) return;
    const { origin, method, route, status } = request;
    const attributes = { 'http.request.method': method, 'http.route': route, 'http.response.status_code': status };
    const { id, correlationId, parentSpanId: parent } = origin;
    const step = { name: `${method} ${route}`, kind: SpanKind.SERVER, id, parent, attributes, failed: status >= 500 };
    this.tell(correlationId, () => step, timing);
  }

  executed(orders: readonly Order[], outcomes: readonly (Outcome | Error)[], timing: Timing): void {
    const step = ({ command, cause: { id, correlationId } }: Order, outcome: Outcome | Error): Step => {
      // where nothing came before, the command itself is the beginning
      const begins = id === correlationId;
      const { name } = command.constructor;
      const attributes: Attributes =
        outcome instanceof Error
          ? { 'boucle.refusal': outcome instanceof DomainError ? outcome.code : outcome.name }
          : { 'boucle.position': outcome.position, 'boucle.events': outcome.events.length };
      const failed = outcome instanceof Error && !(outcome instanceof DomainError);
      const parent = begins ? null : spanIdOf(id);
      return { name, kind: SpanKind.INTERNAL, id: begins ? id : null, parent, attributes, failed };
    };
    this.tellEach(
      orders,
      ({ cause }) => cause.correlationId,
      (order, i) => step(order, outcomes[i]),
      timing,
    );
  }

  appended(events: readonly NewEvent[], error: Error | null, timing: Timing): void {
    const step = ({ type, metadata: { id, causationId } }: NewEvent): Step => ({
      name: `append ${type}`,
      kind: SpanKind.INTERNAL,
      // the event stands in the log only once it has been appended
      id: error ? null : id,
      parent: spanIdOf(causationId),
      attributes: { 'boucle.event.id': id },
      failed: error !== null,
    });
    this.tellEach(events, correlationIdOf, step, timing);
  }

  took(processor: string, events: readonly RecordedEvent[], error: Error | null, timing: Timing): void {
    const step = ({ type, position, metadata: { id } }: RecordedEvent): Step => ({
      name: `take ${processor}`,
      kind: SpanKind.CONSUMER,
      id: null,
      parent: spanIdOf(id),
      attributes: { 'boucle.event.id': id, 'boucle.event.type': type, 'boucle.position': position, 'boucle.batch': events.length },
      failed: error !== null,
    });
    this.tellEach(events, correlationIdOf, step, timing);
  }

  published(topic: string, messages: readonly BusMessage[], error: Error | null, timing: Timing): void {
    const step = ({ headers: { ce_id: id } }: BusMessage): Step => ({
      name: `publish ${topic}`,
      kind: SpanKind.PRODUCER,
      id: null,
      // of several messages that tell one event, each has its id, a dot and a number
      parent: spanIdOf(id.split('.')[0]),
      attributes: { 'boucle.message.id': id, 'messaging.destination.name': topic, 'messaging.batch.message_count': messages.length },
      failed: error !== null,
    });
    const ofEvents = messages.filter(({ headers }) => headers.ce_id !== undefined && headers.ce_correlationid !== undefined);
    this.tellEach(ofEvents, ({ headers }) => headers.ce_correlationid, step, timing);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.provider.shutdown();
  }

  /** Of a batch only so many steps are told. */
  private tellEach<T>(items: readonly T[], correlationIdOf: (item: T) => string, step: (item: T, i: number) => Step, timing: Timing): void {
    let told = 0;
    for (let i = 0; i < items.length && told < MOST; i++) if (this.tell(correlationIdOf(items[i]), () => step(items[i], i), timing)) told++;
  }

  /** Tells a step of a trace, unless the trace is none of those that are told. */
  private tell(correlationId: string, step: () => Step, { began, ended }: Timing): boolean {
    const traceId = traceIdOf(correlationId);
    if (this.sampler.shouldSample(ROOT_CONTEXT, traceId).decision === SamplingDecision.NOT_RECORD) return false;
    const { name, kind, id, parent, attributes, failed } = step();
    this.ids.traceId = traceId;
    this.ids.spanId = id === null ? random.generateSpanId() : spanIdOf(id);
    const follows =
      parent === null
        ? ROOT_CONTEXT
        : trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: parent, traceFlags: TraceFlags.SAMPLED, isRemote: true });
    const span = this.tracer.startSpan(name, { kind, attributes, startTime: began }, follows);
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(ended);
    return true;
  }
}
