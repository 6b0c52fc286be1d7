import { DomainError, EventStore, RecordedEvent } from '@boucle/eventsourcing';

/** As of when something is told. */
export interface Moment {
  /** How far the log is read. */
  readonly position: number;
  /** The day that was asked for; null: a position. */
  readonly date: string | null;
  /** `known`: what we knew at the position; `true`: what was so on the day, by all that is known up to the position. */
  readonly sense: 'known' | 'true';
  /** ISO instant up to which things count. */
  readonly at: string;
}

/** What may be said about when: a day or a place in the log, and the day up to which is counted what we had learnt. */
export interface MomentAsked {
  /** YYYY-MM-DD, or a position; behind a position, with an @ between, the instant up to which things count. */
  readonly asOf?: string;
  /** YYYY-MM-DD, or a position beside a day. */
  readonly known?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const POSITION = /^(\d{1,16})(?:@(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z))?$/;

const endOf = (day: string, field: string, now: string): string => {
  const at = `${day}T23:59:59.999Z`;
  if (!DAY.test(day) || Number.isNaN(Date.parse(at)) || !new Date(at).toISOString().startsWith(day))
    throw new DomainError('wrong-day', `${field}: ${day} is no day: write it as 2026-03-31`, field);
  if (day > now.slice(0, 10)) throw new DomainError('future-day', `${field}: ${day} has not come yet: name a day until today`, field);
  // of today, what has happened so far
  return at < now ? at : now;
};

/** The first event at or behind a place in the log that is not behind its head. */
const eventAt = async (events: EventStore, position: number): Promise<RecordedEvent> => {
  for await (const batch of events.subscribe({ after: position - 1, sealed: true })) if (batch.events.length > 0) return batch.events[0];
  throw new Error(`The log ended before position ${position}`);
};

/** How far the log reached at an instant. */
const positionAt = async (events: EventStore, instant: string, head: number): Promise<number> => {
  let [low, high] = [0, head];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const { recordedAt, position } = await eventAt(events, middle);
    if (recordedAt <= instant) low = position;
    else high = middle - 1;
  }
  return low;
};

const mustReach = (place: number, head: number, field: string): number => {
  if (place >= 1 && place <= head) return place;
  throw new DomainError('unknown-position', `${field}: the log has positions from 1 to ${head}; a day is written as 2026-03-31`, field);
};

/** How far was known what is told of a day. */
const knownBy = async (events: EventStore, known: string, head: number, now: string): Promise<Pick<Moment, 'position' | 'at'>> => {
  if (/^\d{1,16}$/.test(known)) return { position: mustReach(Number(known), head, 'known'), at: now };
  const at = endOf(known, 'known', now);
  return { position: await positionAt(events, at, head), at };
};

/** The moment that was asked for; now if nothing was said. Days end at midnight, UTC. */
export const momentOf = async (events: EventStore, { asOf, known }: MomentAsked, now: string): Promise<Moment> => {
  const head = await events.head();
  const { position, at } = known === undefined ? { position: head, at: now } : await knownBy(events, known, head, now);
  if (asOf === undefined) return { position, date: null, sense: 'known', at };
  const [, digits, instant] = POSITION.exec(asOf) ?? [];
  if (digits === undefined) return { position, date: asOf, sense: 'true', at: endOf(asOf, 'as-of', now) };
  if (known !== undefined)
    throw new DomainError('twice-known', 'known: a position says already what was known: leave one of them out', 'known');
  const place = mustReach(Number(digits), head, 'as-of');
  const until = async (): Promise<string> => instant ?? (place === head ? now : (await eventAt(events, place)).recordedAt);
  return { position: place, date: null, sense: 'known', at: await until() };
};
