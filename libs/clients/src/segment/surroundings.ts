import { DocumentStore } from '@boucle/eventsourcing';
import { ClientHistory } from '../history/client-history.js';
import { historyProjection } from '../history/history.projection.js';
import { WholeFiles } from '../merging/whole-files.js';
import { Identity } from '../person/identity.projection.js';
import { NO_BELONGING } from '../record/belonging.js';
import { companiesProjection, Company, Member } from '../record/records.projection.js';

/** The household of a person. */
export interface HouseholdAround {
  readonly role: string | null;
  /** Himself among them. */
  readonly members: readonly Member[];
  /** Of the others. */
  readonly histories: readonly ClientHistory[];
}

/** A company in which a person has a role. */
export interface CompanyAround {
  readonly companyId: string;
  readonly role: string;
  readonly on: string;
  readonly sector: string | null;
  readonly trade: string | null;
  readonly headcount: number | null;
  /** The companies above it, the nearest first. */
  readonly above: readonly string[];
}

/** Those among whom a person lives and works. */
export interface Surroundings {
  /** null: he lives in no household that is known. */
  readonly household: HouseholdAround | null;
  readonly companies: readonly CompanyAround[];
}

/** He lives and works by himself. */
export const ALONE: Surroundings = { household: null, companies: [] };

/** Chains that are longer are broken off. */
const HIGHEST = 10;

interface Person {
  readonly clientId: string;
  readonly identity: Identity | null;
  readonly history: ClientHistory;
}

type Documents = Pick<DocumentStore, 'getMany'>;

const known = async <D extends object>(
  documents: Documents,
  collection: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, D>> => {
  const stored = ids.length > 0 ? await documents.getMany<D>(collection, [...new Set(ids)]) : [];
  return new Map(stored.flatMap(({ key, document }) => (document ? [[key, document] as const] : [])));
};

/** These companies and those above them. */
const chains = async (documents: Documents, companyIds: readonly string[]): Promise<ReadonlyMap<string, Company>> => {
  const found = new Map<string, Company>();
  let next = companyIds;
  for (let height = 0; next.length > 0 && height <= HIGHEST; height++) {
    for (const [id, company] of await known<Company>(documents, companiesProjection.name, next)) found.set(id, company);
    next = next.flatMap((id) => found.get(id)?.company?.parentId ?? []).filter((id) => !found.has(id));
  }
  return found;
};

const aboveOf = (companyId: string, companies: ReadonlyMap<string, Company>): readonly string[] => {
  const above: string[] = [];
  for (let id = companies.get(companyId)?.company?.parentId; id !== undefined; id = companies.get(id)?.company?.parentId) {
    if (above.includes(id) || id === companyId || above.length === HIGHEST) break;
    above.push(id);
  }
  return above;
};

/** Reads among whom people live and work; of those who are alone nothing is read. */
export const surroundingsOf = async (documents: Documents, people: readonly Person[]): Promise<ReadonlyMap<string, Surroundings>> => {
  const householdIds = people.flatMap(({ identity }) => identity?.householdId ?? []);
  const companyIds = people.flatMap(({ history }) => Object.keys((history.belongs ?? NO_BELONGING).companies));
  if (householdIds.length + companyIds.length === 0) return new Map();
  const households = await new WholeFiles(documents).households(householdIds);
  const histories = await known<ClientHistory>(
    documents,
    historyProjection.name,
    [...households.values()].flatMap(({ members }) => Object.keys(members)),
  );
  const companies = await chains(documents, companyIds);
  return new Map(
    people.map(({ clientId, identity, history }) => {
      const household = households.get(identity?.householdId ?? '');
      const others = Object.keys(household?.members ?? {}).filter((id) => id !== clientId);
      const around: Surroundings = {
        household: household
          ? {
              role: household.members[clientId]?.role ?? null,
              members: Object.values(household.members),
              histories: others.flatMap((id) => histories.get(id) ?? []),
            }
          : null,
        companies: Object.entries((history.belongs ?? NO_BELONGING).companies).map(([companyId, { role, on }]) => {
          const { sector = null, trade = null, headcount = null } = companies.get(companyId)?.company ?? {};
          return { companyId, role, on, sector, trade, headcount, above: aboveOf(companyId, companies) };
        }),
      };
      return [clientId, around] as const;
    }),
  );
};
