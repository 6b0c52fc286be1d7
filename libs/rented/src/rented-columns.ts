import { ADDRESS_LINES, addressLines, Cell, envelopeName, salutationFor } from '@boucle/exporting';
import { Addressing, RentedPerson } from './rented-file.events.js';

type Column = readonly [name: string, cell: (person: RentedPerson) => Cell];

const known = (name: 'civility' | 'firstName' | 'lastName' | 'language'): Column => [name, (person) => person[name] ?? null];
const salutation: Column = ['salutation', (person) => salutationFor(person)];

const line = (n: number): Column => [
  `line${n + 1}`,
  (person) => {
    const { address, language = null } = person;
    return address ? (addressLines(address, { name: envelopeName(person), language, sender: null })[n] ?? null) : null;
  },
];

/** What stands in the file of a use, besides the reply code; the same columns as an export of our own clients has. */
export const RENTED_COLUMNS: Readonly<Record<Addressing, readonly Column[]>> = {
  post: [salutation, ...Array.from({ length: ADDRESS_LINES }, (_, n) => line(n)), known('language')],
  email: [
    ['email', ({ email }) => email ?? null],
    ...[salutation, known('civility'), known('firstName'), known('lastName'), known('language')],
  ],
  calls: [
    ['phone', ({ phone }) => phone?.number ?? null],
    ...[salutation, known('civility'), known('firstName'), known('lastName'), known('language')],
  ],
};
