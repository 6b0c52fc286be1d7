import { topic } from './contract.js';
import { channel } from './placement.js';
import { count, described, fields, id, instant, list, nullable, text, word } from './shapes.js';

const contactKind = word('mailing', 'call', 'visit', 'meeting');
const outcome = described('A code of the catalogue of outcomes', nullable(text));
const appointment = { at: instant, durationMinutes: count, salespersonId: nullable(id) };

export const clientsTopic = topic(
  { noun: 'clients', version: 1, key: 'clientId', summary: 'Who is in the client base, and contacts outside of campaigns' },
  {
    ClientRegistered: { summary: 'A person entered the client base.', payload: fields({ clientId: id }) },
    ClientDetailsChanged: {
      summary: 'Something else, or more, is known about who the person is.',
      payload: fields({ clientId: id, changed: described('Names of fields; their values stay inside', list(text)) }),
    },
    AddressAdded: { summary: 'Mail can be sent to the person at an address.', payload: fields({ clientId: id, addressId: id }) },
    AddressEnded: { summary: 'The person left an address.', payload: fields({ clientId: id, addressId: id }) },
    MailReturned: {
      summary: 'Mail to an address came back.',
      payload: fields({ clientId: id, addressId: id, reason: word('moved', 'unknown', 'refused') }),
    },
    EmailAdded: { summary: 'The person can be reached by an e-mail address.', payload: fields({ clientId: id, emailId: id }) },
    PhoneAdded: {
      summary: 'The person can be reached by a number.',
      payload: fields({ clientId: id, phoneId: id, line: word('mobile', 'landline', 'other') }),
    },
    ContactPointRemoved: {
      summary: "An address, e-mail address or number is the person's no more.",
      payload: fields({ clientId: id, pointId: id }),
    },
    ReferenceAssigned: { summary: 'Another system knows the person by a number.', payload: fields({ clientId: id, system: text }) },
    HouseholdJoined: {
      summary: 'The client lives in a household, and in no other.',
      payload: fields({ clientId: id, householdId: id, role: text }),
    },
    HouseholdLeft: { summary: 'The client lives in the household no more.', payload: fields({ clientId: id, householdId: id }) },
    CompanyJoined: { summary: 'The client has a role in a company.', payload: fields({ clientId: id, companyId: id, role: text }) },
    CompanyLeft: { summary: 'The client has left a company.', payload: fields({ clientId: id, companyId: id }) },
    AccountOwnerAssigned: {
      summary: 'A salesperson looks after the client, or nobody.',
      payload: fields({ clientId: id, salespersonId: nullable(id) }),
    },
    PointOfSaleAssigned: {
      summary: 'The client is served by a point of sale, or by none.',
      payload: fields({ clientId: id, pointOfSaleId: nullable(id) }),
    },
    ProspectMoved: {
      summary: 'How far a prospect has come, and what is to be done next.',
      payload: fields({ clientId: id, stage: text, nextStep: nullable(text), nextOn: nullable(text) }),
    },
    ClientDied: { summary: 'The person has died: nothing is sent to him any more.', payload: fields({ clientId: id }) },
    DeathRefuted: { summary: 'The report of his death was wrong.', payload: fields({ clientId: id }) },
    ClientClosed: { summary: "The person's file is closed: nothing is sent to him any more.", payload: fields({ clientId: id }) },
    ClientReopened: { summary: 'The person is a client again.', payload: fields({ clientId: id }) },
    CreditBlocked: { summary: 'Nothing is to be offered to the person on credit.', payload: fields({ clientId: id }) },
    CreditReleased: { summary: 'The person may buy on credit again.', payload: fields({ clientId: id }) },
    ClientsMerged: {
      summary: 'Two files are those of one person, known as clientId from here on; what comes under mergedId still says so, and means him.',
      payload: fields({ clientId: id, mergedId: id }),
    },
    ClientsUnmerged: {
      summary: 'They were of two people: to each belongs what came under his id.',
      payload: fields({ clientId: id, mergedId: id }),
    },
    ClientErased: {
      summary: 'Everything personal of the client is forgotten: forget it too, and acknowledge it.',
      payload: fields({ clientId: id }),
    },
    ContactRecorded: {
      summary: 'We called, visited, met or wrote to the client outside of any wave.',
      payload: fields({ clientId: id, contactId: id, kind: contactKind, channel: nullable(channel), salespersonId: nullable(id), outcome }),
    },
    ContactRetracted: {
      summary: 'A contact was told of by mistake: nobody made it.',
      payload: fields({ clientId: id, contactId: id }),
    },
    ContactReported: {
      summary: 'What came of a contact was told afterwards.',
      payload: fields({ clientId: id, contactId: id, reportId: id, outcome }),
    },
    ContactPlanned: {
      summary: 'Somebody is to call, visit, meet or write to the client.',
      payload: fields({ clientId: id, contactId: id, kind: contactKind, ...appointment }),
    },
    PlannedContactMoved: {
      summary: "A planned contact takes place at another time, or is another salesperson's.",
      payload: fields({ clientId: id, contactId: id, ...appointment }),
    },
    PlannedContactCancelled: {
      summary: 'A planned contact does not take place.',
      payload: fields({ clientId: id, contactId: id, salespersonId: nullable(id) }),
    },
  },
);
