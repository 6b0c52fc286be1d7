import { canonicalJson, DomainError, Rules } from '@boucle/eventsourcing';
import { Client } from '../client/client.js';
import { Channel } from '../client/channel.js';
import {
  ConfirmConsent,
  DeclareOpposition,
  EndProfilingObjection,
  EndRestriction,
  GiveConsent,
  ObjectToProfiling,
  RestrictProcessing,
  WithdrawConsent,
} from './consent.commands.js';
import { ConsentFact, ConsentFacts, factsAfter, isOpen } from './consent-facts.js';
import { ConsentEvent } from './consent.events.js';
import { liftedBy } from './contact-permission.js';
import { placesOf, pointIdsFor } from './reach.js';
import { placeOfPoint } from '../merging/place-of-point.js';
import { known } from '../client/registration.js';

const commands = {
  GiveConsent,
  ConfirmConsent,
  WithdrawConsent,
  DeclareOpposition,
  RestrictProcessing,
  EndRestriction,
  ObjectToProfiling,
  EndProfilingObjection,
};

const witness = (by: string | undefined) => (by === undefined ? {} : { personal: { by } });

const sameAs = (fact: object | undefined, wanted: object, code: string, field: string): boolean => {
  if (!fact) return false;
  const there = fact as Readonly<Record<string, unknown>>;
  if (canonicalJson(Object.fromEntries(Object.keys(wanted).map((name) => [name, there[name]]))) === canonicalJson(wanted)) return true;
  throw new DomainError(code, `The client has said something else under this ${field}: choose another`, field);
};

/** The contact points that a consent is about: those that the client has now, and never one that he gets later. */
const pointsOf = ({ points }: Client, channel: Channel, pointId: string | undefined): readonly string[] => {
  const own = pointIdsFor(placesOf(points), channel);
  if (pointId === undefined && own.length > 0) return own;
  if (pointId === undefined)
    throw new DomainError('no-contact-point', `The client has nothing to be reached at by ${channel}: add it first`, 'channel');
  if (own.includes(pointId)) return [pointId];
  throw new DomainError('unknown-contact-point', `The client has no contact point ${pointId} for ${channel}`, 'pointId');
};

/** Refuses what could not be shown. */
const mustStandOn = ({ records }: Client, { basis, proof, purchaseId }: GiveConsent): void => {
  if ((basis === 'consent' || basis === 'double-opt-in') && !proof)
    throw new DomainError('no-proof', `proof is needed for the basis ${basis}: how it was given, and the wording`, 'proof');
  if (basis !== 'existing-customer') return;
  if (purchaseId === undefined)
    throw new DomainError('no-purchase', 'purchaseId is needed for the basis existing-customer: what makes him one', 'purchaseId');
  if (!records.includes(`purchase/${purchaseId}`))
    throw new DomainError('unknown-purchase', `The client has no purchase ${purchaseId}: record it first`, 'purchaseId');
};

const consentOf = ({ consent }: Client, consentId: string): ConsentFact => {
  const found = consent.consents.find(({ id }) => id === consentId);
  if (!found) throw new DomainError('unknown-consent', `The client has not given a consent ${consentId}`, 'consentId');
  return found;
};

const lifted = (
  facts: ConsentFacts,
  clientId: string,
  consentId: string,
  reach: { channel: Channel; purpose: string; pointIds: readonly string[] },
  now: string,
): ConsentEvent[] =>
  liftedBy(facts, reach)
    .filter(({ at }) => at < now)
    .map(({ id }) => ({ type: 'OppositionLifted', data: { clientId, oppositionId: id, consentId } }));

/** Those of merged files are his too: who opposes must never be sent elsewhere. */
const mustKnow = (client: Client, clientId: string, pointId: string | null): void => {
  if (pointId === null || Object.hasOwn(client.points, pointId)) return;
  if (placeOfPoint(client, clientId, pointId).clientId === clientId)
    throw new DomainError('unknown-contact-point', `The client has no contact point ${pointId}`, 'pointId');
};

const told = (client: Client, consent: ConsentFacts): Client => ({ ...client, consent });

/** The rules of what a client has said about being addressed. */
export const consentRules: Rules<Client, typeof commands, ConsentEvent> = {
  commands,
  decide: {
    GiveConsent: (client, command, now) => {
      const { clientId, consentId, channel, purpose, basis, purchaseId, proof, by } = command;
      const expiresAt = command.expiresAt === undefined ? null : new Date(command.expiresAt).toISOString();
      const facts = client.consent;
      const wanted = { channel, purpose, basis, expiresAt };
      const before = facts.consents.find(({ id }) => id === consentId);
      if (sameAs(before, wanted, 'consent-exists', 'consentId')) return [];
      known(client, clientId);
      mustStandOn(client, command);
      if (expiresAt !== null && expiresAt <= now)
        throw new DomainError('wrong-expiry', 'expiresAt must lie behind the instant at which the consent was given', 'expiresAt');
      const pointIds = pointsOf(client, channel, command.pointId);
      return [
        {
          type: 'ConsentGiven',
          data: {
            clientId,
            consentId,
            ...wanted,
            pointIds,
            purchaseId: purchaseId ?? null,
            proof: proof ? { how: proof.how, wordingId: proof.wordingId } : null,
            ...witness(by),
          },
        },
        ...(basis === 'consent' ? lifted(facts, clientId, consentId, { channel, purpose, pointIds }, now) : []),
      ];
    },
    ConfirmConsent: (client, { clientId, consentId }, now) => {
      known(client, clientId);
      const { channel, purpose, basis, points, confirmedAt, withdrawnAt } = consentOf(client, consentId);
      if (confirmedAt !== null) return [];
      if (basis !== 'double-opt-in')
        throw new DomainError('not-double-opt-in', `Consent ${consentId} needs no confirmation: its basis is ${basis}`, 'consentId');
      if (withdrawnAt !== null)
        throw new DomainError('consent-withdrawn', `Consent ${consentId} was withdrawn: a new one is needed`, 'consentId');
      const pointIds = points.flatMap(({ pointId, until }) => (until === null ? [pointId] : []));
      return [
        { type: 'ConsentConfirmed', data: { clientId, consentId } },
        ...lifted(client.consent, clientId, consentId, { channel, purpose, pointIds }, now),
      ];
    },
    WithdrawConsent: (client, { clientId, consentId }) => {
      known(client, clientId);
      return consentOf(client, consentId).withdrawnAt === null ? [{ type: 'ConsentWithdrawn', data: { clientId, consentId } }] : [];
    },
    DeclareOpposition: (client, { clientId, oppositionId, channel, purpose, pointId, how, by }) => {
      const opposed = { channel: channel ?? null, purpose: purpose ?? null, pointId: pointId ?? null };
      const before = client.consent.oppositions.find(({ id }) => id === oppositionId);
      if (sameAs(before, opposed, 'opposition-exists', 'oppositionId')) return [];
      known(client, clientId);
      mustKnow(client, clientId, opposed.pointId);
      return [{ type: 'OppositionDeclared', data: { clientId, oppositionId, ...opposed, how: how ?? null, ...witness(by) } }];
    },
    RestrictProcessing: (client, { clientId }) => {
      known(client, clientId);
      return isOpen(client.consent.restrictions) ? [] : [{ type: 'ProcessingRestricted', data: { clientId } }];
    },
    EndRestriction: (client, { clientId }) => {
      known(client, clientId);
      return isOpen(client.consent.restrictions) ? [{ type: 'RestrictionEnded', data: { clientId } }] : [];
    },
    ObjectToProfiling: (client, { clientId }) => {
      known(client, clientId);
      return isOpen(client.consent.profilingObjections) ? [] : [{ type: 'ProfilingObjected', data: { clientId } }];
    },
    EndProfilingObjection: (client, { clientId }) => {
      known(client, clientId);
      return isOpen(client.consent.profilingObjections) ? [{ type: 'ProfilingObjectionEnded', data: { clientId } }] : [];
    },
  },
  evolve: {
    ConsentGiven: (client, data, at) => told(client, factsAfter.ConsentGiven(client.consent, data, at)),
    ConsentConfirmed: (client, data, at) => told(client, factsAfter.ConsentConfirmed(client.consent, data, at)),
    ConsentWithdrawn: (client, data, at) => told(client, factsAfter.ConsentWithdrawn(client.consent, data, at)),
    ConsentRetracted: (client, data, at) => told(client, factsAfter.ConsentRetracted(client.consent, data, at)),
    ConsentLapsed: (client, data, at) => told(client, factsAfter.ConsentLapsed(client.consent, data, at)),
    OppositionDeclared: (client, data, at) => told(client, factsAfter.OppositionDeclared(client.consent, data, at)),
    // for those who listen: the consent itself overrides the opposition
    OppositionLifted: (client) => client,
    ProcessingRestricted: (client, data, at) => told(client, factsAfter.ProcessingRestricted(client.consent, data, at)),
    RestrictionEnded: (client, data, at) => told(client, factsAfter.RestrictionEnded(client.consent, data, at)),
    ProfilingObjected: (client, data, at) => told(client, factsAfter.ProfilingObjected(client.consent, data, at)),
    ProfilingObjectionEnded: (client, data, at) => told(client, factsAfter.ProfilingObjectionEnded(client.consent, data, at)),
  },
};
