import { DocumentStore, EventStore, RecordedEvent, StoredDocument } from '@boucle/eventsourcing';
import {
  CampaignEvent,
  campaignStream,
  ClientDecisions,
  consentOf,
  decisionsKey,
  decisionsProjection,
  Plan,
  WaveEvent,
  waveStream,
} from '@boucle/campaigns';
import { Household, Identity, identityProjection, Profile, profileProjection, Screening, WholeFiles } from '@boucle/clients';
import { Addressed, addressing, CHANNEL_OF, Terms } from './addressing.js';
import { figuresFor, withFigures } from './area-figures.js';
import { ExportOrder, LeftOut, MailingsOf, RowEntry } from './export.events.js';

const AT_ONCE = 500;

/** Where people are read from. */
export interface Registers {
  readonly events: EventStore;
  readonly documents: DocumentStore;
  readonly screening: Screening;
}

/** Somebody who stands in an export, or why he does not. */
export type Selected = RowEntry | { readonly clientId: string; readonly reason: LeftOut };

/** Somebody whom the order may mean. */
interface Candidate {
  readonly clientId: string;
  readonly profile: Profile | null;
  readonly offer?: string;
  readonly reason?: LeftOut;
}

const byKey = <D extends object>(stored: readonly StoredDocument<D>[]): ReadonlyMap<string, D> =>
  new Map(stored.flatMap(({ key, document }) => (document ? [[key, document] as const] : [])));

/** What is known of people, each by all his files. */
const whole = (documents: DocumentStore, stored: readonly StoredDocument<Profile>[]): Promise<readonly Profile[]> =>
  new WholeFiles(documents).profiles(stored.flatMap(({ document }) => document ?? []));

const profilesOf = async (documents: DocumentStore, ids: readonly string[]): Promise<ReadonlyMap<string, Profile>> => {
  const profiles = await whole(documents, await documents.getMany<Profile>(profileProjection.name, ids));
  return new Map(profiles.map((profile) => [profile.clientId, profile]));
};

/** The plan by which a wave was launched, null: it never was. */
export const launchedPlan = async (events: EventStore, { campaignId, wave }: MailingsOf): Promise<Plan | null> => {
  const history = (await events.read(campaignStream(campaignId))) as RecordedEvent<CampaignEvent>[];
  const launch = history.find((event) => event.type === 'WaveLaunched' && event.data.wave === wave);
  return launch?.type === 'WaveLaunched' ? launch.data.plan : null;
};

/** What the addressing of an order stands on: mailings of a wave on what their campaign asked for. */
export const termsOf = ({ purpose, consent }: ExportOrder, plan: Plan | null): Terms =>
  plan ? consentOf(plan) : { purpose, consentRequired: consent === 'required' };

/** Everybody behind a client, in order of id. */
async function* everybody(documents: DocumentStore, through: string | null): AsyncGenerator<Candidate[]> {
  for (let after = through ?? undefined; ;) {
    const page = await documents.scan<Profile>(profileProjection.name, { after, limit: AT_ONCE });
    yield (await whole(documents, page)).map((profile) => ({ clientId: profile.clientId, profile }));
    if (page.length < AT_ONCE) return;
    after = page[page.length - 1].key;
  }
}

/** Those for whom a wave drew an offer that the preset can carry, behind a client, in order of id. */
async function* mailed(registers: Registers, order: ExportOrder, plan: Plan, through: string | null): AsyncGenerator<Candidate[]> {
  const { events, documents } = registers;
  const { campaignId, wave, offer } = order.mailings!;
  const channel = CHANNEL_OF[order.preset];
  const carried = plan.offers.filter((one) => one.channel !== null && (channel === null || one.channel === channel));
  const wanted = new Set(carried.map(({ name }) => name).filter((name) => offer === null || name === offer));
  for (let revision = 0; ; revision++) {
    const [event] = (await events.read(waveStream(campaignId, wave), revision, 1)) as RecordedEvent<WaveEvent>[];
    if (event?.type !== 'DecisionsTaken') return;
    const drawn = event.data.decisions.flatMap((decision) =>
      'arm' in decision && wanted.has(decision.arm) && decision.clientId > (through ?? '') ? [decision] : [],
    );
    const ids = drawn.map(({ clientId }) => clientId);
    const keys = ids.map((clientId) => decisionsKey(campaignId, clientId));
    const outcomes = byKey(await documents.getMany<ClientDecisions>(decisionsProjection.name, keys));
    const profiles = await profilesOf(documents, ids);
    yield drawn.map(({ clientId, arm }) => {
      const decided = outcomes.get(decisionsKey(campaignId, clientId))?.decisions.find((one) => one.wave === wave);
      const sent = decided?.outcome === 'mailed';
      return { clientId, offer: arm, profile: profiles.get(clientId) ?? null, ...(!sent && { reason: 'not-mailed' as const }) };
    });
  }
}

/** Who lives in a household now. */
const membersOf = ({ members }: Household): readonly string[] =>
  Object.entries(members)
    .filter(([, { until }]) => until === null)
    .map(([clientId]) => clientId)
    .sort();

/** Who gets the one letter of each household of these clients: its addressee, else the first of those who may be addressed. */
const receivers = async (
  { documents, screening }: Registers,
  addressed: (profile: Profile, suppressions?: Parameters<ReturnType<typeof addressing>>[1]) => Addressed,
  clientIds: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const files = new WholeFiles(documents);
  const identities = await files.identities([...byKey(await documents.getMany<Identity>(identityProjection.name, clientIds)).values()]);
  const householdOf = new Map(
    identities.flatMap(({ clientId, householdId }) => (householdId === null ? [] : [[clientId, householdId] as const])),
  );
  const households = await files.households([...new Set(householdOf.values())]);
  const members = [...new Set([...households.values()].flatMap(membersOf))];
  const [profiles, suppressions] = await Promise.all([profilesOf(documents, members), screening.clients(members)]);
  const mayGet = (clientId: string): boolean => {
    const profile = profiles.get(clientId);
    return profile !== undefined && !('reason' in addressed(profile, suppressions.get(clientId)));
  };
  const receiverOf = new Map(
    [...households].map(([householdId, household]) => {
      const willing = membersOf(household).filter(mayGet);
      const { addressee } = household;
      return [householdId, addressee !== null && willing.includes(addressee) ? addressee : willing[0]] as const;
    }),
  );
  return new Map([...householdOf].map(([clientId, householdId]) => [clientId, receiverOf.get(householdId) ?? clientId]));
};

/** Who stands in an export as of an instant, behind a client, in order of id, by the read models as they are; letters go to a household once, mailings of a wave to whom they were decided for. */
export async function* select(
  registers: Registers,
  order: ExportOrder,
  plan: Plan | null,
  at: string,
  through: string | null = null,
): AsyncGenerator<readonly Selected[]> {
  const figures = await figuresFor(registers.events, order, at);
  const inOrder = addressing(order, termsOf(order, plan), at);
  const addressed: typeof inOrder = (profile, suppressions) => inOrder(withFigures(profile, figures(profile)), suppressions);
  const pages = plan ? mailed(registers, order, plan, through) : everybody(registers.documents, through);
  for await (const page of pages) {
    const ids = page.map(({ clientId }) => clientId);
    const suppressions = await registers.screening.clients(ids);
    const found = page.map(({ clientId, profile, offer, reason }): Selected => {
      if (reason) return { clientId, reason };
      if (!profile) return { clientId, reason: 'erased' };
      return { clientId, ...addressed(profile, suppressions.get(clientId)), ...(offer !== undefined && { offer }) };
    });
    if (order.preset !== 'post' || plan) {
      yield found;
      continue;
    }
    const reached = found.flatMap((one) => ('reason' in one ? [] : [one.clientId]));
    const receiver = await receivers(registers, addressed, reached);
    yield found.map((one): Selected => {
      const { clientId } = one;
      return 'reason' in one || (receiver.get(clientId) ?? clientId) === clientId ? one : { clientId, reason: 'same-household' };
    });
  }
}
