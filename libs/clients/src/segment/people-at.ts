import { DocumentStore, DomainError, EventStore, everyDocument } from '@boucle/eventsourcing';
import { articlesProjection } from '../article/articles.projection.js';
import { clientDecider } from '../client/client.decider.js';
import { Profile, profileProjection } from '../client/profile.projection.js';
import { historyProjection } from '../history/history.projection.js';
import { Horizon, PastDocuments } from '../history/past-documents.js';
import { identityProjection } from '../person/identity.projection.js';
import { RecordEvent } from '../record/record.events.js';
import { companiesProjection, householdsProjection, pointsOfSaleProjection } from '../record/records.projection.js';
import { scoresProjection } from '../value/scores.projection.js';
import { ScoringEvent } from '../value/scoring.events.js';
import { SEGMENT_FACTS } from './segment-facts.js';
import { Answered, Ask, everyAnswer, Questioning } from './segment-people.js';

/** The read models that rules ask: people are known as far as the last of them has come. */
export const ASKED_MODELS: readonly string[] = [
  profileProjection,
  identityProjection,
  historyProjection,
  scoresProjection,
  articlesProjection,
  householdsProjection,
  companiesProjection,
  pointsOfSaleProjection,
].map(({ name }) => name);

/** After these a rule may mean something else, or people are scored otherwise. */
const FACTS = new Set<string>([
  ...SEGMENT_FACTS,
  'CompanyDescribed' satisfies RecordEvent['type'],
  'ClientsScored' satisfies ScoringEvent['type'],
]);
const TYPES = [...Object.keys(clientDecider.evolve), ...FACTS];

/** What rules mean has changed while somebody was asking. */
class Overtaken extends DomainError {
  constructor() {
    super(
      'count-overtaken',
      'What rules mean keeps changing while people are counted (segments, scores, articles or catalogues): ask again',
      'rule',
    );
  }
}

/** So often people are asked anew if what rules mean changes meanwhile. */
const ATTEMPTS = 3;

/** Asks people, and asks them anew where what rules mean changes meanwhile. */
export const untilSettled = async <Found>(ask: () => Promise<Found>): Promise<Found> => {
  for (let attempt = 1; ; attempt++)
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Overtaken) || attempt === ATTEMPTS) throw error;
    }
};

/** With whom something has happened behind a position, as far as the log was looked through. */
class Happened {
  private readonly clientIds = new Set<string>();

  constructor(
    private readonly events: EventStore,
    private seen: number,
  ) {}

  has(clientId: string): boolean {
    return this.clientIds.has(clientId);
  }

  async look(): Promise<void> {
    const head = await this.events.head();
    if (head <= this.seen) return;
    for await (const { events, position, caughtUp } of this.events.subscribe({ after: this.seen, types: TYPES, sealed: true })) {
      for (const { type, data } of events) {
        if (FACTS.has(type)) throw new Overtaken();
        this.clientIds.add((data as { readonly clientId: string }).clientId);
      }
      this.seen = position;
      if (caughtUp || position >= head) return;
    }
  }
}

/** Not folded from streams of clients: as they are stored. */
const STORED: readonly string[] = [scoresProjection, householdsProjection, companiesProjection].map(({ name }) => name);

/** Documents of clients as of earlier. */
const pastOf = (events: EventStore, documents: DocumentStore, horizon: Horizon): Pick<DocumentStore, 'getMany'> => {
  const past = new PastDocuments(events, documents, horizon);
  return { getMany: (collection, ids) => (STORED.includes(collection) ? documents : past).getMany(collection, ids) };
};

const profilesOf = async (documents: Pick<DocumentStore, 'getMany'>, clientIds: readonly string[]): Promise<readonly Profile[]> =>
  (await documents.getMany<Profile>(profileProjection.name, clientIds)).flatMap(({ document }) => document ?? []);

/** Asks everybody as he was known at a position that the read models have reached: with whom something has happened since is folded anew. */
export async function* answersAt<Answer>(
  events: EventStore,
  documents: DocumentStore,
  position: number,
  ask: Ask<Answer>,
): AsyncGenerator<readonly Answered<Answer>[]> {
  const happened = new Happened(events, position);
  for await (const { profiles, answers } of everyAnswer(documents, ask)) {
    await happened.look();
    const changed = new Set(
      profiles.flatMap(({ key, document }) =>
        happened.has(key) || document?.merged?.some(({ clientId }) => happened.has(clientId)) ? [key] : [],
      ),
    );
    if (changed.size === 0) {
      yield answers;
      continue;
    }
    const past = pastOf(events, documents, { position, until: null });
    const before = await new Questioning(past, ask).answers(await profilesOf(past, [...changed]));
    const all = [...answers.filter(({ clientId }) => !changed.has(clientId)), ...before];
    yield all.sort((a, b) => (a.clientId < b.clientId ? -1 : 1));
  }
}

/** Asks everybody as he was, or as he was known, earlier. */
export async function* answersThen<Answer>(
  past: Pick<DocumentStore, 'getMany' | 'scan'>,
  ask: Ask<Answer>,
): AsyncGenerator<readonly Answered<Answer>[]> {
  const questioning = new Questioning(past, ask);
  for await (const page of everyDocument<Profile>(past, profileProjection.name))
    yield await questioning.answers(page.flatMap(({ document }) => document ?? []));
}
