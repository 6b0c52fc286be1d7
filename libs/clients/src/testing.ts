import { DomainError, fold, RecordedEvent } from '@boucle/eventsourcing';
import { plainToInstance } from 'class-transformer';
import { validateSync, ValidationError } from 'class-validator';
import { clientDecider } from './client/client.decider.js';
import { Client } from './client/client.js';
import { ClientEvent } from './client/client.events.js';

/** Midnight so many days (and hours) after the first of March 2026. */
export const day = (days: number, hours = 0): string => new Date(Date.UTC(2026, 2, 1, hours) + days * 86_400_000).toISOString();

/** A command of the given class. */
export const order = <C extends object>(type: new () => C, fields: NoInfer<C>): C => Object.assign(new type(), fields);

/** An order of a campaign that asks for no consent. */
export const unasked = { purpose: 'marketing', consentRequired: false, suppressions: [] };

/** An event as the log holds it. */
export const logged = <E extends { type: string; data: object }>(event: E, at: string, position = 1): RecordedEvent => ({
  ...event,
  stream: 'spec',
  revision: position - 1,
  position,
  recordedAt: at,
  metadata: { id: `event-${position}`, schemaVersion: 1, occurredAt: at, correlationId: 'spec', causationId: 'spec', actor: 'spec' },
});

/** What became of one command. */
export interface Answer {
  readonly events: readonly ClientEvent[];
  readonly refusal: string | null;
}

/** A command and the instant at which it happens. */
export type Step = readonly [at: string, command: object];

/** Sends commands to one client. */
export const live = (...steps: readonly Step[]) => {
  let client: Client = clientDecider.initial;
  const history: RecordedEvent<ClientEvent>[] = [];
  const answers = steps.map(([at, command]): Answer => {
    const rule = clientDecider.decide[command.constructor.name as 'RegisterClient'] as unknown as (
      client: Client,
      command: object,
      now: string,
    ) => ClientEvent[];
    try {
      const events = rule(client, command, at);
      const recorded = events.map((event, i) => logged(event, at, history.length + 1 + i) as RecordedEvent<ClientEvent>);
      client = fold(clientDecider, client, recorded);
      history.push(...recorded);
      return { events, refusal: null };
    } catch (error) {
      if (error instanceof DomainError) return { events: [], refusal: error.code };
      throw error;
    }
  });
  return { client, history, answers };
};

const paths = (errors: readonly ValidationError[], above = ''): string[] =>
  errors.flatMap(({ property, constraints, children }) => [
    ...(constraints ? [`${above}${property}`] : []),
    ...paths(children ?? [], `${above}${property}.`),
  ]);

/** The fields at fault in a request, by their dotted path. */
export const faults = (type: new () => object, fields: object): string[] =>
  paths(validateSync(plainToInstance(type, fields), { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true }));
