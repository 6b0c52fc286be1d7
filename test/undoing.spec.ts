import fc from 'fast-check';
import {
  articleMentionsProjection,
  Client,
  clientDecider,
  ClientEvent,
  clientFileOf,
  clientStream,
  factsOf,
  historyProjection,
  Profile,
  profileProjection,
} from '@boucle/clients';
import { DomainError, fold, Message, projectEvent, RecordedEvent } from '@boucle/eventsourcing';
import { takingBack, undoIdOf } from '@boucle/importing';
import { Known, Told, UndoingModel } from './support/undoing-model.js';
import { daysLater } from './support/served-engine.js';

type Event = RecordedEvent<ClientEvent>;

const CLIENTS = ['ann', 'bob', 'cat', 'dan', 'eve'] as const;
/** They are there before any import. */
const OLD = CLIENTS.slice(0, 2);
const IMPORTS = ['shop', 'till', 'erp'] as const;
const HAND = 'hand';
/** No file tells of these. */
const BY_HAND: readonly Told['kind'][] = ['cancels', 'reports', 'opposes-mail'];
/** More than all returns of a purchase come to. */
const [AMOUNT, PART] = [400, 100];

type Step =
  | { readonly kind: 'tell'; readonly by: string; readonly clientId: string; readonly told: Told; readonly daysAgo: number }
  | { readonly kind: 'undo'; readonly by: string }
  | { readonly kind: 'merge' | 'unmerge'; readonly clientId: string; readonly mergedId: string };

const client = fc.constantFrom(...CLIENTS);
const id = fc.constantFrom('1', '2', '3');
const told: fc.Arbitrary<Told> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('buys' as const, 'is-called' as const, 'responds' as const, 'has-mail' as const), id }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('returns' as const), id, of: id }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('cancels' as const, 'reports' as const, 'opposes-mail' as const), id, of: id }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('is-named' as const), name: fc.constantFrom('Roth', 'Keller', 'Frei') }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 60,
    arbitrary: fc.record({
      kind: fc.constant('tell' as const),
      by: fc.oneof({ weight: 1, arbitrary: fc.constant(HAND) }, { weight: 6, arbitrary: fc.constantFrom(...IMPORTS) }),
      clientId: client,
      told,
      daysAgo: fc.integer({ min: 0, max: 300 }),
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('undo' as const), by: fc.constantFrom(...IMPORTS) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('merge' as const, 'unmerge' as const), clientId: client, mergedId: client }) },
);

/** The streams of some clients, in memory. */
class World {
  private readonly histories = new Map<string, Event[]>();
  private readonly states = new Map<string, Client>();
  private position = 0;

  history(clientId: string): readonly Event[] {
    return this.histories.get(clientId) ?? [];
  }

  state(clientId: string): Client {
    return this.states.get(clientId) ?? clientDecider.initial;
  }

  /** Tells whether a command was accepted. */
  send({ type, data }: Message, correlationId: string, at: string): boolean {
    const { clientId } = data as { clientId: string };
    const command = Object.assign(new (clientDecider.commands as unknown as Record<string, new () => object>)[type](), data);
    const rule = clientDecider.decide[type as 'RetractTold'] as (
      client: Client,
      command: object,
      now: string,
      history: boolean,
    ) => ClientEvent[];
    try {
      const metadata = { schemaVersion: 1, occurredAt: at, correlationId, causationId: 'spec', actor: `import:${correlationId}` };
      const events = rule(this.state(clientId), command, at, true).map((event): Event => {
        const position = ++this.position;
        const stands = { stream: clientStream(clientId), revision: this.history(clientId).length, position, recordedAt: at };
        return { ...event, ...stands, metadata: { id: `event-${position}`, ...metadata } };
      });
      this.histories.set(clientId, [...this.history(clientId), ...events]);
      this.states.set(clientId, fold(clientDecider, this.state(clientId), events));
      return true;
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  }

  /** As the rules read a client, as his profile does, his history and his file. */
  known(clientId: string): readonly (Known | null)[] {
    const { attributes, erased, person, purchases, contacts, records, points, retention } = this.state(clientId);
    if (attributes === null) return [null];
    const nothing = { erased: true, name: null, bought: [], returned: 0, contacts: 0, responses: [], mails: [], heardOf: null };
    if (erased) return [nothing];
    const history = this.history(clientId);
    const document = <D>(projection: Parameters<typeof projectEvent>[0], key: string): D =>
      history.reduce<object | null>((known, event) => projectEvent(projection, known, event, key), null) as D;
    const responses = records.flatMap((record) => (record.startsWith('response/') ? [record.slice(9)] : [])).sort();
    const own: Known = {
      erased,
      name: person.lastName ?? null,
      bought: purchases.bought.map(({ purchaseId }) => purchaseId).sort(),
      returned: purchases.returned.length,
      contacts: contacts.length,
      responses,
      mails: Object.keys(points).sort(),
      heardOf: retention.heardOf,
    };
    const profile = document<Profile>(profileProjection, clientId);
    const past = document<Parameters<typeof historyLengths>[0]>(historyProjection, clientId);
    const { reactions, actions, personal } = clientFileOf(clientId, history)!;
    expect([clientId, ...historyLengths(past)]).toEqual([clientId, own.bought.length, own.returned, own.contacts, responses.length]);
    const sold = document<{ lines: number } | null>(articleMentionsProjection, 'id.mug');
    expect(sold?.lines ?? 0).toBe(own.bought.length);
    return [
      own,
      {
        ...own,
        bought: profile.purchases.history.bought.map(({ purchaseId }) => purchaseId).sort(),
        returned: profile.purchases.history.returned.length,
        contacts: profile.solicitations.otherContacts,
        responses: responses.slice(0, profile.responses.count),
        mails: [...(profile.person?.emails ?? [])].sort(),
      },
      {
        ...own,
        name: personal.person.lastName ?? null,
        bought: reactions.purchases.map(({ purchaseId }) => purchaseId).sort(),
        returned: reactions.returns.length,
        contacts: actions.contacts.length,
        responses: reactions.responses.map(({ responseId }) => responseId).sort(),
        mails: Object.keys(personal.emails).sort(),
      },
    ];
  }
}

type Entries = readonly unknown[];

const historyLengths = (past: { purchases: Entries; returned: Entries; solicitations: Entries; reactions: Entries } | null): number[] =>
  past ? [past.purchases, past.returned, past.solicitations, past.reactions].map(({ length }) => length) : [0, 0, 0, 0];

const commandOf = (clientId: string, one: Told, n: number): Message => {
  const money = { amount: AMOUNT, currency: 'EUR' };
  switch (one.kind) {
    case 'buys': {
      const lines = [{ articleId: 'mug', quantity: 1, unitPrice: AMOUNT }];
      return { type: 'RecordPurchase', data: { clientId, purchaseId: one.id, ...money, lines, orderNumber: one.id } };
    }
    case 'returns':
      return { type: 'ReturnPurchase', data: { clientId, returnId: one.id, purchaseId: one.of, ...money, amount: PART } };
    case 'cancels':
      return { type: 'CancelPurchase', data: { clientId, purchaseId: one.of } };
    case 'is-called':
      return { type: 'RecordContact', data: { clientId, contactId: one.id, kind: 'call' } };
    case 'reports':
      return { type: 'ReportContact', data: { clientId, contactId: one.of, reportId: `report-${n}`, note: 'busy' } };
    case 'responds':
      return { type: 'RecordResponse', data: { clientId, responseId: one.id, kind: 'visit' } };
    case 'has-mail':
      return { type: 'AddEmail', data: { clientId, emailId: one.id, email: `${one.id}@example.org` } };
    case 'opposes-mail':
      return { type: 'DeclareOpposition', data: { clientId, oppositionId: `no-${n}`, channel: 'email', pointId: one.of } };
    case 'is-named':
      return { type: 'ChangeClientDetails', data: { clientId, person: { lastName: one.name } } };
  }
};

const live = (steps: readonly Step[]): void => {
  const [world, model] = [new World(), new UndoingModel()];
  const editions = new Map<string, number>();
  const now = (n: number): string => new Date(Date.parse(daysLater(0)) + n * 60_000).toISOString();
  const born = (clientId: string, by: string, at: string): void => {
    model.register(clientId, by, at);
    world.send({ type: 'RegisterClient', data: { clientId, attributes: {}, person: { firstName: 'A' } } }, by, at);
  };
  for (const clientId of OLD) born(clientId, HAND, now(-1_000_000));

  const undo = (importId: string, n: number): void => {
    const stays = CLIENTS.filter((clientId) => {
      const look = () => takingBack(importId, clientId, world.history(clientId));
      if (world.state(clientId).erased || !world.history(clientId).some(({ metadata }) => metadata.correlationId === importId))
        return false;
      const { erase, retract, takenBack, left } = look();
      if (erase) {
        const data = { clientId, reason: 'registered-by-mistake', requestedBy: 'company' };
        expect(world.send({ type: 'EraseClient', data }, undoIdOf(importId), now(n))).toBe(true);
        return false;
      }
      if (retract) expect(world.send({ type: 'RetractTold', data: retract }, undoIdOf(importId), now(n))).toBe(true);
      expect([clientId, look()]).toEqual([clientId, { erase: false, retract: null, takenBack, left }]);
      return left.length > 0;
    });
    expect([n, stays]).toEqual([n, [...model.undo(importId)].sort()]);
  };

  for (const [n, one] of steps.entries()) {
    if (one.kind === 'tell') {
      const by = one.by === HAND || BY_HAND.includes(one.told.kind) ? HAND : `${one.by}-${editions.get(one.by) ?? 0}`;
      const at = new Date(Date.parse(now(n)) - one.daysAgo * 86_400_000).toISOString();
      if (by !== HAND && world.history(one.clientId).length === 0) born(one.clientId, by, at);
      world.send(commandOf(one.clientId, one.told, n), by, at);
      model.tell(one.clientId, one.told, by, at);
    } else if (one.kind === 'undo') {
      const edition = editions.get(one.by) ?? 0;
      undo(`${one.by}-${edition}`, n);
      editions.set(one.by, edition + 1);
      // whoever asks again gets the same answer
      if (edition > 0) undo(`${one.by}-${edition - 1}`, n);
    } else if (one.kind === 'merge') {
      const { clientId, mergedId } = one;
      model.merge(clientId, mergedId);
      if (!world.send({ type: 'MergeClients', data: { clientId, mergedId } }, HAND, now(n))) continue;
      if (!world.send({ type: 'BeginAlias', data: { clientId: mergedId, survivorId: clientId } }, HAND, now(n))) {
        world.send({ type: 'AbandonMerge', data: { clientId, mergedId, reason: 'not-possible' } }, HAND, now(n));
        continue;
      }
      const file = world.state(mergedId);
      const facts = factsOf(file, world.history(mergedId).length);
      world.send(
        { type: 'CompleteMerge', data: { clientId, mergedId, winners: {}, facts, points: { [mergedId]: file.points } } },
        HAND,
        now(n),
      );
    } else {
      const { clientId, mergedId } = one;
      model.unmerge(clientId, mergedId);
      world.send({ type: 'UnmergeClients', data: { clientId, mergedId } }, HAND, now(n));
      world.send({ type: 'EndAlias', data: { clientId: mergedId, survivorId: clientId } }, HAND, now(n));
    }
    if (one.kind !== 'undo' && n < steps.length - 1) continue;
    for (const clientId of CLIENTS) {
      const known = model.known(clientId);
      for (const seen of world.known(clientId)) expect([n, clientId, seen]).toEqual([n, clientId, known]);
    }
  }
};

describe('imports that are undone with anything between', () => {
  it('agree with a model', () =>
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 120, size: 'max' }), (steps) => live(steps)),
      { numRuns: 100 },
    ));

  it('agree with it after a thousand events', () =>
    fc.assert(
      fc.property(fc.array(step, { minLength: 1500, maxLength: 1500, size: 'max' }), (steps) => live(steps)),
      { numRuns: 1, endOnFailure: true },
    ));
});
