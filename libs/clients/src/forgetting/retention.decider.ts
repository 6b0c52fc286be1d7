import { DomainError, Rules } from '@boucle/eventsourcing';
import { Client } from '../client/client.js';
import { ClientEvent } from '../client/client.events.js';
import { erasureRules } from './erasure.decider.js';
import { Kept } from './forgetting-policy.events.js';
import { namesOf } from '../person/person.js';
import { wholePerson } from '../merging/merged-file.js';
import { known } from '../client/registration.js';
import { AcceptErasure, EndLicence, LiftLegalHold, PlaceLegalHold, PutOffErasure, ReviewRetention } from './retention.commands.js';
import { RetentionEvent } from './retention.events.js';
import { RetentionFacts } from './retention-facts.js';
import { automaticOn, dayOf, dueDays, openConsents, runningContracts } from './retention.js';

const commands = { ReviewRetention, EndLicence, AcceptErasure, PutOffErasure, PlaceLegalHold, LiftLegalHold };

type Elsewhere = Exclude<ClientEvent, RetentionEvent>;

const over = (client: Client, clientId: string, now: string) =>
  erasureRules.decide.EraseClient(client, { clientId, reason: 'retention-over', requestedBy: 'company' }, now);

const mustBeProposed = (client: Client, clientId: string): void => {
  if (wholePerson(client).retention.proposedAt === null)
    throw new DomainError(
      'not-proposed',
      `The erasure of client ${clientId} is not proposed, or he was heard of since: erase him for another reason if there is one`,
      'clientId',
    );
};

const withFacts = (client: Client, facts: Partial<RetentionFacts>): Client => ({ ...client, retention: { ...client.retention, ...facts } });

/** The rules of how long a client is kept. */
export const retentionRules: Rules<Client, typeof commands, RetentionEvent, Elsewhere> = {
  commands,
  decide: {
    ReviewRetention: (client, { clientId, policy, whole }, now) => {
      const isAlias = client.merging.into !== null;
      if (client.erased || (isAlias && !whole)) return [];
      const today = dayOf(now);
      const person = isAlias ? withFacts(client, whole!) : wholePerson(client);
      const { heardOf, holds, proposedAt, putOffUntil } = person.retention;
      const due = dueDays(person, policy, now)
        .filter(({ on }) => on <= today)
        .map(({ kept }) => kept);
      const isDue = (kept: Kept): boolean => due.includes(kept);
      // an alias is erased with the file that it leads to
      const bound = isAlias || runningContracts(client, now).length > 0;
      const kept = bound ? undefined : (['prospects', 'clients'] as const).find(isDue);
      const automatic = automaticOn(proposedAt, policy);
      // by the policy of now: it may keep him for longer than that of the proposal
      if (kept && automatic !== null && automatic <= today && holds.length === 0) return over(client, clientId, now);
      const facts: (RetentionEvent | Elsewhere)[] = [];
      // who may not be erased may not be addressed for ever all the same
      if (isDue('consents'))
        facts.push(...openConsents(client, now).map(({ id }) => ({ type: 'ConsentLapsed' as const, data: { clientId, consentId: id } })));
      if (holds.length > 0) return facts;
      if (isDue('children')) {
        const personal = { childrenBirthYears: null };
        facts.push({ type: 'ClientDetailsChanged', data: { clientId, changed: namesOf(personal), personal } });
      }
      if (kept && proposedAt === null && (putOffUntil ?? '') <= today)
        facts.push({ type: 'ErasureProposed', data: { clientId, kept, heardOf: heardOf!, policyVersion: policy.version } });
      return facts;
    },
    EndLicence: (client, { clientId, fileId }, now) => {
      const { origin, references, merging, retention } = client;
      const knownOtherwise = retention.reacted || references.length > 0 || Object.keys(merging.files).length > 0;
      if (client.erased || origin?.file !== fileId || knownOtherwise || retention.holds.length > 0 || merging.into !== null) return [];
      return over(client, clientId, now);
    },
    AcceptErasure: (client, { clientId }, now) => {
      if (client.erased) return [];
      known(client, clientId);
      mustBeProposed(client, clientId);
      return over(client, clientId, now);
    },
    PutOffErasure: (client, { clientId, until, reason }, now) => {
      known(client, clientId);
      if (client.retention.putOffUntil === until) return [];
      mustBeProposed(client, clientId);
      if (until <= dayOf(now)) throw new DomainError('wrong-day', `until must be a day behind ${dayOf(now)}`, 'until');
      return [{ type: 'ErasurePutOff', data: { clientId, until, reason } }];
    },
    PlaceLegalHold: (client, { clientId, reason }) => {
      known(client, clientId);
      return client.retention.holds.includes(reason) ? [] : [{ type: 'LegalHoldPlaced', data: { clientId, reason } }];
    },
    LiftLegalHold: (client, { clientId, reason }) => {
      known(client, clientId);
      return client.retention.holds.includes(reason) ? [{ type: 'LegalHoldLifted', data: { clientId, reason } }] : [];
    },
  },
  evolve: {
    ErasureProposed: (client, _, proposedAt) => withFacts(client, { proposedAt, putOffUntil: null }),
    ErasurePutOff: (client, { until }) => withFacts(client, { proposedAt: null, putOffUntil: until }),
    LegalHoldPlaced: (client, { reason }) => withFacts(client, { holds: [...client.retention.holds, reason] }),
    LegalHoldLifted: (client, { reason }) => withFacts(client, { holds: client.retention.holds.filter((one) => one !== reason) }),
  },
};
