import { DomainError, Rules } from '@boucle/eventsourcing';
import { Membership } from './membership.js';
import { Client } from '../client/client.js';
import { ContactEvent } from '../reaction/contact.events.js';
import { entry, withoutEntry } from '../entries.js';
import {
  AssignAccountOwner,
  AssignPointOfSale,
  JoinCompany,
  JoinHousehold,
  LeaveCompany,
  LeaveHousehold,
  MoveProspect,
} from './membership.commands.js';
import { MembershipEvent } from './membership.events.js';
import { known } from '../client/registration.js';

const commands = { JoinHousehold, LeaveHousehold, JoinCompany, LeaveCompany, AssignAccountOwner, AssignPointOfSale, MoveProspect };

type PlannedContactMoved = Extract<ContactEvent, { type: 'PlannedContactMoved' }>;

/** What the former owner meant to do for the client, the new one does. */
const handedOver = ({ planned, membership }: Client, clientId: string, salespersonId: string | null): PlannedContactMoved[] =>
  Object.entries(planned).flatMap(([contactId, appointment]) => {
    if (salespersonId === null || appointment.salespersonId === null || appointment.salespersonId !== membership.ownerId) return [];
    return [{ type: 'PlannedContactMoved', data: { clientId, contactId, ...appointment, salespersonId } }];
  });

const changed = (client: Client, change: Partial<Membership>): Client => ({ ...client, membership: { ...client.membership, ...change } });

/** The rules of where a client belongs: one household at a time, any number of companies, one account owner. */
export const membershipRules: Rules<Client, typeof commands, MembershipEvent, PlannedContactMoved> = {
  commands,
  decide: {
    JoinHousehold: (client, { clientId, householdId, role, on }) => {
      const { household } = client.membership;
      if (household?.householdId === householdId && household.role === role) return [];
      known(client, clientId);
      if (household && on < household.on)
        throw new DomainError('wrong-day', `The client joined his household on ${household.on}: he cannot leave it before`, 'on');
      const joined = { type: 'HouseholdJoined' as const, data: { clientId, householdId, role, on } };
      if (!household || household.householdId === householdId) return [joined];
      return [{ type: 'HouseholdLeft', data: { clientId, householdId: household.householdId, on } }, joined];
    },
    LeaveHousehold: (client, { clientId, on }) => {
      known(client, clientId);
      const { household } = client.membership;
      if (!household) return [];
      if (on < household.on)
        throw new DomainError('wrong-day', `The client joined his household on ${household.on}: he cannot leave it before`, 'on');
      return [{ type: 'HouseholdLeft', data: { clientId, householdId: household.householdId, on } }];
    },
    JoinCompany: (client, { clientId, companyId, role, on }) => {
      if (entry(client.membership.companies, companyId)?.role === role) return [];
      known(client, clientId);
      return [{ type: 'CompanyJoined', data: { clientId, companyId, role, on } }];
    },
    LeaveCompany: (client, { clientId, companyId, on }) => {
      known(client, clientId);
      return entry(client.membership.companies, companyId) ? [{ type: 'CompanyLeft', data: { clientId, companyId, on } }] : [];
    },
    AssignAccountOwner: (client, { clientId, salespersonId = null }) => {
      known(client, clientId);
      if (client.membership.ownerId === salespersonId) return [];
      const assigned = { type: 'AccountOwnerAssigned' as const, data: { clientId, salespersonId } };
      return [assigned, ...handedOver(client, clientId, salespersonId)];
    },
    AssignPointOfSale: (client, { clientId, pointOfSaleId = null }) => {
      known(client, clientId);
      return client.membership.pointOfSaleId === pointOfSaleId ? [] : [{ type: 'PointOfSaleAssigned', data: { clientId, pointOfSaleId } }];
    },
    MoveProspect: (client, { clientId, stage, nextStep = null, nextOn = null }) => {
      known(client, clientId);
      const { prospect } = client.membership;
      if (prospect?.stage === stage && prospect.nextStep === nextStep && prospect.nextOn === nextOn) return [];
      return [{ type: 'ProspectMoved', data: { clientId, stage, nextStep, nextOn } }];
    },
  },
  evolve: {
    HouseholdJoined: (client, { householdId, role, on }) => changed(client, { household: { householdId, role, on } }),
    HouseholdLeft: (client) => changed(client, { household: null }),
    CompanyJoined: (client, { companyId, role, on }) =>
      changed(client, { companies: { ...client.membership.companies, [companyId]: { role, on } } }),
    CompanyLeft: (client, { companyId }) => changed(client, { companies: withoutEntry(client.membership.companies, companyId) }),
    AccountOwnerAssigned: (client, { salespersonId }) => changed(client, { ownerId: salespersonId }),
    PointOfSaleAssigned: (client, { pointOfSaleId }) => changed(client, { pointOfSaleId }),
    ProspectMoved: (client, { stage, nextStep, nextOn }) => changed(client, { prospect: { stage, nextStep, nextOn } }),
  },
};
