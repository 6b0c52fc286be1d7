import { randomUUID } from 'node:crypto';
import { Cause, Clock, ConcurrencyError, DomainError, EventStore, fold, Lookup, Message, Outcome, Request } from '@boucle/eventsourcing';
import {
  ChangeClientDetails,
  Client,
  clientStream,
  ERP,
  referenceDecider,
  referenceLookup,
  referenceStream,
  saidIn,
} from '@boucle/clients';
import { articleChange, Change, ChangedCustomer, CHANGES, customerChanges, recordChange } from '@boucle/erp';
import { mayOverrule, SOURCE_RANKS_STREAM, sourceRanksDecider } from '@boucle/importing';
import { CommandDoor } from '../door.js';
import { Ingested, RejectedLine } from '../http/bulk.js';
import { FieldProblem } from '../http/problem.filter.js';
import { refusal } from '../http/reading.js';
import { shaped } from '../http/shape.js';
import { happensAt } from '../http/writing.js';
import { Registration } from '../registration.js';

const AT_ONCE = 500;
const MOST_KNOWN = 50_000;

/** What each field of a command is called in the records of an ERP. */
const CALLED: Readonly<Record<string, string>> = {
  clientId: 'customer',
  purchaseId: 'order',
  orderId: 'order',
  invoiceId: 'invoice',
  articleId: 'article',
};

/** What it takes to enter the changes of an ERP. */
export interface ChangeNeeds {
  readonly events: EventStore;
  readonly door: CommandDoor;
  readonly registration: Registration;
  readonly lookup: Lookup;
  readonly clock: Clock;
  readonly actor: string;
}

/** A line that cannot be entered. */
class LineError extends Error {
  constructor(readonly problem: FieldProblem) {
    super(problem.reason);
  }
}

/** The change on a line, or what is wrong with it. */
const readChange = (text: string): { readonly change: Change } | { readonly problem: FieldProblem } => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: { field: 'line', reason: `not JSON: ${(error as Error).message}` } };
  }
  const record = (value as { record?: unknown } | null)?.record;
  if (typeof record !== 'string' || !Object.hasOwn(CHANGES, record))
    return { problem: { field: 'record', reason: `record must be one of ${Object.keys(CHANGES).join(', ')}` } };
  const change = shaped<Change>(CHANGES[record as keyof typeof CHANGES], value, 'line');
  return Array.isArray(change) ? { problem: change[0] } : { change };
};

/** A change and where it stands. */
interface Line {
  readonly line: number;
  readonly change: Change;
}

const isOf =
  <R extends Change['record']>(record: R) =>
  (change: Change): change is Extract<Change, { record: R }> =>
    change.record === record;
const isCustomer = isOf('customer');
const isArticle = isOf('article');

/** Why a purchase that is known already is not what the ERP says by now; null: it is. */
const difference = ({ type, data }: Message, { state, events }: Outcome): FieldProblem | null => {
  if (type !== 'RecordPurchase' || events.length > 0) return null;
  const { purchaseId, amount, currency } = data as { purchaseId: string; amount: number; currency: string };
  const known = (state as Client).purchases.bought.find((one) => one.purchaseId === purchaseId);
  if (!known || (known.amount === amount && known.currency === currency)) return null;
  const reason = `The order was delivered for ${known.amount} ${known.currency} before: send what was taken back as a return, what came on top as another order`;
  return { field: 'amount', reason };
};

/** Enters what an ERP tells, a JSON object on each line, in its order; by its own numbers, so that entering it again is harmless. */
export const enterChanges = async (
  lines: Iterable<string> | AsyncIterable<string>,
  { events, door, registration, lookup, clock, actor }: ChangeNeeds,
): Promise<Ingested> => {
  const rejected: RejectedLine[] = [];
  let [line, accepted, repeated, position] = [0, 0, 0, 0];
  let waiting: Line[] = [];
  const holders = new Map<string, string>();
  const ranks = fold(sourceRanksDecider, sourceRanksDecider.initial, await events.read(SOURCE_RANKS_STREAM));

  const causeOf = (change: { occurredAt?: string }, key: string): Cause => {
    const id = randomUUID();
    return { id, correlationId: id, now: happensAt(change, clock), actor, key };
  };
  const reject = (at: number, { field, reason }: FieldProblem): void => {
    const [first, ...rest] = field.split('.');
    rejected.push({ line: at, field: [CALLED[first] ?? first, ...rest].join('.'), reason });
  };
  const count = (outcomes: readonly Outcome[]): void => {
    if (outcomes.some((outcome) => outcome.events.length > 0)) accepted++;
    else repeated++;
    position = Math.max(position, ...outcomes.map((outcome) => outcome.position));
  };

  const execute = async (request: Request): Promise<Outcome> => {
    const [outcome] = await door.executeMany([request]);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };

  const holderOf = async (customer: string): Promise<string | null> => {
    const number = referenceLookup(lookup, ERP, customer);
    const cached = holders.get(number);
    if (cached !== undefined) return cached;
    const { clientId } = fold(referenceDecider, referenceDecider.initial, await events.read(referenceStream(number)));
    if (holders.size >= MOST_KNOWN) holders.clear();
    if (clientId !== null) holders.set(number, clientId);
    return clientId;
  };

  /** Of what the ERP says of somebody who is known, what no source before it has said: where ranks name it. */
  const countingOf = async (clientId: string, { person = {}, attributes = {} }: ChangedCustomer) => {
    if (!ranks.includes(ERP)) return { person, attributes };
    const said = saidIn(await events.read(clientStream(clientId)));
    const counts = (field: string): boolean => !Object.hasOwn(said, field) || mayOverrule(ranks, ERP, said[field].by);
    const kept = <T extends object>(fields: T, nameOf = (name: string): string => name): T =>
      Object.fromEntries(Object.entries(fields).filter(([name]) => counts(nameOf(name)))) as T;
    const { fields, ...own } = person;
    return {
      person: { ...kept(own), ...(fields && { fields: kept(fields) }) },
      attributes: kept(attributes, (name) => `attributes.${name}`),
    };
  };

  const enterCustomer = async (change: ChangedCustomer): Promise<void> => {
    const { customer, person: told = {}, origin, attributes: toldAttributes = {} } = change;
    const cause = causeOf({}, 'customer');
    const references = [{ system: ERP, number: customer }];
    const outcomes: Outcome[] = [];
    try {
      const whole = { attributes: toldAttributes, origin, references, ...(Object.keys(told).length > 0 && { person: told }) };
      outcomes.push(...(await registration.register(whole, cause)).outcomes);
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'client-exists')) throw error;
    }
    const clientId = (await holderOf(customer))!;
    const { person, attributes } = await countingOf(clientId, change);
    const details = await door.execute(Object.assign(new ChangeClientDetails(), { clientId, person }), { ...cause, key: 'details' });
    outcomes.push(details);
    outcomes.push(
      await execute({ message: { type: 'ChangeAttributes', data: { clientId, attributes } }, cause: { ...cause, key: 'attributes' } }),
    );
    const today = cause.now.slice(0, 10);
    const more = customerChanges(change, details.state as Client, clientId, lookup, today);
    const requests = more.map((message, n) => ({ message, cause: { ...cause, key: `${message.type}/${n}` } }));
    for (const request of requests) outcomes.push(await execute(request));
    count(outcomes);
  };

  /** Was it delivered, it is a purchase that is cancelled; else an order. */
  const cancel = async (request: Request): Promise<Outcome> => {
    const { purchaseId: orderId, ...facts } = request.message.data as { purchaseId: string };
    try {
      return await execute(request);
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'unknown-purchase')) throw error;
      return execute({ ...request, message: { type: 'CancelOrder', data: { ...facts, orderId } } });
    }
  };

  const enter = async (change: Change): Promise<void> => {
    if (isCustomer(change)) return enterCustomer(change);
    if (isArticle(change)) return count([await execute({ message: articleChange(change), cause: causeOf({}, 'article') })]);
    const clientId = await holderOf(change.customer);
    if (clientId === null)
      throw new LineError({
        field: 'customer',
        reason: 'No customer of this number is known: send his customer record first, then this one again',
      });
    const request = { message: recordChange(change, clientId, lookup), cause: causeOf(change, change.record) };
    const outcome = await (change.record === 'order' && change.state === 'cancelled' ? cancel(request) : execute(request));
    const differs = difference(request.message, outcome);
    if (differs) throw new LineError(differs);
    count([outcome]);
  };

  const take = async ({ line: at, change }: Line): Promise<void> => {
    try {
      await enter(change);
    } catch (error) {
      if (error instanceof LineError) reject(at, error.problem);
      else if (error instanceof DomainError) reject(at, refusal(error, 'line'));
      else if (error instanceof ConcurrencyError) reject(at, { field: 'line', reason: error.message });
      else throw error;
    }
  };

  /** Takes what waits: what is of one customer in its order, customers side by side. */
  const takeAll = async (): Promise<void> => {
    const bySubject = new Map<string, Line[]>();
    for (const one of waiting) {
      const { change } = one;
      const subject = isArticle(change) ? `article ${change.article}` : `customer ${referenceLookup(lookup, ERP, change.customer)}`;
      bySubject.set(subject, [...(bySubject.get(subject) ?? []), one]);
    }
    waiting = [];
    // also lines that are nothing but refusals let others have their turn
    await new Promise(setImmediate);
    const ended = await Promise.allSettled(
      [...bySubject.values()].map(async (some) => {
        for (const one of some) await take(one);
      }),
    );
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
  };

  for await (const text of lines) {
    line++;
    if (text.trim() !== '') {
      const read = readChange(text);
      if ('problem' in read) reject(line, read.problem);
      else waiting.push({ line, ...read });
    }
    if (line % AT_ONCE === 0) await takeAll();
  }
  await takeAll();
  return { accepted, repeated, rejected: rejected.sort((a, b) => a.line - b.line), position };
};
