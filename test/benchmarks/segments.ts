import {
  ActivateSegment,
  answersAt,
  answersThen,
  articlesProjection,
  clientDecider,
  clientSegmentsProjection,
  clientStream,
  classReading,
  countMembers,
  DefineSegment,
  estimateMembers,
  historyProjection,
  identityProjection,
  isOpposedTo,
  PastDocuments,
  pointsOfSaleProjection,
  profileProjection,
  sampledAnswers,
  segmentFacts,
  segmentMembersDecider,
  segmentMembersProjection,
  SegmentMemberships,
  SegmentQuestion,
  segmentsDecider,
  segmentsProjection,
  SegmentSubject,
  SegmentSubjects,
  segmentVocabulary,
  standingWorker,
  Subjects,
  verdict,
} from '@boucle/clients';
import { Checkpoints, commandHandling, DocumentStore, Door, EventStore, Processor, projectionConsumer } from '@boucle/eventsourcing';
import { compileRule, parseRule } from '@boucle/segments';
import { randomStream } from '@boucle/targeting';
import { SegmentDesk } from '../../apps/engine/src/segment-desk.js';
import { SteppedClock } from '../../apps/cli/src/demo/stepped-clock.js';
import { ASKED_AT, bought, idOf, newEvent, openBase, PAST } from './segment-base.js';
import { clock, load, median, progress, seconds, Taken } from './measure.js';

/** So many segments are kept while so many purchases come in. */
export const LIVE_SEGMENTS = 50;
export const CHANGES = 5_000;

/** The folder of a base, and how many clients are in it. */
interface Base {
  readonly dir: string;
  readonly clients: number;
}

/** What a process of its own is to do with a base. */
export interface Work extends Base {
  readonly work: 'count' | 'keep';
}

/** What it took to count. */
export interface SegmentsCounted {
  /** How many times as long rules take as predicates written by hand. */
  readonly ratios: { readonly plain: number; readonly windows: number };
  /** Seconds. */
  readonly estimate: number;
  readonly exact: { readonly plain: Taken; readonly windows: Taken };
  /** Milliseconds. */
  readonly live: number;
  readonly past: Taken;
  /** The most that the process held, MB. */
  readonly memory: number;
}

/** What it took to keep segments: until they were live, and while purchases came in. */
export interface SegmentsKept {
  readonly begun: Taken;
  readonly changed: Taken;
}

const PLAIN =
  'attribute.region in ("north", "south") and attribute.points >= 100 and hasEmail = yes and age >= 25' +
  ' and language != "it" and not opposedTo has "email" and deceased = no';
const WINDOWS =
  'attribute.region in ("north", "south") and attribute.points >= 100 and hasEmail = yes and age >= 25 and language != "it"' +
  ' and count(purchases in the last 365 days where channel = "shop") >= 1 and count(contacts since the last purchase) <= 1';

const OLD_ENOUGH = '2001-03-01';
const SINCE = '2025-03-01T09:00:00.000Z';

const inShape = ({ profile: { attributes, person, restricted, objectsToProfiling } }: SegmentSubject): boolean =>
  !restricted &&
  !objectsToProfiling &&
  (attributes.region === 'north' || attributes.region === 'south') &&
  typeof attributes.points === 'number' &&
  attributes.points >= 100 &&
  person !== null &&
  person.emails.length > 0 &&
  person.birthDate !== null &&
  person.birthDate <= OLD_ENOUGH &&
  person.language !== 'it';

/** The same two rules, as somebody would write them who knows the documents. */
const BY_HAND: Readonly<Record<'plain' | 'windows', (person: SegmentSubject) => boolean>> = {
  plain: (subject) => {
    const { consent, person } = subject.profile;
    const opposes = consent !== null && isOpposedTo(consent, 'email', ASKED_AT);
    return inShape(subject) && !opposes && !person!.deceased;
  },
  windows: (subject) => {
    if (!inShape(subject)) return false;
    const { purchases, returned, revoked, solicitations } = subject.history;
    let [shop, last] = [0, ''];
    for (const { purchaseId, at, amount, salesChannel } of purchases) {
      if (at > ASKED_AT || revoked.some((one) => one.purchaseId === purchaseId && one.at <= ASKED_AT)) continue;
      const back = returned.filter((one) => one.purchaseId === purchaseId && one.at <= ASKED_AT);
      if (back.length > 0 && back.reduce((sum, one) => sum + one.amount, 0) >= amount) continue;
      if (at > last) last = at;
      if (at > SINCE && salesChannel === 'shop') shop++;
    }
    if (shop === 0) return false;
    let contacts = 0;
    for (const { kind, at } of solicitations) if (kind === 'contact' && at > last && at <= ASKED_AT) contacts++;
    return contacts <= 1;
  },
};

const ROUNDS = 15;
const DECODED = 20_000;

/** How many times as long as the predicate a rule takes, over people who were just decoded. */
const ratioOf = async (
  documents: DocumentStore,
  { rule, vocabulary, ...asking }: SegmentQuestion,
  byHand: (person: SegmentSubject) => boolean,
) => {
  const reader = new SegmentSubjects(documents);
  const people: SegmentSubject[] = [];
  for await (const page of new Subjects(documents).all()) {
    people.push(...(await reader.of(page)));
    if (people.length >= DECODED) break;
  }
  const text = JSON.stringify(people);
  const isMember = compileRule(rule, vocabulary, asking);
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const decoded = JSON.parse(text) as readonly SegmentSubject[];
    let [found, same] = [0, 0];
    const ours = await seconds(() => {
      for (const person of decoded) if (isMember(person)) found++;
    });
    const theirs = await seconds(() => {
      for (const person of decoded) if (byHand(person)) same++;
    });
    if (found !== same) throw new Error(`the rule finds ${found} people, the predicate ${same}`);
    ratios.push(ours / theirs);
  }
  return median(ratios);
};

const ruleNumber = (n: number): string =>
  [
    `count(purchases in the last ${10 + n} days) >= 1 and attribute.points >= ${900 + n}`,
    `count(purchases in the last ${100 + n} days where article has "a-${n}") >= 1`,
    `count(contacts since the last purchase) >= 2 and attribute.points between ${n * 10} and ${n * 10 + 20}`,
    `sum(amount.EUR of purchases in the last 365 days) >= ${400 + n} and hasEmail = yes`,
    `last(purchases) more than ${700 + n} days ago and birthday in the next 10 days`,
  ][n % 5];

const door = (events: EventStore): Door => {
  const handling = commandHandling(events);
  const deciders = [clientDecider, segmentsDecider, segmentMembersDecider];
  return {
    executeMany: async (requests) => {
      const outcomes = [];
      for (const decider of deciders) {
        const own = requests.filter(({ message }) => message.type in decider.commands);
        const known = decider.commands as unknown as Readonly<Record<string, new () => object>>;
        outcomes.push(
          ...(await handling.handleMany(
            decider,
            own.map(({ message, cause }) => ({ command: Object.assign(new known[message.type](), message.data), cause })),
          )),
        );
      }
      return outcomes;
    },
  };
};

/** Defines and activates segments, and says so in their read model. */
const activate = async (events: EventStore, documents: DocumentStore, checkpoints: Checkpoints, segments: number): Promise<void> => {
  const handling = door(events);
  const vocabulary = segmentVocabulary(await segmentFacts(events, documents, ASKED_AT));
  for (let n = 0; n < segments; n++) {
    const data = { segmentId: `s-${n}`, name: `Segment ${n}`, rule: parseRule(ruleNumber(n), vocabulary).rule };
    const cause = { id: `s-${n}`, correlationId: 'bench', now: ASKED_AT, actor: 'bench' };
    const figures = { version: 1, asOf: 0, count: 0, hash: '' };
    for (const message of [
      { type: 'DefineSegment', data: data satisfies DefineSegment },
      { type: 'ActivateSegment', data: { ...data, ...figures } satisfies ActivateSegment },
    ]) {
      const [outcome] = await handling.executeMany([{ message, cause }]);
      if (outcome instanceof Error) throw outcome;
    }
  }
  await new Processor(events, checkpoints, projectionConsumer(segmentsProjection, documents)).toHead();
};

/** Brings segments to life, then lets purchases come in. */
const keep = async ({ dir, clients }: Base): Promise<SegmentsKept> => {
  const { events, documents, close } = openBase(dir);
  const checkpoints = new Checkpoints(documents);
  await activate(events, documents, checkpoints, LIVE_SEGMENTS);
  const handling = door(events);
  const stepped = new SteppedClock(ASKED_AT);
  const readings = [classReading(events, handling), new SegmentMemberships(events, documents, handling)];
  const worker = new Processor(events, checkpoints, standingWorker(documents, stepped, readings).consumer);
  const models = [
    profileProjection,
    identityProjection,
    historyProjection,
    segmentsProjection,
    segmentMembersProjection,
    clientSegmentsProjection,
  ];
  const read = async (): Promise<void> => {
    for (const name of models) await new Processor(events, checkpoints, projectionConsumer(name, documents)).toHead();
    for (const { name } of [articlesProjection, pointsOfSaleProjection])
      await checkpoints.store(name, { position: await events.head(), heldBy: null });
  };
  await read();
  const whileBeginning = clock();
  await worker.toHead();
  const begun = whileBeginning();
  progress(`${LIVE_SEGMENTS} segments live after ${begun.seconds.toFixed(1)} s, load ${load()}`);
  await read();
  const random = randomStream('changes');
  for (let n = 0; n < CHANGES; n++) {
    const clientId = idOf(Math.floor(clients * random.uniform()));
    const stream = clientStream(clientId);
    const at = new Date(Date.parse(ASKED_AT) + n * 1000).toISOString();
    await events.append(stream, (await events.read(stream)).length - 1, [newEvent({ ...bought(clientId, `new-${n}`, random), at })]);
  }
  await read();
  const whileChanging = clock();
  await worker.toHead();
  const changed = whileChanging();
  close();
  return { begun, changed };
};

/** Counts now, live and as of a year back. */
const count = async ({ dir }: Base): Promise<SegmentsCounted> => {
  const { events, documents, close } = openBase(dir);
  const checkpoints = new Checkpoints(documents);
  const desk = new SegmentDesk(events, documents, checkpoints, new SteppedClock(ASKED_AT));
  const vocabulary = segmentVocabulary(await segmentFacts(events, documents, ASKED_AT));
  const question = (text: string): SegmentQuestion => ({
    rule: parseRule(text, vocabulary).rule,
    vocabulary,
    ...{ at: ASKED_AT, segments: new Map(), name: '' },
  });
  const [plain, windows] = [question(PLAIN), question(WINDOWS)];
  const ratios = { plain: await ratioOf(documents, plain, BY_HAND.plain), windows: await ratioOf(documents, windows, BY_HAND.windows) };
  const position = await events.head();
  const counted = async (asked: SegmentQuestion): Promise<Taken> => {
    const since = clock();
    const { people, count } = await countMembers(answersAt(events, documents, position, verdict(asked)));
    const taken = since();
    progress(`${count} of ${people} people counted in ${taken.seconds.toFixed(1)} s, load ${load()}`);
    return taken;
  };
  const estimate = await seconds(() => estimateMembers(sampledAnswers(documents, verdict(windows))));
  const exact = { plain: await counted(plain), windows: await counted(windows) };
  const stored = await documents.get<{ position: number }>(PAST, PAST);
  const whileInThePast = clock();
  const past = new PastDocuments(events, documents, { position: stored!.position, until: null });
  let told = 0;
  const { people } = await countMembers(answersThen(past, verdict(windows)), {
    counting: (asked, found) => {
      if (asked - told < 100_000) return;
      told = asked;
      progress(`${found} of ${asked} people as of a year back, ${(process.memoryUsage.rss() / 1024 / 1024).toFixed(0)} MB, load ${load()}`);
    },
  });
  const thenTaken = whileInThePast();
  progress(`${people} people as of a year back in ${thenTaken.seconds.toFixed(1)} s, ${thenTaken.cpu.toFixed(1)} s of a processor`);
  await activate(events, documents, checkpoints, 1);
  const live = 1000 * (await seconds(() => desk.reading('s-0')));
  close();
  return { ratios, estimate, exact, live, past: thenTaken, memory: process.resourceUsage().maxRSS / 1024 };
};

process.once('message', ({ work, ...base }: Work) => {
  const done: Promise<SegmentsCounted | SegmentsKept> = work === 'count' ? count(base) : keep(base);
  done.then(
    (taken) => process.send!(taken, () => process.disconnect()),
    (error: Error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
