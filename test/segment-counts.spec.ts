import fc from 'fast-check';
import {
  Answers,
  answersAt,
  answersThen,
  clientDecider,
  clientSampleProjection,
  compareMembers,
  countMembers,
  estimateMembers,
  historyProjection,
  identityProjection,
  NO_FACTS,
  PastDocuments,
  profileProjection,
  RegisterClient,
  sampledAnswers,
  SAMPLED_SHARE,
  SegmentQuestion,
  segmentVocabulary,
  Verdict,
  verdict,
} from '@boucle/clients';
import { commandHandling, DocumentStore, NAMESPACE, Processor, projectionConsumer, uuidv5 } from '@boucle/eventsourcing';
import { parseRule } from '@boucle/segments';
import { Adapters, upcasters } from '../apps/engine/src/adapters.js';
import { DrawnCommand, randomCommands } from '../libs/clients/src/random-commands.js';
import { day } from '../libs/clients/src/testing.js';
import { inFolder, live as lived } from './support/lived.js';

jest.setTimeout(240_000);

/** A small engine that does one thing after the other. */
const world = ({ events, documents, checkpoints }: Adapters) => {
  const processors = [profileProjection, identityProjection, historyProjection, clientSampleProjection].map(
    (projection) => new Processor(events, checkpoints, projectionConsumer(projection, documents)),
  );
  let hour = 0;
  const live = async (commands: readonly DrawnCommand[]): Promise<void> => {
    hour = await lived(events, commands, hour);
  };
  const keep = async (): Promise<void> => {
    for (const processor of processors) await processor.toHead();
  };
  return { live, keep };
};

/** The documents, in which something happens before each look. */
const busy = (documents: DocumentStore, happens: () => Promise<void>): DocumentStore =>
  Object.assign(Object.create(documents) as DocumentStore, {
    scan: async (...asked: Parameters<DocumentStore['scan']>) => {
      await happens();
      return documents.scan(...asked);
    },
    getMany: async (...asked: Parameters<DocumentStore['getMany']>) => {
      await happens();
      return documents.getMany(...asked);
    },
  });

const question = (text: string): SegmentQuestion => {
  const vocabulary = segmentVocabulary(NO_FACTS);
  return { rule: parseRule(text, vocabulary).rule, vocabulary, segments: new Map(), at: day(400), name: 'spec' };
};

const RULES = [
  'count(purchases) >= 1',
  'hasEmail = yes or not opposedTo has "email"',
  'civility is filled or class != "suspect"',
  'random 50% or count(contacts since the last purchase) >= 1',
];

describe('A count', () => {
  it('is that of exactly the position that it names, whatever happens while people are counted', () =>
    fc.assert(
      fc.asyncProperty(randomCommands(80), fc.nat(), fc.constantFrom(...RULES), async (commands, cut, text) =>
        inFolder(async (engine) => {
          const { live, keep } = world(engine);
          const before = cut % (commands.length + 1);
          await live(commands.slice(0, before));
          await keep();
          const position = await engine.events.head();
          const left = commands.slice(before);
          const happens = async (): Promise<void> => {
            await live(left.splice(0, 5));
            await keep();
          };
          const ask = verdict(question(text));
          const { sample, ...counted } = await countMembers(answersAt(engine.events, busy(engine.documents, happens), position, ask));
          const past = new PastDocuments(engine.events, engine.documents, { position, until: null });
          const { sample: again, ...recounted } = await countMembers(answersThen(past, ask));
          expect({ ...counted, sample }).toEqual({ ...recounted, sample: again });
        }),
      ),
      { numRuns: 15 },
    ));

  it('says where what rules mean has changed meanwhile', () =>
    inFolder(async ({ events, documents }) => {
      const metadata = {
        id: uuidv5(NAMESPACE, 'spec'),
        schemaVersion: 1,
        occurredAt: day(1),
        correlationId: 'c',
        causationId: 'c',
        actor: 'spec',
      };
      await documents.put(profileProjection.name, [{ key: 'a', document: null, position: 1 }]);
      await events.append('article-a', -1, [{ type: 'ArticleRetired', data: { articleId: 'a' }, metadata }]);
      await expect(countMembers(answersAt(events, documents, 0, verdict(question(RULES[0]))))).rejects.toMatchObject({
        code: 'count-overtaken',
      });
    }));
});

describe('An estimate', () => {
  it('asks those who stand for all the others, and holds what counting everybody finds', () =>
    inFolder(async (engine) => {
      const cause = { id: uuidv5(NAMESPACE, 'spec'), correlationId: 'spec', now: day(0), actor: 'spec' };
      const registered = Array.from({ length: 3_000 }, (_, n) => ({
        clientId: `c-${n}`,
        attributes: { region: n % 3 === 0 ? 'north' : 'south' },
      }));
      await commandHandling(engine.events, upcasters).handleMany(
        clientDecider,
        registered.map((client) => ({ command: Object.assign(new RegisterClient(), client), cause })),
      );
      await world(engine).keep();
      const ask = verdict(question('attribute.region = "north"'));
      const { count, people } = await countMembers(answersAt(engine.events, engine.documents, await engine.events.head(), ask));
      expect({ count, people }).toEqual({ count: 1_000, people: 3_000 });
      const estimate = await estimateMembers(sampledAnswers(engine.documents, ask));
      const sampled = await engine.documents.scan(clientSampleProjection.name);
      expect(estimate).toMatchObject({ asked: sampled.length, count: Math.round(estimate.found / SAMPLED_SHARE), share: SAMPLED_SHARE });
      expect(estimate.asked).toBeGreaterThan(10);
      expect(estimate.low).toBeLessThanOrEqual(count);
      expect(estimate.high).toBeGreaterThanOrEqual(count);
    }));
});

describe('A comparison', () => {
  const answers = (all: Readonly<Record<string, Verdict>>, size: number): Answers<Verdict> =>
    (async function* () {
      const page = Object.entries(all).map(([clientId, answer]) => ({ clientId, answer }));
      for (let from = 0; from < page.length; from += size) yield page.slice(from, from + size);
    })();

  it('is the algebra of two sets, whoever is known to one side alone and however answers come in pages', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(fc.constantFrom<Verdict | null>(true, false, 'restricted', null), fc.constantFrom<Verdict | null>(true, false, null)),
          {
            maxLength: 30,
          },
        ),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 7 }),
        async (verdicts, one, other) => {
          const side = (which: 0 | 1): Readonly<Record<string, Verdict>> =>
            Object.fromEntries(
              verdicts.flatMap((pair, n) => (pair[which] === null ? [] : [[`c-${String(n).padStart(2, '0')}`, pair[which]] as const])),
            );
          const [first, second] = [side(0), side(1)];
          const found = await compareMembers(answers(first, one), answers(second, other), 30);
          const ids = [...new Set([...Object.keys(first), ...Object.keys(second)])].sort();
          const where = (isFirst: boolean, isSecond: boolean) => {
            const sample = ids.filter((id) => (first[id] === true) === isFirst && (second[id] === true) === isSecond);
            return { count: sample.length, sample };
          };
          expect(found).toEqual({
            first: await countMembers(answers(first, 5), { sample: 30 }),
            second: await countMembers(answers(second, 5), { sample: 30 }),
            onlyFirst: where(true, false),
            both: where(true, true),
            onlySecond: where(false, true),
          });
        },
      ),
    ));
});
