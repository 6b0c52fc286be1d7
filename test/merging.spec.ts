import fc from 'fast-check';
import { EmbeddedDocumentStore, EmbeddedEventStore } from '@boucle/adapters';
import {
  answerAt,
  Client,
  clientDecider,
  identityProjection,
  mergingWorker,
  NOTHING_SAID,
  NOWHERE,
  Profile,
  profileProjection,
  readClient,
  WholeFiles,
  wholePerson,
} from '@boucle/clients';
import {
  Checkpoints,
  commandHandling,
  DomainError,
  Door,
  Message,
  NAMESPACE,
  Processor,
  projectionConsumer,
  uuidv5,
} from '@boucle/eventsourcing';
import { join } from 'node:path';
import { newFolder } from './support/folders.js';
import { MergingModel, Said, Standing } from './support/merging-model.js';
import { daysLater } from './support/served-engine.js';

jest.setTimeout(240_000);

const IDS = ['ann', 'bob', 'cat', 'dan'] as const;

type Step =
  | { readonly kind: 'merge'; readonly clientId: string; readonly mergedId: string }
  | { readonly kind: 'unmerge'; readonly clientId: string; readonly mergedId: string }
  | { readonly kind: 'say'; readonly clientId: string; readonly said: Said };

const id = fc.constantFrom(...IDS);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 100, arbitrary: fc.record({ kind: fc.constant('merge' as const), clientId: id, mergedId: id }) },
  { weight: 100, arbitrary: fc.record({ kind: fc.constant('unmerge' as const), clientId: id, mergedId: id }) },
  {
    weight: 300,
    arbitrary: fc.record({
      kind: fc.constant('say' as const),
      clientId: id,
      said: fc.oneof(
        fc.record({ kind: fc.constant('buys' as const), amount: fc.integer({ min: 1, max: 999 }) }),
        fc.record({ kind: fc.constantFrom('is-called' as const, 'opposes' as const, 'restricts' as const, 'is-freed' as const) }),
        fc.record({ kind: fc.constantFrom('consents' as const, 'withdraws' as const) }),
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('say' as const), clientId: id, said: fc.constant<Said>({ kind: 'dies' }) }),
  },
);

/** How many steps are told of before everything behind is looked at. */
const AT_ONCE = 7;

class World {
  private readonly store = new EmbeddedEventStore(join(newFolder(), 'log.sqlite'));
  private readonly documents = new EmbeddedDocumentStore(join(newFolder(), 'documents.sqlite'));
  private readonly handling = commandHandling(this.store);
  private readonly projections: readonly Processor[];
  private worker: Processor;
  private told = 0;

  constructor(private readonly breaks: (n: number) => boolean) {
    const checkpoints = new Checkpoints(this.documents);
    this.projections = [profileProjection, identityProjection].map(
      (projection) => new Processor(this.store, checkpoints, projectionConsumer(projection, this.documents)),
    );
    this.worker = this.newWorker();
  }

  close(): void {
    this.store.close();
    this.documents.close();
  }

  /** Everybody has the same e-mail address, under an id of his own. */
  async begin(): Promise<void> {
    for (const clientId of IDS) {
      await this.send({ type: 'RegisterClient', data: { clientId, attributes: {} } });
      await this.send({ type: 'AddEmail', data: { clientId, emailId: `mail-${clientId}`, email: 'all@example.org' } });
    }
  }

  async take(one: Step): Promise<void> {
    if (one.kind === 'merge') await this.send({ type: 'MergeClients', data: { clientId: one.clientId, mergedId: one.mergedId } });
    else if (one.kind === 'unmerge') await this.send({ type: 'UnmergeClients', data: { clientId: one.clientId, mergedId: one.mergedId } });
    else await this.say(one.clientId, one.said);
    await this.carry();
  }

  /** As the rules read a survivor, and as his documents do. */
  async standings(survivor: string): Promise<readonly Standing[]> {
    for (const processor of this.projections) await processor.toHead();
    const client = await readClient(this.store, survivor);
    const own = await this.documents.get<Profile>(profileProjection.name, survivor);
    const [profile] = await new WholeFiles(this.documents).profiles([own!]);
    const person = wholePerson(client);
    const spent = profile.purchases.monetary.EUR ?? 0;
    const read = this.answer(person.deceased, person.places, person.consent);
    const shown = this.answer(profile.person!.deceased, profile.person ?? NOWHERE, profile.consent ?? NOTHING_SAID);
    return [
      { spent, calls: person.contacts.length, answer: read },
      { spent, calls: profile.solicitations.recent.length, answer: shown },
    ];
  }

  client(clientId: string): Promise<Client> {
    return readClient(this.store, clientId);
  }

  private answer(deceased: boolean, places: Parameters<typeof answerAt>[0]['places'], consent: Client['consent']): Standing['answer'] {
    if (deceased) return 'dead';
    const asked = { channel: 'email', purpose: 'marketing', at: this.now } as const;
    return answerAt({ places, consent, suppressions: [] }, asked, places.emails[0]).reason as Standing['answer'];
  }

  private async say(clientId: string, said: Said): Promise<void> {
    const n = ++this.told;
    switch (said.kind) {
      case 'buys':
        return this.send({ type: 'RecordPurchase', data: { clientId, purchaseId: `p-${n}`, amount: said.amount, currency: 'EUR' } });
      case 'is-called':
        return this.send({ type: 'RecordContact', data: { clientId, contactId: `c-${n}`, kind: 'call' } });
      case 'consents': {
        const proof = { how: 'paper', wordingId: 'w-1' };
        const given = { consentId: `c-${n}`, channel: 'email', purpose: 'marketing', basis: 'consent', proof };
        return this.send({ type: 'GiveConsent', data: { clientId, ...given } });
      }
      case 'withdraws': {
        const { consent } = await this.client(clientId);
        const last = consent.consents.findLast(({ withdrawnAt }) => withdrawnAt === null);
        if (last) await this.send({ type: 'WithdrawConsent', data: { clientId, consentId: last.id } });
        return;
      }
      case 'opposes':
        return this.send({ type: 'DeclareOpposition', data: { clientId, oppositionId: `o-${n}`, channel: 'email' } });
      case 'restricts':
        return this.send({ type: 'RestrictProcessing', data: { clientId } });
      case 'is-freed':
        return this.send({ type: 'EndRestriction', data: { clientId } });
      case 'dies':
        return this.send({ type: 'ReportDeath', data: { clientId } });
    }
  }

  private steps = 0;

  private get now(): string {
    return new Date(Date.parse(daysLater(0)) + this.steps * 60_000).toISOString();
  }

  private async send(message: Message): Promise<void> {
    this.steps++;
    const id = uuidv5(NAMESPACE, 'spec', this.steps);
    const command = this.commandOf(message);
    const [outcome] = await this.handling.handleMany(clientDecider, [
      { command, cause: { id, correlationId: id, now: this.now, actor: 'spec' } },
    ]);
    if (outcome instanceof Error && !(outcome instanceof DomainError)) throw outcome;
  }

  private commandOf({ type, data }: Message): object {
    const commands = clientDecider.commands as unknown as Record<string, new () => object>;
    return Object.assign(new commands[type](), data);
  }

  private newWorker(): Processor {
    let sent = 0;
    const door: Door = {
      executeMany: async (requests) => {
        const breaks = this.breaks(++sent);
        if (breaks && sent % 2 === 0) throw new Error('broken off before a command');
        const outcomes = await this.handling.handleMany(
          clientDecider,
          requests.map(({ message, cause }) => ({ command: this.commandOf(message), cause })),
        );
        if (breaks) throw new Error('broken off behind a command');
        return outcomes;
      },
    };
    return new Processor(this.store, new Checkpoints(this.documents), mergingWorker(this.store, this.documents, door));
  }

  /** Lets the worker see everything, however often it breaks off. */
  private async carry(): Promise<void> {
    for (let moved = true; moved;)
      moved = await this.worker.toHead().catch((error: Error) => {
        if (!error.message.startsWith('broken off')) throw error;
        return true;
      });
  }
}

const live = async (steps: readonly Step[], breaks: (n: number) => boolean): Promise<void> => {
  const world = new World(breaks);
  const model = new MergingModel(IDS);
  try {
    await world.begin();
    for (const [n, one] of steps.entries()) {
      await world.take(one);
      if (one.kind === 'say') model.say(one.clientId, one.said);
      else if (one.kind === 'merge') model.merge(one.clientId, one.mergedId);
      else model.unmerge(one.clientId, one.mergedId);
      if (n % AT_ONCE > 0 && n < steps.length - 1) continue;
      for (const clientId of IDS) {
        const { merging } = await world.client(clientId);
        const survivor = model.survivorOf(clientId);
        expect([clientId, merging.into ?? clientId]).toEqual([clientId, survivor]);
        if (survivor !== clientId) continue;
        expect(Object.keys(merging.files).sort()).toEqual(model.membersOf(clientId).filter((member) => member !== clientId));
        const standing = model.standing(clientId);
        expect([clientId, n, ...(await world.standings(clientId))]).toEqual([clientId, n, standing, standing]);
      }
    }
  } finally {
    world.close();
  }
};

describe('files that are merged and unmerged with anything between', () => {
  it('agree with a model', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => live(steps, () => false)),
      { numRuns: 15 },
    ));

  it('agree with it whatever breaks off', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), fc.infiniteStream(fc.boolean()), (steps, breaking) =>
        live(steps, () => breaking.next().value as boolean),
      ),
      { numRuns: 8 },
    ));

  it('agree with it after a thousand events', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1000, maxLength: 1000, size: 'max' }), (steps) => live(steps, () => false)),
      { numRuns: 1, endOnFailure: true },
    ));
});
