import { Actions, ClientFile, Reactions } from '../client/client-file.js';
import { Said } from '../person/said.js';
import { wholeIdentity } from './whole-identity.js';

const inOrder = <T extends { readonly at: string }>(entries: readonly T[]): readonly T[] =>
  [...entries].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));

/** Those entries of all files, in order of time. */
const together = <Part, Name extends keyof Part>(parts: readonly Part[], name: Name): Part[Name] =>
  inOrder(parts.flatMap((part) => part[name] as readonly { readonly at: string }[])) as Part[Name];

/** All that is known of a person in all his files: each entry stands as it came, under whichever id. */
export const wholeClientFile = (own: ClientFile, others: readonly ClientFile[]): ClientFile => {
  if (others.length === 0) return own;
  const { merged = [] } = own.personal;
  const files = [own, ...others];
  const actions = files.map((file) => file.actions);
  const reactions = files.map((file) => file.reactions);
  const openBalances = new Map<string, number>();
  for (const { openBalances: balances } of reactions)
    for (const [currency, amount] of Object.entries(balances)) openBalances.set(currency, (openBalances.get(currency) ?? 0) + amount);
  const acting = <Name extends keyof Actions>(name: Name): Actions[Name] => together(actions, name);
  const reacting = <Name extends keyof Reactions>(name: Name): Reactions[Name] => together(reactions, name);
  return {
    ...own,
    personal: wholeIdentity(
      own.personal,
      merged.flatMap((one) => {
        const file = others.find(({ clientId }) => clientId === one.clientId);
        return file ? [{ ...one, document: file.personal }] : [];
      }),
    ),
    actions: { mailings: acting('mailings'), contacts: acting('contacts'), planned: acting('planned') },
    reactions: {
      purchases: reacting('purchases'),
      returns: reacting('returns'),
      orders: reacting('orders'),
      invoices: reacting('invoices'),
      payments: reacting('payments'),
      openBalances: Object.fromEntries(openBalances),
      reportedBalances: Object.assign(
        {},
        ...reactions.toReversed().map(({ reportedBalances }) => reportedBalances),
      ) as Reactions['reportedBalances'],
      contracts: reacting('contracts'),
      memberships: reacting('memberships'),
      cases: reacting('cases'),
      responses: reacting('responses'),
    },
    said: Object.assign({}, ...others.toReversed().map(({ said }) => said), own.said) as Said,
  };
};
