import {
  BusMessage,
  ConcurrencyError,
  DomainError,
  NewEvent,
  Order,
  Outcome,
  RecordedEvent,
  StoreUnavailableError,
} from '@boucle/eventsourcing';
import { WaveEvent } from '@boucle/campaigns';
import { ClientEvent } from '@boucle/clients';
import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { Answered, Observer, Timing } from './observer.js';

/** How far a processor is, as of a scrape. */
export interface Progress {
  readonly name: string;
  readonly position: number;
  readonly heldBy: string | null;
  readonly lastError: unknown;
}

const QUICK = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const PATIENT = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];

const secondsOf = ({ began, ended }: Timing): number => (ended - began) / 1000;

const endOf = (error: Error | null): string => {
  if (error === null) return 'done';
  if (error instanceof ConcurrencyError) return 'conflict';
  return error instanceof StoreUnavailableError ? 'unavailable' : 'failed';
};

const outcomeOf = (outcome: Outcome | Error): string => {
  if (!(outcome instanceof Error)) return outcome.events.length > 0 ? 'done' : 'repeated';
  return outcome instanceof DomainError ? 'refused' : endOf(outcome);
};

/** The measurements of one process since its start; no label names a client or anything else without bound. */
@Injectable()
export class Metrics implements Observer {
  readonly registry = new Registry();

  private readonly requests = this.histogram(
    'boucle_http_request_seconds',
    'Time to answer an HTTP request, by its path as the API document writes it; 499: the caller went away before',
    ['method', 'route', 'status'],
  );
  private readonly commands = this.counter(
    'boucle_commands_total',
    'Commands by how they ended: done, repeated (it had already happened), refused by a rule, conflict, unavailable, failed',
    ['command', 'outcome'],
  );
  private readonly appends = this.histogram(
    'boucle_append_seconds',
    'Time until events were durable in the log (done), or were not: conflict, unavailable, failed',
    ['outcome'],
  );
  private readonly retries = this.counter(
    'boucle_command_retries_total',
    'Times that commands were decided again because their stream had moved on',
  );
  private readonly events = this.counter('boucle_events_total', 'Events written to the log', ['type']);
  private readonly decisions = this.counter(
    'boucle_decisions_total',
    'Decisions written: an offer was drawn (arm) or the client is left alone for good (hold-out)',
    ['of'],
  );
  private readonly mailings = this.counter('boucle_mailings_total', 'Mailings dispatched', ['channel']);
  private readonly responses = this.counter('boucle_responses_total', 'Responses recorded', ['kind']);
  private readonly purchases = this.counter('boucle_purchases_total', 'Purchases recorded');
  private readonly head = this.gauge('boucle_log_position', 'Position of the newest event of the log');
  private readonly positions = this.gauge('boucle_processor_position', 'Position of the log that a processor has reached', ['processor']);
  private readonly lags = this.gauge(
    'boucle_processor_lag_positions',
    'Positions of the log behind a processor: events on the embedded log, bytes on EventStoreDB',
    ['processor'],
  );
  private readonly delays = this.histogram(
    'boucle_processor_delay_seconds',
    'From the log having an event to a processor having taken it; the newest of each batch',
    ['processor'],
    PATIENT,
  );
  private readonly taken = this.counter(
    'boucle_processor_events_total',
    'Events that a processor has taken, those taken again after a failure included',
    ['processor'],
  );
  private readonly restarts = this.counter('boucle_processor_restarts_total', 'Times that a processor has stopped on an error', [
    'processor',
  ]);
  private readonly failing = this.gauge('boucle_processor_failing', '1 while a processor has not got over its last error', ['processor']);
  private readonly held = this.gauge('boucle_processor_held', '1 while a processor waits for a wave to be decided or analysed', [
    'processor',
  ]);
  private readonly ready = this.gauge('boucle_ready', '1 while a part that the process stands on is well', ['part']);
  private readonly publishes = this.histogram(
    'boucle_publish_seconds',
    'Time until the bus had messages safe (done), or had not (failed)',
    ['topic', 'outcome'],
  );
  private readonly messages = this.counter('boucle_published_messages_total', 'Messages published, repetitions included', ['topic']);
  private readonly deadLetters = this.counter(
    'boucle_dead_letters_total',
    'Messages of a topic that could not be taken and were put aside',
    ['topic'],
  );

  answered({ method, route, status }: Answered, timing: Timing): void {
    this.requests.observe({ method, route, status }, secondsOf(timing));
  }

  executed(orders: readonly Order[], outcomes: readonly (Outcome | Error)[]): void {
    orders.forEach(({ command }, i) => this.commands.inc({ command: command.constructor.name, outcome: outcomeOf(outcomes[i]) }));
  }

  appended(events: readonly NewEvent[], error: Error | null, timing: Timing): void {
    const outcome = endOf(error);
    this.appends.observe({ outcome }, secondsOf(timing));
    if (outcome === 'conflict') this.retries.inc();
    if (error === null) for (const event of events) this.count(event);
  }

  took(processor: string, events: readonly RecordedEvent[], error: Error | null, { ended }: Timing): void {
    if (error) return;
    this.taken.inc({ processor }, events.length);
    this.delays.observe({ processor }, Math.max(0, ended - Date.parse(events.at(-1)!.recordedAt)) / 1000);
  }

  failed(processor: string): void {
    this.restarts.inc({ processor });
  }

  published(topic: string, messages: readonly BusMessage[], error: Error | null, timing: Timing): void {
    this.publishes.observe({ topic, outcome: error ? 'failed' : 'done' }, secondsOf(timing));
    if (error === null) this.messages.inc({ topic }, messages.length);
  }

  deadLettered(topic: string): void {
    this.deadLetters.inc({ topic });
  }

  /** Takes over how the engine is right now. */
  look(head: number | null, processors: readonly Progress[], parts: readonly { name: string; ready: boolean }[]): void {
    if (head !== null) this.head.set(head);
    for (const { name: processor, position, heldBy, lastError } of processors) {
      this.positions.set({ processor }, position);
      if (head !== null) this.lags.set({ processor }, Math.max(0, head - position));
      this.restarts.inc({ processor }, 0);
      this.failing.set({ processor }, lastError ? 1 : 0);
      this.held.set({ processor }, heldBy ? 1 : 0);
    }
    for (const { name: part, ready } of parts) this.ready.set({ part }, ready ? 1 : 0);
  }

  private count(event: NewEvent): void {
    this.events.inc({ type: event.type });
    const known = event as NewEvent<ClientEvent | WaveEvent>;
    if (known.type === 'DecisionsTaken') {
      const { decisions } = known.data;
      const arms = decisions.reduce((sum, decision) => ('arm' in decision ? sum + 1 : sum), 0);
      this.decisions.inc({ of: 'arm' }, arms);
      this.decisions.inc({ of: 'hold-out' }, decisions.length - arms);
    }
    if (known.type === 'MailingDispatched') this.mailings.inc({ channel: known.data.channel });
    if (known.type === 'ResponseRecorded') this.responses.inc({ kind: known.data.kind });
    if (known.type === 'PurchaseRecorded') this.purchases.inc();
  }

  private counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  private histogram(name: string, help: string, labelNames: string[], buckets = QUICK): Histogram {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }
}
