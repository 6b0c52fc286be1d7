import { ContractSide } from './relation.events.js';

/** A contract as far as its rules go. */
export interface Contract {
  readonly startsOn: string;
  readonly endsOn: string | null;
  readonly noticeBy: ContractSide | null;
  readonly ended: boolean;
}

/** What lasts between a client and us, by id. */
export interface Relations {
  readonly contracts: Readonly<Record<string, Contract>>;
  readonly memberships: Readonly<Record<string, { readonly clubId: string; readonly left: boolean }>>;
  readonly cases: Readonly<Record<string, 'open' | 'closed'>>;
}
