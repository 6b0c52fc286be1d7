import { DomainError, Rules } from '@boucle/eventsourcing';
import { Relations } from './relations.js';
import { Contract } from './relations.js';
import { Client } from '../client/client.js';
import { entry, knownEntry } from '../entries.js';
import { known } from '../client/registration.js';
import { CloseCase, EndContract, GiveNotice, JoinClub, LeaveClub, OpenCase, RenewContract, StartContract } from './relation.commands.js';
import { RelationEvent } from './relation.events.js';

const commands = { StartContract, RenewContract, GiveNotice, EndContract, JoinClub, LeaveClub, OpenCase, CloseCase };

const contractOf = ({ relations }: Client, contractId: string): Contract =>
  knownEntry(relations.contracts, contractId, 'contract', 'contractId');

const mustRun = ({ ended }: Contract, contractId: string): void => {
  if (ended) throw new DomainError('contract-ended', `Contract ${contractId} is over: start another`, 'contractId');
};

const mustFollow = (startsOn: string, day: string | null, field: string): void => {
  if (day !== null && day < startsOn) throw new DomainError('wrong-term', `${field} must not be before it starts, on ${startsOn}`, field);
};

const related = (client: Client, change: Partial<Relations>): Client => ({ ...client, relations: { ...client.relations, ...change } });

const contracted = (client: Client, contractId: string, change: Partial<Contract>): Client =>
  related(client, {
    contracts: { ...client.relations.contracts, [contractId]: { ...client.relations.contracts[contractId], ...change } },
  });

/** The rules of contracts, memberships and cases. */
export const relationRules: Rules<Client, typeof commands, RelationEvent> = {
  commands,
  decide: {
    StartContract: (client, { clientId, contractId, kind, articleId, amount, currency, startsOn, endsOn, contractNumber }) => {
      if (entry(client.relations.contracts, contractId)) return [];
      known(client, clientId);
      if ((amount === undefined) !== (currency === undefined))
        throw new DomainError('no-amount', 'State an amount with its currency, or neither', amount === undefined ? 'amount' : 'currency');
      mustFollow(startsOn, endsOn ?? null, 'endsOn');
      const price = { amount: amount ?? null, currency: currency ?? null };
      const personal = contractNumber === undefined ? null : { contractNumber };
      const facts = { clientId, contractId, kind, articleId: articleId ?? null, ...price, startsOn, endsOn: endsOn ?? null, personal };
      return [{ type: 'ContractStarted', data: facts }];
    },
    RenewContract: (client, { clientId, contractId, endsOn = null }) => {
      known(client, clientId);
      const contract = contractOf(client, contractId);
      mustRun(contract, contractId);
      if (contract.endsOn === endsOn && contract.noticeBy === null) return [];
      mustFollow(contract.startsOn, endsOn, 'endsOn');
      return [{ type: 'ContractRenewed', data: { clientId, contractId, endsOn } }];
    },
    GiveNotice: (client, { clientId, contractId, by, endsOn }) => {
      known(client, clientId);
      const contract = contractOf(client, contractId);
      mustRun(contract, contractId);
      if (contract.noticeBy === by && contract.endsOn === endsOn) return [];
      mustFollow(contract.startsOn, endsOn, 'endsOn');
      return [{ type: 'NoticeGiven', data: { clientId, contractId, by, endsOn } }];
    },
    EndContract: (client, { clientId, contractId, on, reason = null }) => {
      known(client, clientId);
      const contract = contractOf(client, contractId);
      if (contract.ended) return [];
      mustFollow(contract.startsOn, on, 'on');
      return [{ type: 'ContractEnded', data: { clientId, contractId, on, reason } }];
    },
    JoinClub: (client, { clientId, membershipId, clubId, level = null, cardNumber }) => {
      if (entry(client.relations.memberships, membershipId)) return [];
      known(client, clientId);
      const personal = cardNumber === undefined ? null : { cardNumber };
      return [{ type: 'ClubJoined', data: { clientId, membershipId, clubId, level, personal } }];
    },
    LeaveClub: (client, { clientId, membershipId, reason = null }) => {
      known(client, clientId);
      const { clubId, left } = knownEntry(client.relations.memberships, membershipId, 'membership', 'membershipId');
      return left ? [] : [{ type: 'ClubLeft', data: { clientId, membershipId, clubId, reason } }];
    },
    OpenCase: (client, { clientId, caseId, subject, purchaseId = null, articleId = null, text }) => {
      if (entry(client.relations.cases, caseId)) return [];
      known(client, clientId);
      const personal = text === undefined ? null : { text };
      return [{ type: 'CaseOpened', data: { clientId, caseId, subject, purchaseId, articleId, personal } }];
    },
    CloseCase: (client, { clientId, caseId, outcome = null, text }) => {
      known(client, clientId);
      if (knownEntry(client.relations.cases, caseId, 'case', 'caseId') === 'closed') return [];
      return [{ type: 'CaseClosed', data: { clientId, caseId, outcome, personal: text === undefined ? null : { text } } }];
    },
  },
  evolve: {
    ContractStarted: (client, { contractId, startsOn, endsOn }) =>
      contracted(client, contractId, { startsOn, endsOn, noticeBy: null, ended: false }),
    ContractRenewed: (client, { contractId, endsOn }) => contracted(client, contractId, { endsOn, noticeBy: null }),
    NoticeGiven: (client, { contractId, by, endsOn }) => contracted(client, contractId, { endsOn, noticeBy: by }),
    ContractEnded: (client, { contractId, on }) => contracted(client, contractId, { endsOn: on, ended: true }),
    ClubJoined: (client, { membershipId, clubId }) =>
      related(client, { memberships: { ...client.relations.memberships, [membershipId]: { clubId, left: false } } }),
    ClubLeft: (client, { membershipId, clubId }) =>
      related(client, { memberships: { ...client.relations.memberships, [membershipId]: { clubId, left: true } } }),
    CaseOpened: (client, { caseId }) => related(client, { cases: { ...client.relations.cases, [caseId]: 'open' } }),
    CaseClosed: (client, { caseId }) => related(client, { cases: { ...client.relations.cases, [caseId]: 'closed' } }),
  },
};
