import { DocumentStore, StoredDocument } from '@boucle/eventsourcing';
import { identityProjection, Identity } from '../person/identity.projection.js';
import { holdsOn } from '../person/person.js';
import { Address, AddressResult } from '../person/person.events.js';
import { checkAddress, Suggestion } from './address-check.js';
import { LocalityLists } from './localities.decider.js';

const AT_ONCE = 500;

/** An address whose postal code and locality do not belong together by the lists that are installed now. */
export interface DoubtfulAddress extends Pick<Address, 'country' | 'locality'> {
  readonly clientId: string;
  readonly addressId: string;
  readonly postalCode: string | null;
  /** What was kept when it was entered; null: no list was asked. */
  readonly was: AddressResult | null;
  readonly suggestions: readonly Suggestion[];
}

/** What the lists say of the addresses of some clients. */
export interface AddressesChecked {
  readonly counts: Readonly<Record<AddressResult, number>>;
  readonly doubtful: readonly DoubtfulAddress[];
}

/** Holds the addresses where mail reaches a client on a day, YYYY-MM-DD, against the lists. */
export const checkAddresses = (lists: Pick<LocalityLists, 'installed'>, identities: readonly Identity[], day: string): AddressesChecked => {
  const counts: Record<AddressResult, number> = { checked: 0, doubtful: 0, unchecked: 0 };
  const doubtful: DoubtfulAddress[] = [];
  for (const { clientId, addresses } of identities)
    for (const [addressId, { address, validity, returned, checked }] of Object.entries(addresses)) {
      if (address === null || returned !== null || !holdsOn(validity, day)) continue;
      const { result, suggestions } = checkAddress(lists, address);
      counts[result]++;
      if (result !== 'doubtful') continue;
      const { country, locality, postalCode = null } = address;
      doubtful.push({ clientId, addressId, country, postalCode, locality, was: checked?.result ?? null, suggestions });
    }
  return { counts, doubtful };
};

const present = (page: readonly StoredDocument<Identity>[]): readonly Identity[] => page.flatMap(({ document }) => document ?? []);

/** Holds the addresses of all clients behind one against the lists, some hundreds of clients at a time; `through` is the last of them. */
export async function* recheckAddresses(
  documents: DocumentStore,
  lists: Pick<LocalityLists, 'installed'>,
  day: string,
  behind?: string,
): AsyncGenerator<AddressesChecked & { readonly through: string }> {
  for (let after = behind; ;) {
    const page = await documents.scan<Identity>(identityProjection.name, { after, limit: AT_ONCE });
    if (page.length === 0) return;
    after = page[page.length - 1].key;
    yield { ...checkAddresses(lists, present(page), day), through: after };
    if (page.length < AT_ONCE) return;
  }
}
