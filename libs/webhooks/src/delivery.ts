import { Clock, DocumentStore, EventStore, everyDocument, rest } from '@boucle/eventsourcing';
import { CloudEvent } from '@boucle/contracts';
import { Outbound } from './outbound.js';
import { nextAttempt } from './retries.js';
import { signedHeaders } from './signature.js';
import { Webhook } from './webhook.decider.js';

/** How far the deliveries of a webhook have come. */
export interface WebhookProgress {
  /** Everything up to here has been delivered or waits for another attempt. */
  readonly position: number;
  /** How often the webhook had been asked to begin again. */
  readonly replays: number;
  /** Clients and campaigns whose messages wait for another attempt. */
  readonly waiting: number;
  /** What went wrong last; null once nothing waits. */
  readonly lastError: string | null;
  /** When the next of the waiting is tried again, ISO instant. */
  readonly nextAttempt: string | null;
}

/** A message that waits. */
interface Letter {
  readonly id: string;
  readonly body: string;
}

/** What waits for one client or campaign; the first failed, the others stand behind it. */
interface Lane {
  readonly webhookId: string;
  readonly subject: string;
  letters: readonly Letter[];
  failures: number;
  nextAttempt: string;
  /** How often the webhook had been resumed when the failures were counted. */
  resumes: number;
}

export const WEBHOOK_PROGRESS = 'webhook-progress';
export const WEBHOOK_LANES = 'webhook-lanes';

const AT_ONCE = 8;
const CHUNK = 100;
const MOST_LANES = 100;
const MOST_LETTERS = 1000;
/** So many failures in a row, and only one waiting message at a time is tried. */
const DOWN = 10;
const LOOK_AGAIN_MS = 100;
const GONE = 410;

/** Why a webhook should not be tried any more. */
export class EndpointLost extends Error {}

/** Does the work for every item, so many at a time. */
const inParallel = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  const rest = [...items];
  const lane = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) await work(next);
  };
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE, items.length) }, lane));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
};

const laneKey = (webhookId: string, replays: number, subject: string): string => `${webhookId}/${replays}/${subject}`;

const isChosen = (chosen: readonly string[] | undefined, id: string | undefined): boolean =>
  chosen === undefined || id === undefined || chosen.includes(id);

/** Tells one webhook what happened: in order for each client or campaign, several at a time. Whoever's message fails waits for the next attempt; the others go on. */
export class Delivery {
  private readonly lanes = new Map<string, Lane>();
  private readonly versions = new Map<string, number>();
  private readonly types: ReadonlySet<string>;
  private progress: WebhookProgress;
  private version: number | null = null;
  private saving: Promise<void> = Promise.resolve();
  private readonly stop = new AbortController();
  private failuresInARow = 0;
  private lost: EndpointLost | null = null;

  constructor(
    private readonly webhookId: string,
    private readonly webhook: Webhook,
    private readonly events: EventStore,
    private readonly documents: DocumentStore,
    private readonly clock: Clock,
    private readonly outbound: Outbound,
  ) {
    this.types = new Set(webhook.types);
  }

  /** Delivers until the signal aborts; throws `EndpointLost` when there is nobody left to deliver to. */
  async run(signal: AbortSignal): Promise<void> {
    await this.load();
    const both = AbortSignal.any([signal, this.stop.signal]);
    const outcomes = await Promise.allSettled([this.follow(both), this.retry(both)].map((work) => work.finally(() => this.stop.abort())));
    if (this.lost) throw this.lost;
    for (const outcome of outcomes) if (outcome.status === 'rejected' && !signal.aborted) throw outcome.reason;
  }

  private async load(): Promise<void> {
    const { replays, resumes, asOf } = this.webhook;
    const [stored] = await this.documents.getMany<WebhookProgress>(WEBHOOK_PROGRESS, [this.webhookId]);
    this.version = stored?.position ?? null;
    const beginning = { position: asOf, replays, waiting: 0, lastError: null, nextAttempt: null };
    this.progress = stored?.document?.replays === replays ? stored.document : beginning;
    const now = this.clock.now();
    for await (const page of everyDocument<Lane>(this.documents, WEBHOOK_LANES, `${this.webhookId}/`))
      for (const { key, document, position } of page) {
        this.versions.set(key, position);
        if (!document) continue;
        // what waited before a replay is told again anyway
        if (!key.startsWith(laneKey(this.webhookId, replays, ''))) {
          await this.documents.put(WEBHOOK_LANES, [{ key, document: null, position: position + 1 }]);
          continue;
        }
        const lane = document.resumes === resumes ? { ...document } : { ...document, resumes, failures: 0, nextAttempt: now };
        this.lanes.set(document.subject, lane);
      }
    await this.save({});
  }

  /** Follows the log, as long as not too much waits. */
  private async follow(signal: AbortSignal): Promise<void> {
    const types = this.outbound.eventsBehind(this.webhook.types);
    for await (const batch of this.events.subscribe({ after: this.progress.position, types, sealed: true, signal })) {
      let chunk: CloudEvent[] = [];
      const deliver = async (position: number): Promise<void> => {
        if (chunk.length > 0) await this.deliver(chunk, signal);
        if (signal.aborted) return;
        if (position > this.progress.position) await this.save({ position });
        chunk = [];
      };
      for (const event of batch.events) {
        chunk.push(...this.wanted(this.outbound.say(event)));
        if (chunk.length >= CHUNK) await deliver(event.position);
        if (signal.aborted) return;
      }
      await deliver(batch.position);
      if (signal.aborted) return;
    }
  }

  private wanted(messages: readonly CloudEvent[]): CloudEvent[] {
    const { segments, indicators } = this.webhook.choice;
    return messages.filter(({ type, data }) => {
      const { segmentId, indicatorId } = data as { segmentId?: string; indicatorId?: string };
      return this.types.has(type) && isChosen(segments, segmentId) && isChosen(indicators, indicatorId);
    });
  }

  private async deliver(messages: readonly CloudEvent[], signal: AbortSignal): Promise<void> {
    await this.room(signal);
    const bySubject = new Map<string, Letter[]>();
    for (const message of messages) {
      const letter = { id: message.id, body: JSON.stringify(message) };
      const letters = bySubject.get(message.subject);
      if (letters) letters.push(letter);
      else bySubject.set(message.subject, [letter]);
    }
    await inParallel([...bySubject], ([subject, letters]) => this.deliverTo(subject, letters, signal));
  }

  /** Waits until the lanes take some more. */
  private async room(signal: AbortSignal): Promise<void> {
    const full = (): boolean =>
      this.lanes.size >= MOST_LANES || [...this.lanes.values()].some(({ letters }) => letters.length >= MOST_LETTERS);
    while (full() && !signal.aborted) await rest(LOOK_AGAIN_MS, signal);
  }

  private async deliverTo(subject: string, letters: readonly Letter[], signal: AbortSignal): Promise<void> {
    for (const [n, letter] of letters.entries()) {
      if (!this.lanes.has(subject) && this.failuresInARow < DOWN && (await this.attempt(letter, signal))) continue;
      await this.park(subject, letters.slice(n));
      return;
    }
  }

  private async park(subject: string, letters: readonly Letter[]): Promise<void> {
    const known = this.lanes.get(subject);
    const { webhookId } = this;
    const { resumes } = this.webhook;
    const nextAttempt = this.later(1, letters[0])!;
    const lane = known ?? { webhookId, subject, letters: [], failures: 1, nextAttempt, resumes };
    this.lanes.set(subject, lane);
    lane.letters = [...lane.letters, ...letters.filter(({ id }) => !lane.letters.some((waiting) => waiting.id === id))];
    await this.store(lane);
  }

  /** Tries again what waits, each lane when its time has come. */
  private async retry(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const now = this.clock.now();
      const due = [...this.lanes.values()].filter((lane) => lane.nextAttempt <= now);
      due.sort((a, b) => (a.nextAttempt < b.nextAttempt ? -1 : 1));
      if (due.length > 0) {
        const down = this.failuresInARow >= DOWN;
        await inParallel(down ? due.slice(0, 1) : due, (lane) => this.drain(lane, signal));
        // whoever answers again is told at once what has waited
        if (down && this.failuresInARow === 0) for (const lane of this.lanes.values()) lane.nextAttempt = now;
        await this.save({});
      } else await rest(LOOK_AGAIN_MS, signal);
    }
  }

  /** Delivers what waits in a lane, until it fails again. */
  private async drain(lane: Lane, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const [letter] = lane.letters;
      if (!(await this.attempt(letter, signal))) {
        lane.failures++;
        lane.nextAttempt = this.later(lane.failures, letter) ?? this.lose(`failed ${lane.failures} times over days`);
        return this.store(lane);
      }
      lane.letters = lane.letters.slice(1);
      lane.failures = 0;
      await this.store(lane);
      // meanwhile others may have come to stand behind
      if (lane.letters.length > 0) continue;
      this.lanes.delete(lane.subject);
      return;
    }
  }

  private later(failures: number, { id }: Letter): string | null {
    return nextAttempt(failures, this.clock.now(), `${this.webhookId}/${id}`);
  }

  /** Posts a message and tells whether it was taken; an attempt that is broken off counts for nothing. */
  private async attempt(letter: Letter, signal: AbortSignal): Promise<boolean> {
    const { webhookId, webhook, outbound } = this;
    let lastError: string;
    try {
      signal.throwIfAborted();
      const headers = signedHeaders(webhookId, webhook, (sealed, id) => outbound.open(sealed, id), letter, this.clock.now());
      const status = await outbound.post(webhook.url, headers, letter.body, signal);
      if (status >= 200 && status < 300) {
        await outbound.taken(webhookId, letter.body);
        this.failuresInARow = 0;
        return true;
      }
      lastError = `${webhook.url} answered ${status}`;
      if (status === GONE) this.lose('the subscriber is gone (410)');
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof EndpointLost) throw error;
      lastError = (error as Error).message;
    }
    this.failuresInARow++;
    this.progress = { ...this.progress, lastError };
    return false;
  }

  private lose(reason: string): never {
    this.lost ??= new EndpointLost(reason);
    this.stop.abort();
    throw this.lost;
  }

  private async store(lane: Lane): Promise<void> {
    const key = laneKey(this.webhookId, this.webhook.replays, lane.subject);
    if (!this.versions.has(key)) {
      const [stored] = await this.documents.getMany(WEBHOOK_LANES, [key]);
      this.versions.set(key, stored?.position ?? 0);
    }
    const position = this.versions.get(key)! + 1;
    this.versions.set(key, position);
    await this.documents.put(WEBHOOK_LANES, [{ key, document: lane.letters.length > 0 ? { ...lane } : null, position }]);
  }

  /** Stores how far it is, and only if nobody else delivers for the webhook. */
  private save(changed: Partial<WebhookProgress>): Promise<void> {
    const saved = this.saving.then(async () => {
      const { progress, lanes, version, webhookId } = this;
      const times = [...lanes.values()].map((lane) => lane.nextAttempt).sort();
      const lastError = lanes.size > 0 ? progress.lastError : null;
      this.progress = { ...progress, ...changed, waiting: lanes.size, lastError, nextAttempt: times[0] ?? null };
      const next = { key: webhookId, document: this.progress, position: (version ?? 0) + 1 };
      if (!(await this.documents.swap(WEBHOOK_PROGRESS, next, version)))
        throw new Error(`Another process delivers for webhook ${webhookId}`);
      this.version = next.position;
    });
    this.saving = saved.catch(() => undefined);
    return saved;
  }
}
