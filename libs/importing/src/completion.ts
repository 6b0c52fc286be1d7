import { Lookup, Message } from '@boucle/eventsourcing';
import { Client, ContactPoint, PERSON_FIELDS, Said } from '@boucle/clients';
import { attributesIn, personIn, pointCommands } from './client-commands.js';
import { Precedence } from './import.commands.js';
import { OPEN_FIELDS } from './import-fields.js';
import { ReadRow } from './row.js';

const [FIELDS, ATTRIBUTES] = OPEN_FIELDS;

/** What counts more or less than what a row says. */
export interface Weights {
  /** What cells may do, by field. */
  readonly existing?: Readonly<Record<string, Precedence>>;
  /** Who said what is known, and when. */
  readonly said: Said;
  /** Whether the source of the row may change what somebody said. */
  readonly mayOverrule: (actor: string) => boolean;
}

type Values = Readonly<Record<string, unknown>>;

const POINTS: Readonly<Record<string, ContactPoint['kind']>> = { AddAddress: 'address', AddEmail: 'email', AddPhone: 'phone' };

const isNotEmpty = (values: object): boolean => Object.keys(values).length > 0;

/** What a cell may do to a field of a client: fill it, or also replace what is known. */
const weighing = ({ facts }: Pick<ReadRow, 'facts'>, { existing = {}, said, mayOverrule }: Weights) => {
  const changedOn = (facts.changedOn as string | undefined) ?? '';
  const precedenceOf = (name: string): Precedence => existing[name] ?? existing['*'] ?? 'fill';
  const mayReplace = (name: string): boolean => {
    const precedence = precedenceOf(name);
    if (precedence !== 'overwrite' && precedence !== 'newer') return false;
    const last = said[name.replace(FIELDS, '')];
    return !last || ((precedence === 'overwrite' || changedOn > last.at) && mayOverrule(last.by));
  };
  const counts = (name: string, known: unknown): boolean => ((known ?? null) === null ? precedenceOf(name) !== 'never' : mayReplace(name));
  return { precedenceOf, mayReplace, counts };
};

/** Whether what a row says of a field of the person counts. */
export const countsFor = (row: Pick<ReadRow, 'facts'>, name: string, { person }: Pick<Client, 'person'>, weights: Weights): boolean => {
  const known = name.startsWith(FIELDS) ? person.fields?.[name.slice(FIELDS.length)] : (person as Values)[name];
  return weighing(row, weights).counts(name, known);
};

/** What changes the file of a client as a row tells of him and the mapping allows; what is known already changes nothing. */
export const completion = (
  row: Pick<ReadRow, 'facts' | 'cleared'>,
  client: Client,
  clientId: string,
  lookup: Lookup,
  weights: Weights,
): Message[] => {
  const { facts, cleared } = row;
  const { precedenceOf, mayReplace, counts } = weighing(row, weights);
  /** What the row says and counts; null where its empty cell clears what is known. */
  const counting = (told: Values, known: Values, emptied: readonly string[], prefix = ''): Values =>
    Object.fromEntries(
      Object.entries({ ...Object.fromEntries(emptied.map((name) => [name, null])), ...told }).filter(([name]) =>
        counts(prefix + name, known[name]),
      ),
    );
  const emptiedBehind = (prefix: string): string[] =>
    cleared.flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));

  const { fields: told = {}, ...own } = personIn(facts);
  const emptied = cleared.filter((name) => (PERSON_FIELDS as readonly string[]).includes(name));
  const fields = counting(told, client.person.fields ?? {}, emptiedBehind(FIELDS), FIELDS);
  const person = { ...counting(own, client.person as Values, emptied), ...(isNotEmpty(fields) && { fields }) };
  const attributes = counting(attributesIn(facts), client.attributes ?? {}, emptiedBehind(ATTRIBUTES), ATTRIBUTES);

  const kinds = new Set(Object.values(client.points).map(({ kind }) => kind));
  const gone = Object.entries(client.points).filter(([, { kind }]) => cleared.includes(kind) && mayReplace(kind));
  const points = pointCommands(facts, client.points, clientId, lookup).filter(({ type }) => {
    const precedence = precedenceOf(POINTS[type]);
    return precedence !== 'never' && (precedence !== 'fill' || !kinds.has(POINTS[type]));
  });
  return [
    ...(isNotEmpty(person) ? [{ type: 'ChangeClientDetails', data: { clientId, person } }] : []),
    ...(isNotEmpty(attributes) ? [{ type: 'ChangeAttributes', data: { clientId, attributes } }] : []),
    ...gone.map(([pointId]) => ({ type: 'RemoveContactPoint', data: { clientId, pointId } })),
    ...points,
  ];
};
