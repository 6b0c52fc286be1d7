import { Message } from '@boucle/eventsourcing';
import { Channel } from '../client/channel.js';

/** What a contact may stand on. A double opt-in counts once it is confirmed. */
export const BASES = ['consent', 'double-opt-in', 'existing-customer', 'legitimate-interest'] as const;
export type Basis = (typeof BASES)[number];

/** How it can be shown that somebody consented. */
export interface Proof {
  /** Code: web-form, paper, call … */
  readonly how: string;
  /** The wording that he was shown. */
  readonly wordingId: string;
}

/** Whom a statement came from, where that is known; personal. */
export interface Witness {
  /** Who gave it or took it down. */
  readonly by: string;
}

/** What an opposition is about; null: all of them, also those still to come. */
export interface Opposed {
  readonly channel: Channel | null;
  readonly purpose: string | null;
  readonly pointId: string | null;
}

export type ConsentEvent =
  /** The client may be addressed on a channel for a purpose, at these contact points and no other; a double opt-in waits to be confirmed. */
  | Message<
      'ConsentGiven',
      {
        clientId: string;
        consentId: string;
        channel: Channel;
        purpose: string;
        pointIds: readonly string[];
        basis: Basis;
        /** What proves that he is a customer. */
        purchaseId: string | null;
        proof: Proof | null;
        expiresAt: string | null;
        personal?: Witness | null;
      }
    >
  /** The client confirmed a double opt-in. */
  | Message<'ConsentConfirmed', { clientId: string; consentId: string }>
  /** A consent was entered by mistake: it was never given. */
  | Message<'ConsentRetracted', { clientId: string; consentId: string }>
  /** The client took a consent back. */
  | Message<'ConsentWithdrawn', { clientId: string; consentId: string }>
  /** Nothing was heard of the client for so long that a consent ended. */
  | Message<'ConsentLapsed', { clientId: string; consentId: string }>
  /** The client does not want to be addressed so. */
  | Message<'OppositionDeclared', Opposed & { clientId: string; oppositionId: string; how: string | null; personal?: Witness | null }>
  /** A later consent overrides an opposition, as far as it reaches and as long as it holds. */
  | Message<'OppositionLifted', { clientId: string; oppositionId: string; consentId: string }>
  /** The person's data is kept and used for nothing. */
  | Message<'ProcessingRestricted', { clientId: string }>
  /** The person's data may be used again. */
  | Message<'RestrictionEnded', { clientId: string }>
  /** Nothing may be concluded from the client's behaviour. */
  | Message<'ProfilingObjected', { clientId: string }>
  /** Conclusions from the client's behaviour are allowed again. */
  | Message<'ProfilingObjectionEnded', { clientId: string }>;
