import {
  Cause,
  Clock,
  Consumer,
  DocumentStore,
  everyDocument,
  NAMESPACE,
  RecordedEvent,
  StoredDocument,
  uuidv5,
} from '@boucle/eventsourcing';
import { articlesProjection } from '../article/articles.projection.js';
import { clientDecider } from '../client/client.decider.js';
import { ClientEvent } from '../client/client.events.js';
import { historyProjection } from '../history/history.projection.js';
import { Subject, Subjects } from '../history/subject.js';
import { identityProjection } from '../person/identity.projection.js';
import { profileProjection } from '../client/profile.projection.js';
import { pointsOfSaleProjection } from '../record/records.projection.js';
import { Conclusion, Occasion, Reading } from './reading.js';

export const standingName = 'standing';

/** Where each client stands of whom anything is said. */
const STANDINGS = 'standings';
/** When each of them is read next, the first first. */
const DUES = 'standing-dues';
/** Of whom something of the past was told since he was read. */
const BEHIND = 'standing-behind';

const ACTOR = `worker:${standingName}`;
const AT_ONCE = 500;
/** What these readings themselves lead to, and what tells nothing of a client. */
const FOLLOWING: readonly string[] = ['ClientClassChanged', 'IndicatorRaised'];
/** By these a person has other files: what follows tells of nothing that he did. */
const REARRANGING: readonly string[] = ['AliasBegun', 'AliasEnded', 'ClientsMerged', 'ClientsUnmerged'];
/** What everybody is read for again and is news of him; for the others it is the line that has moved. */
const NEWS = 'ScoringCompleted';
/** Then what was told of the past is read, once. */
const TOLD = 'ImportCompleted';

interface Standing {
  readonly clientId: string;
  /** When he was read last. */
  readonly at: string;
  /** What each reading said, and when it may say something else. */
  readonly said: Readonly<Record<string, object>>;
  readonly dues: Readonly<Record<string, string>>;
  /** The first of these, or when it was noticed, if that was later; null: none. */
  readonly due: string | null;
}

interface Due {
  readonly clientId: string;
  readonly due: string;
}

const NOTHING: ReadonlyMap<string, Cause> = new Map();

/** A client with whom something happened. */
interface Touched {
  readonly from: string;
  readonly at: string;
  /** What happened, by instant. */
  readonly causes: ReadonlyMap<string, Cause>;
  /** Why he is read where nothing happened with him; left out: time has passed. */
  readonly cause?: Cause;
  readonly rearranged?: true;
}

type Told = RecordedEvent<ClientEvent>;

const keyOf = ({ due, clientId }: Due): string => `${due}/${clientId}`;

const firstOf = (dues: Readonly<Record<string, string>>): string | null => Object.values(dues).sort().at(0) ?? null;

const later = (a: string, b: string): string => (a > b ? a : b);
const earlier = (a: string, b: string): string => (a < b ? a : b);

const causeOf = ({ id, correlationId, occurredAt, history }: RecordedEvent['metadata']): Cause => ({
  id,
  correlationId,
  now: occurredAt,
  actor: ACTOR,
  ...(history && { history }),
});

const causeOfTime = (clientId: string, now: string): Cause => {
  const id = uuidv5(NAMESPACE, ACTOR, clientId, now);
  return { id, correlationId: id, now, actor: ACTOR };
};

/** Keeps, reading by reading, what is concluded of clients: after what happens with them, and when their time has come. */
export interface StandingWorker {
  readonly consumer: Consumer;
  /** Reads everybody whose time has come; only to be called when the consumer has caught up with the log. */
  sweep(): Promise<void>;
}

export const standingWorker = (documents: DocumentStore, clock: Clock, readings: readonly Reading[]): StandingWorker => {
  const subjects = new Subjects(documents);
  /** No due instant is set before this one any more: nobody would come to it. */
  let swept = '';
  let turn: Promise<unknown> = Promise.resolve();

  /** Nobody writes while somebody else does. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const mine = turn.then(work, work);
    turn = mine.catch(() => undefined);
    return mine;
  };

  const standingsOf = async (clientIds: readonly string[]): Promise<ReadonlyMap<string, StoredDocument<Standing>>> =>
    new Map((await documents.getMany<Standing>(STANDINGS, clientIds)).map((stored) => [stored.key, stored]));

  /** First the new due instants, then who waits for them: a crash in between leaves one behind that leads to nobody. */
  const write = async (
    before: ReadonlyMap<string, StoredDocument<Standing>>,
    after: ReadonlyMap<string, Standing | null>,
  ): Promise<void> => {
    const [dues, standings, left]: StoredDocument[][] = [[], [], []];
    for (const [clientId, standing] of after) {
      const known = before.get(clientId);
      if (!standing && !known?.document) continue;
      const position = (known?.position ?? 0) + 1;
      standings.push({ key: clientId, document: standing, position });
      const [due, dueBefore] = [standing?.due ?? null, known?.document?.due ?? null];
      if (due === dueBefore) continue;
      if (due !== null) dues.push({ key: keyOf({ clientId, due }), document: { clientId, due }, position });
      if (dueBefore !== null) left.push({ key: keyOf({ clientId, due: dueBefore }), document: null, position });
    }
    if (dues.length > 0) await documents.put(DUES, dues);
    if (standings.length > 0) await documents.put(STANDINGS, standings);
    if (left.length > 0) await documents.put(DUES, left);
  };

  const standingAfter = (
    known: Standing | null,
    { clientId, at }: Pick<Occasion, 'clientId' | 'at'>,
    all: readonly Conclusion[],
  ): Standing | null => {
    const named = <T>(of: (conclusion: Conclusion) => T | null): Record<string, T> =>
      Object.fromEntries(
        readings.flatMap(({ name }, n) => {
          const value = of(all[n]);
          return value === null ? [] : [[name, value] as const];
        }),
      );
    const [said, dues] = [named((conclusion) => conclusion.said), named((conclusion) => conclusion.due)];
    const due = firstOf(dues);
    // who was read once stays known: what is told later of the time before is read from then on
    if (!known && due === null && Object.keys(said).length === 0) return null;
    return { clientId, at, said, dues, due: due === null ? null : later(due, swept) };
  };

  /** Reads these clients as the people that they are; an alias is read with him whom it leads to, and of who was erased nothing is said any more. */
  const read = async (touched: ReadonlyMap<string, Touched>, people: ReadonlyMap<string, Subject>): Promise<void> => {
    const before = await standingsOf([...touched.keys()]);
    const after = new Map<string, Standing | null>();
    const occasions: Omit<Occasion, 'said'>[] = [];
    for (const [clientId, { from, at, causes, cause, rearranged }] of touched) {
      const { at: since = '', dues = {} } = before.get(clientId)?.document ?? {};
      // what was due before is read where it was due
      const begins = later(earlier(from, firstOf(dues) ?? from), since);
      const subject = people.get(clientId);
      const own = subject?.clientId === clientId ? subject : null;
      // what was learnt late shows where he was read last
      const late = [...causes].findLast(([instant]) => instant < begins)?.[1];
      const causeAt = (now: string): Cause => ({
        ...(causes.get(now) ?? cause ?? (now === begins ? late : undefined) ?? causeOfTime(clientId, now)),
        now,
      });
      occasions.push({ clientId, subject: own, from: begins, at: later(at, since), causeAt, ...(rearranged && { rearranged }) });
    }
    const conclusions: (readonly Conclusion[])[] = [];
    for (const reading of readings) {
      const saidOf = (clientId: string): object | null => before.get(clientId)?.document?.said[reading.name] ?? null;
      conclusions.push(await reading.read(occasions.map((one) => ({ ...one, said: saidOf(one.clientId) }))));
    }
    occasions.forEach((occasion, n) => {
      const known = before.get(occasion.clientId)?.document ?? null;
      after.set(
        occasion.clientId,
        people.has(occasion.clientId)
          ? standingAfter(
              known,
              occasion,
              conclusions.map((all) => all[n]),
            )
          : null,
      );
    });
    await write(before, after);
  };

  const readThose = async (touched: ReadonlyMap<string, Touched>): Promise<void> => {
    if (touched.size === 0) return;
    const people = new Map(await subjects.behind([...touched.keys()]));
    const all = new Map(touched);
    for (const [clientId, mine] of touched) {
      const subject = people.get(clientId);
      if (!subject || subject.clientId === clientId) continue;
      const his = all.get(subject.clientId);
      const both = his && {
        from: earlier(his.from, mine.from),
        at: later(his.at, mine.at),
        causes: new Map([...mine.causes, ...his.causes]),
      };
      all.set(subject.clientId, his ? { ...his, ...both } : mine);
      people.set(subject.clientId, subject);
    }
    await read(all, people);
  };

  const everybody = async (event: RecordedEvent): Promise<void> => {
    const { occurredAt: at } = event.metadata;
    const touch: Touched = {
      from: at,
      at,
      causes: NOTHING,
      cause: causeOf(event.metadata),
      ...(event.type !== NEWS && { rearranged: true }),
    };
    for await (const page of subjects.all())
      await read(new Map(page.map(({ clientId }) => [clientId, touch])), new Map(page.map((subject) => [subject.clientId, subject])));
    for (const reading of readings) await reading.everybodyRead?.(event);
  };

  const catchUp = async ({ metadata }: RecordedEvent): Promise<void> => {
    const { occurredAt: at } = metadata;
    for await (const page of everyDocument(documents, BEHIND))
      await readThose(
        new Map(page.map(({ key }) => [key, { from: at, at, causes: NOTHING, cause: { ...causeOf(metadata), history: true } }])),
      );
    await documents.drop(BEHIND);
  };

  const noted = (touched: Map<string, Touched>, { type, data: { clientId }, metadata }: Told): void => {
    const at = metadata.occurredAt;
    const known = touched.get(clientId);
    const causes = new Map(known?.causes);
    if (!causes.has(at)) causes.set(at, causeOf(metadata));
    const rearranged = REARRANGING.includes(type) && { rearranged: true as const };
    touched.set(clientId, { from: earlier(at, known?.from ?? at), at: later(at, known?.at ?? at), causes, ...rearranged });
  };

  const take = async (batch: readonly RecordedEvent[]): Promise<void> => {
    for (const { forgets } of readings) if (batch.some(({ type }) => forgets?.after.includes(type))) forgets!.now();
    const own = (batch as readonly Told[]).filter(({ type }) => type in clientDecider.evolve);
    const standings = await standingsOf([...new Set(own.map(({ data }) => data.clientId))]);
    const concerns = (event: Told): boolean =>
      readings.some((reading) => reading.concerns(event, standings.get(event.data.clientId)?.document?.said[reading.name] ?? null));
    let touched = new Map<string, Touched>();
    let rearranged = false;
    /** Everybody is to be read again, by the last of several reasons that come one after the other. */
    let again: RecordedEvent | null = null;
    const readAgain = async (): Promise<void> => {
      if (again) await everybody(again);
      again = null;
    };
    const behind = new Map<string, StoredDocument>();
    for (const event of batch) {
      const isReason = readings.some(({ changedBy }) => changedBy.includes(event.type));
      if (event.type === TOLD || isReason) {
        await readThose(touched);
        touched = new Map();
        await documents.put(BEHIND, [...behind.values()]);
        behind.clear();
      }
      if (isReason) again = event;
      else if (event.type === TOLD) {
        await readAgain();
        await catchUp(event);
      } else if (!(event.type in clientDecider.evolve)) continue;
      else if (event.metadata.history && event.type !== 'ClientErased') {
        const { clientId } = (event as Told).data;
        behind.set(clientId, { key: clientId, document: { clientId }, position: event.position });
      } else if (concerns(event as Told)) {
        await readAgain();
        if (REARRANGING.includes(event.type) !== rearranged) {
          await readThose(touched);
          touched = new Map();
          rearranged = !rearranged;
        }
        noted(touched, event as Told);
      }
    }
    await readAgain();
    await readThose(touched);
    if (behind.size > 0) await documents.put(BEHIND, [...behind.values()]);
  };

  const seeTo = async (from: string, now: string): Promise<void> => {
    for (let after = from; ;) {
      const page = await documents.scan<Due>(DUES, { after, limit: AT_ONCE });
      const come = page.filter(({ key }) => key.slice(0, now.length) <= now);
      const dues = come.flatMap(({ document }) => document ?? []);
      const standings = await standingsOf(dues.map(({ clientId }) => clientId));
      const touched = new Map<string, Touched>();
      for (const { clientId, due } of dues) {
        if (standings.get(clientId)?.document?.due !== due) continue;
        touched.set(clientId, { from: due, at: now, causes: NOTHING });
      }
      await readThose(touched);
      if (come.length < AT_ONCE) return;
      after = come[come.length - 1].key;
    }
  };

  return {
    consumer: {
      name: standingName,
      types: [
        ...Object.keys(clientDecider.evolve).filter((type) => !FOLLOWING.includes(type)),
        ...new Set(readings.flatMap(({ changedBy, forgets }) => [...changedBy, ...(forgets?.after ?? [])])),
        TOLD,
      ],
      sealed: true,
      behind: [profileProjection, identityProjection, historyProjection, articlesProjection, pointsOfSaleProjection].map(
        ({ name }) => name,
      ),
      take: (batch) => inTurn(() => take(batch)),
    },
    sweep: () =>
      inTurn(async () => {
        const now = clock.now();
        const before = swept;
        swept = now;
        try {
          await seeTo(before, now);
        } catch (error) {
          swept = before;
          throw error;
        }
      }),
  };
};
