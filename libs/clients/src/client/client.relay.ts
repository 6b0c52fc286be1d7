import { Relay } from '@boucle/eventsourcing';
import { clientsTopic, consentsTopic, Contract, mailingsTopic, tell, segmentsTopic } from '@boucle/contracts';
import { ClientEvent } from './client.events.js';
import { Placement } from './placement.js';
import { reactionRelay } from '../reaction/reaction.relay.js';

const placementOf = ({ campaignId, wave, cell, arm }: Placement): Placement => ({ campaignId, wave, cell, arm });

/** What a client's events tell other services. Attributes and personal facts stay inside. */
export const clientRelay: Relay<ClientEvent, Contract> = {
  ClientRegistered: tell(clientsTopic.messages.ClientRegistered, ({ data: { clientId } }) => ({ clientId })),
  ClientDetailsChanged: tell(clientsTopic.messages.ClientDetailsChanged, ({ data: { clientId, changed } }) => ({ clientId, changed })),
  // what rules read of him stays inside
  AttributesChanged: null,
  AddressAdded: tell(clientsTopic.messages.AddressAdded, ({ data: { clientId, addressId } }) => ({ clientId, addressId })),
  // what a list says of an address concerns who entered it
  AddressChecked: null,
  AddressEnded: tell(clientsTopic.messages.AddressEnded, ({ data: { clientId, addressId } }) => ({ clientId, addressId })),
  MailReturned: tell(clientsTopic.messages.MailReturned, ({ data: { clientId, addressId, reason } }) => ({ clientId, addressId, reason })),
  EmailAdded: tell(clientsTopic.messages.EmailAdded, ({ data: { clientId, emailId } }) => ({ clientId, emailId })),
  PhoneAdded: tell(clientsTopic.messages.PhoneAdded, ({ data: { clientId, phoneId, line } }) => ({ clientId, phoneId, line })),
  ContactPointRemoved: tell(clientsTopic.messages.ContactPointRemoved, ({ data: { clientId, pointId } }) => ({ clientId, pointId })),
  ReferenceAssigned: tell(clientsTopic.messages.ReferenceAssigned, ({ data: { clientId, system } }) => ({ clientId, system })),
  HouseholdJoined: tell(clientsTopic.messages.HouseholdJoined, ({ data: { clientId, householdId, role } }) => ({
    clientId,
    householdId,
    role,
  })),
  HouseholdLeft: tell(clientsTopic.messages.HouseholdLeft, ({ data: { clientId, householdId } }) => ({ clientId, householdId })),
  CompanyJoined: tell(clientsTopic.messages.CompanyJoined, ({ data: { clientId, companyId, role } }) => ({ clientId, companyId, role })),
  CompanyLeft: tell(clientsTopic.messages.CompanyLeft, ({ data: { clientId, companyId } }) => ({ clientId, companyId })),
  AccountOwnerAssigned: tell(clientsTopic.messages.AccountOwnerAssigned, ({ data: { clientId, salespersonId } }) => ({
    clientId,
    salespersonId,
  })),
  PointOfSaleAssigned: tell(clientsTopic.messages.PointOfSaleAssigned, ({ data: { clientId, pointOfSaleId } }) => ({
    clientId,
    pointOfSaleId,
  })),
  ProspectMoved: tell(clientsTopic.messages.ProspectMoved, ({ data: { clientId, stage, nextStep, nextOn } }) => ({
    clientId,
    stage,
    nextStep,
    nextOn,
  })),
  ClientDied: tell(clientsTopic.messages.ClientDied, ({ data: { clientId } }) => ({ clientId })),
  DeathRefuted: tell(clientsTopic.messages.DeathRefuted, ({ data: { clientId } }) => ({ clientId })),
  ClientClosed: tell(clientsTopic.messages.ClientClosed, ({ data: { clientId } }) => ({ clientId })),
  ClientReopened: tell(clientsTopic.messages.ClientReopened, ({ data: { clientId } }) => ({ clientId })),
  CreditBlocked: tell(clientsTopic.messages.CreditBlocked, ({ data: { clientId } }) => ({ clientId })),
  CreditReleased: tell(clientsTopic.messages.CreditReleased, ({ data: { clientId } }) => ({ clientId })),
  ContactRecorded: tell(clientsTopic.messages.ContactRecorded, ({ data }) => {
    const { clientId, contactId, kind, channel, salespersonId = null, outcome = null } = data;
    return { clientId, contactId, kind, channel, salespersonId, outcome };
  }),
  ContactRetracted: tell(clientsTopic.messages.ContactRetracted, ({ data: { clientId, contactId } }) => ({ clientId, contactId })),
  ClientErased: tell(clientsTopic.messages.ClientErased, ({ data: { clientId } }) => ({ clientId })),
  ClientsMerged: tell(clientsTopic.messages.ClientsMerged, ({ data: { clientId, mergedId } }) => ({ clientId, mergedId })),
  ClientsUnmerged: tell(clientsTopic.messages.ClientsUnmerged, ({ data: { clientId, mergedId } }) => ({ clientId, mergedId })),
  // steps on the way to a merge and back, and what a survivor hears of his other files
  MergeBegun: null,
  MergeAbandoned: null,
  AliasBegun: null,
  AliasEnded: null,
  MergedFileChanged: null,
  // between imports and those who say what values mean
  ValueLeftWaiting: null,
  WaitingValueSettled: null,
  // between the engine and those who decide
  ErasureProposed: null,
  ErasurePutOff: null,
  LegalHoldPlaced: null,
  LegalHoldLifted: null,
  // between the engine and those who acknowledge
  CopiesFound: null,
  ErasureCompleted: null,
  ErasureAcknowledged: null,
  ConsentGiven: tell(consentsTopic.messages.ConsentGiven, ({ data }) => {
    const { clientId, consentId, channel, purpose, pointIds, basis, expiresAt } = data;
    return { clientId, consentId, channel, purpose, pointIds, basis, expiresAt };
  }),
  ConsentConfirmed: tell(consentsTopic.messages.ConsentConfirmed, ({ data: { clientId, consentId } }) => ({ clientId, consentId })),
  ConsentWithdrawn: tell(consentsTopic.messages.ConsentWithdrawn, ({ data: { clientId, consentId } }) => ({ clientId, consentId })),
  ConsentRetracted: tell(consentsTopic.messages.ConsentRetracted, ({ data: { clientId, consentId } }) => ({ clientId, consentId })),
  ConsentLapsed: tell(consentsTopic.messages.ConsentLapsed, ({ data: { clientId, consentId } }) => ({ clientId, consentId })),
  OppositionDeclared: tell(consentsTopic.messages.OppositionDeclared, ({ data }) => {
    const { clientId, oppositionId, channel, purpose, pointId } = data;
    return { clientId, oppositionId, channel, purpose, pointId };
  }),
  OppositionLifted: tell(consentsTopic.messages.OppositionLifted, ({ data: { clientId, oppositionId, consentId } }) => ({
    clientId,
    oppositionId,
    consentId,
  })),
  ProcessingRestricted: tell(consentsTopic.messages.ProcessingRestricted, ({ data: { clientId } }) => ({ clientId })),
  RestrictionEnded: tell(consentsTopic.messages.RestrictionEnded, ({ data: { clientId } }) => ({ clientId })),
  ProfilingObjected: tell(consentsTopic.messages.ProfilingObjected, ({ data: { clientId } }) => ({ clientId })),
  ProfilingObjectionEnded: tell(consentsTopic.messages.ProfilingObjectionEnded, ({ data: { clientId } }) => ({ clientId })),
  ContactReported: tell(clientsTopic.messages.ContactReported, ({ data: { clientId, contactId, reportId, outcome } }) => ({
    clientId,
    contactId,
    reportId,
    outcome,
  })),
  ContactPlanned: tell(clientsTopic.messages.ContactPlanned, ({ data }) => {
    const { clientId, contactId, kind, at, durationMinutes, salespersonId } = data;
    return { clientId, contactId, kind, at, durationMinutes, salespersonId };
  }),
  PlannedContactMoved: tell(clientsTopic.messages.PlannedContactMoved, ({ data }) => {
    const { clientId, contactId, at, durationMinutes, salespersonId } = data;
    return { clientId, contactId, at, durationMinutes, salespersonId };
  }),
  PlannedContactCancelled: tell(clientsTopic.messages.PlannedContactCancelled, ({ data: { clientId, contactId, salespersonId } }) => ({
    clientId,
    contactId,
    salespersonId,
  })),
  MailingDispatched: tell(mailingsTopic.messages.MailingDispatched, ({ data }) => {
    const { clientId, mailingId, channel, cost, windowEndsAt } = data;
    return { clientId, mailingId, ...placementOf(data), channel, cost, windowEndsAt, pointId: data.pointId ?? null };
  }),
  ContactWithheld: tell(mailingsTopic.messages.ContactWithheld, ({ data }) => {
    const { clientId, reason, windowEndsAt } = data;
    return { clientId, ...placementOf(data), reason, windowEndsAt };
  }),
  ...reactionRelay,
  ClientClassChanged: tell(segmentsTopic.messages.ClientClassChanged, ({ data }) => {
    const { clientId, from, to, lapsing, cause, rearranged = false } = data;
    return { clientId, from, to, lapsing, cause, rearranged };
  }),
  IndicatorRaised: tell(segmentsTopic.messages.IndicatorRaised, ({ data: { clientId, indicatorId, kind, occasion } }) => ({
    clientId,
    indicatorId,
    kind,
    occasion,
  })),
  // happens in trials on recorded data only
  AnswerUnknown: null,
};
