import fc from 'fast-check';
import { EmbeddedDocumentStore, EmbeddedEventStore } from '@boucle/adapters';
import {
  ActivateSegment,
  answersAt,
  clientDecider,
  ClientSegments,
  clientSegmentsProjection,
  countMembers,
  DefineSegment,
  historyProjection,
  identityProjection,
  membersOf,
  profileProjection,
  rulesOf,
  segmentFacts,
  SegmentMember,
  segmentMembersDecider,
  segmentMembersProjection,
  SegmentMemberships,
  SegmentReading,
  segmentsDecider,
  segmentsProjection,
  segmentStream,
  segmentVocabulary,
  Subjects,
  verdict,
} from '@boucle/clients';
import {
  Checkpoints,
  commandHandling,
  DomainError,
  Door,
  everyDocument,
  fold,
  lineHash,
  Message,
  Processor,
  projectionConsumer,
  uuidv5,
  NAMESPACE,
} from '@boucle/eventsourcing';
import { parseRule } from '@boucle/segments';
import { join } from 'node:path';
import { newFolder } from './support/folders.js';
import { daysLater } from './support/served-engine.js';

jest.setTimeout(240_000);

const IDS = ['ann', 'bob', 'cat', 'dan'] as const;

const RULES = {
  recent: 'count(purchases in the last 30 days) >= 1',
  big: 'sum(amount.EUR of purchases) >= 15',
  'big-recent': 'segment "big" and segment "recent" and not attribute.region = "south"',
  half: 'random 50%',
  unanswered: 'count(mailings since the last purchase where answered = no) >= 2 or count(contacts since the last purchase) >= 2',
} as const;

type Step =
  | { readonly kind: 'does'; readonly clientId: string; readonly command: keyof typeof commands }
  | { readonly kind: 'waits'; readonly days: number }
  | { readonly kind: 'breaks' };

const commands = {
  RegisterClient: (clientId: string) => ({ clientId, attributes: { region: clientId < 'c' ? 'north' : 'south' } }),
  RecordPurchase: (clientId: string, n: number) => ({ clientId, purchaseId: `p-${n}`, amount: 1000, currency: 'EUR' }),
  CancelPurchase: (clientId: string, n: number) => ({ clientId, purchaseId: `p-${n - 1}` }),
  RecordContact: (clientId: string, n: number) => ({ clientId, contactId: `c-${n}`, kind: 'call' }),
  ObjectToProfiling: (clientId: string) => ({ clientId }),
  EndProfilingObjection: (clientId: string) => ({ clientId }),
  RestrictProcessing: (clientId: string) => ({ clientId }),
  EndRestriction: (clientId: string) => ({ clientId }),
} as const;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('does' as const),
      clientId: fc.constantFrom(...IDS),
      command: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom('RegisterClient' as const, 'RecordPurchase' as const, 'RecordContact' as const) },
        { weight: 1, arbitrary: fc.constantFrom(...(Object.keys(commands) as (keyof typeof commands)[])) },
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('waits' as const), days: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'breaks' as const }) },
);

/** The engine as far as segments go. */
class World {
  private readonly store = new EmbeddedEventStore(join(newFolder(), 'log.sqlite'));
  private readonly documents = new EmbeddedDocumentStore(join(newFolder(), 'documents.sqlite'));
  private readonly handling = commandHandling(this.store);
  private readonly people: readonly Processor[];
  private readonly lists: readonly Processor[];
  private readonly dues = new Map<string, string>();
  private memberships: SegmentMemberships;
  private told = 0;
  private days = 0;
  /** Whether the engine stops behind the next thing that is told. */
  private breaks = false;

  constructor() {
    const checkpoints = new Checkpoints(this.documents);
    const following = (projection: Parameters<typeof projectionConsumer>[0]): Processor =>
      new Processor(this.store, checkpoints, projectionConsumer(projection, this.documents));
    this.people = [profileProjection, identityProjection, historyProjection].map(following);
    this.lists = [segmentsProjection, segmentMembersProjection, clientSegmentsProjection].map(following);
    this.memberships = this.begun();
  }

  async define(): Promise<void> {
    const facts = await segmentFacts(this.store, this.documents, this.now);
    for (const [segmentId, text] of Object.entries(RULES)) {
      const { rule } = parseRule(text, segmentVocabulary(facts));
      await this.execute(segmentsDecider, 'DefineSegment', { segmentId, name: segmentId, rule } satisfies DefineSegment);
      const figures = { asOf: 0, count: 0, hash: '' };
      await this.execute(segmentsDecider, 'ActivateSegment', {
        segmentId,
        name: segmentId,
        rule,
        version: 1,
        ...figures,
      } satisfies ActivateSegment);
    }
  }

  async live(one: Step): Promise<void> {
    if (one.kind === 'breaks') this.breaks = true;
    else if (one.kind === 'waits') {
      this.days += one.days;
      await this.read([...this.dues].flatMap(([clientId, due]) => (due <= this.now ? [clientId] : [])));
    } else {
      await this.execute(clientDecider, one.command, commands[one.command](one.clientId, ++this.told)).catch((error: Error) => {
        if (!(error instanceof DomainError)) throw error;
      });
      await this.settle(this.people);
      await this.read([one.clientId]);
    }
    // lists may fall behind: what is read next must know all the same
    if (this.told % 3 === 0) await this.settle(this.lists);
  }

  /** Who is in each segment: by what was told, by the lists, and by asking everybody anew. */
  async standing() {
    await this.settle(this.lists);
    const segments = fold(segmentsDecider, segmentsDecider.initial, await this.store.read('segments'));
    const vocabulary = segmentVocabulary(await segmentFacts(this.store, this.documents, this.now));
    return Promise.all(
      Object.keys(RULES).map(async (segmentId) => {
        const question = { rule: segments[segmentId].rule, vocabulary, at: this.now, segments: rulesOf(segments), name: segmentId };
        const asked = await countMembers(answersAt(this.store, this.documents, await this.store.head(), verdict(question)), {
          sample: IDS.length,
        });
        const told = new Set<string>();
        let wrong = 0;
        for (const { data } of await this.store.read(segmentStream(segmentId))) {
          const { entered, left } = data as { entered: string[]; left: string[] };
          wrong += entered.filter((id) => told.has(id)).length + left.filter((id) => !told.has(id)).length;
          entered.forEach((id) => told.add(id));
          left.forEach((id) => told.delete(id));
        }
        const listed = (await this.documents.scan<SegmentMember>(segmentMembersProjection.name, { prefix: membersOf(segmentId) })).flatMap(
          ({ document }) => document?.clientId ?? [],
        );
        const byClient: string[] = [];
        for await (const page of everyDocument<ClientSegments>(this.documents, clientSegmentsProjection.name))
          for (const { document } of page) if (document && segmentId in document.segments) byClient.push(document.clientId);
        const { members } = (await this.documents.get<SegmentReading>(segmentsProjection.name, segmentId))!;
        return { segmentId, asked: asked.sample, hash: asked.hash, told: [...told].sort(), wrong, listed, byClient, members };
      }),
    );
  }

  close(): void {
    this.store.close();
    this.documents.close();
  }

  private get now(): string {
    return daysLater(this.days);
  }

  private begun(): SegmentMemberships {
    const door: Door = {
      executeMany: async (requests) => {
        const outcomes = await this.handling.handleMany(
          segmentMembersDecider,
          requests.map(({ message, cause }) => ({
            command: Object.assign(new segmentMembersDecider.commands.ChangeSegmentMembers(), message.data),
            cause,
          })),
        );
        if (this.breaks) throw new Error('broken off');
        return outcomes;
      },
    };
    return new SegmentMemberships(this.store, this.documents, door);
  }

  private async read(clientIds: readonly string[]): Promise<void> {
    const subjects = await new Subjects(this.documents).behind(clientIds);
    const id = uuidv5(NAMESPACE, this.told, this.days);
    const causeAt = (now: string) => ({ id, correlationId: id, now, actor: 'spec' });
    const occasions = clientIds.map((clientId) => ({
      ...{ clientId, subject: subjects.get(clientId) ?? null, from: this.now, at: this.now, said: null, causeAt },
    }));
    const conclusions = await this.memberships.read(occasions).catch(() => {
      this.breaks = false;
      this.memberships = this.begun();
      return this.memberships.read(occasions);
    });
    conclusions.forEach(({ due }, n) => {
      if (due === null) this.dues.delete(clientIds[n]);
      else this.dues.set(clientIds[n], due);
    });
  }

  private async settle(processors: readonly Processor[]): Promise<void> {
    for (const processor of processors) await processor.toHead();
  }

  private async execute(decider: typeof clientDecider | typeof segmentsDecider, type: string, data: object): Promise<Message[]> {
    const command = Object.assign(new (decider.commands as unknown as Record<string, new () => object>)[type](), data);
    const id = uuidv5(NAMESPACE, type, JSON.stringify(data), this.now);
    const { events } = await this.handling.handle(decider, { command, cause: { id, correlationId: id, now: this.now, actor: 'spec' } });
    return [...events];
  }
}

describe('Who belongs to a segment', () => {
  it('is told as it happens, whatever breaks off, and is whom asking everybody anew finds', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        const world = new World();
        try {
          await world.define();
          for (const one of steps) await world.live(one);
          for (const { segmentId, asked, hash, told, wrong, listed, byClient, members } of await world.standing()) {
            const lines = lineHash();
            asked.forEach((clientId) => lines.add(clientId));
            expect({ segmentId, told, wrong, listed, byClient, members, hash }).toEqual({
              ...{ segmentId, told: asked, wrong: 0, listed: asked, byClient: asked, members: asked.length, hash: lines.digest() },
            });
          }
        } finally {
          world.close();
        }
      }),
      { numRuns: 25 },
    ));
});
