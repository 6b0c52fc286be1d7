import { Message } from '@boucle/eventsourcing';

/** What binds a client for a time. */
export const CONTRACT_KINDS = ['contract', 'subscription'] as const;
export type ContractKind = (typeof CONTRACT_KINDS)[number];

/** Who ends a contract. */
export const CONTRACT_SIDES = ['client', 'company'] as const;
export type ContractSide = (typeof CONTRACT_SIDES)[number];

/** What lasts between a client and us: contracts, memberships, cases. Days are YYYY-MM-DD. */
export type RelationEvent =
  /** A contract or subscription begins; without an end it goes on until it is given notice of. */
  | Message<
      'ContractStarted',
      {
        clientId: string;
        contractId: string;
        kind: ContractKind;
        articleId: string | null;
        /** In cents, per period. */
        amount: number | null;
        currency: string | null;
        startsOn: string;
        endsOn: string | null;
        personal: { readonly contractNumber: string } | null;
      }
    >
  /** It goes on until another day, or without an end; a notice is void. */
  | Message<'ContractRenewed', { clientId: string; contractId: string; endsOn: string | null }>
  /** The client or we will end it on a day. */
  | Message<'NoticeGiven', { clientId: string; contractId: string; by: ContractSide; endsOn: string }>
  /** It is over. */
  | Message<'ContractEnded', { clientId: string; contractId: string; on: string; reason: string | null }>
  /** The client joined a club. */
  | Message<
      'ClubJoined',
      { clientId: string; membershipId: string; clubId: string; level: string | null; personal: { readonly cardNumber: string } | null }
    >
  /** The client left a club. */
  | Message<'ClubLeft', { clientId: string; membershipId: string; clubId: string; reason: string | null }>
  /** After a sale the client needs something from us. */
  | Message<
      'CaseOpened',
      {
        clientId: string;
        caseId: string;
        subject: string;
        purchaseId: string | null;
        articleId: string | null;
        personal: { readonly text: string } | null;
      }
    >
  /** He was helped, or not: the outcome is a code of its catalogue. */
  | Message<'CaseClosed', { clientId: string; caseId: string; outcome: string | null; personal: { readonly text: string } | null }>;
