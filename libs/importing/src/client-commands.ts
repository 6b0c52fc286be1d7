import { canonicalJson, Lookup, Message, RecordedEvent } from '@boucle/eventsourcing';
import { Address, Client, ContactPoint, Person, PERSON_FIELDS, PersonChanges, phoneNumber } from '@boucle/clients';
import { Precedence } from './import.commands.js';
import { OPEN_FIELDS } from './import-fields.js';
import { RowFacts } from './row.js';

const ADDRESS_LINES = ['careOf', 'street', 'houseNumber', 'poBox', 'postalCode', 'locality', 'country'] as const;

const [FIELDS, ATTRIBUTES] = OPEN_FIELDS;

/** A number where the text is exactly how that number is written, else the text: leading zeros stay. */
const plainValue = (value: string | number | boolean): string | number | boolean =>
  typeof value === 'string' && String(Number(value)) === value && Number.isFinite(Number(value)) ? Number(value) : value;

const behind = (facts: RowFacts, prefix: string): Record<string, string | number | boolean> =>
  Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), plainValue(value)]] : [])),
  );

/** Who the person is, as a row says. */
export const personIn = (facts: RowFacts): Person => {
  const own = Object.fromEntries(PERSON_FIELDS.flatMap((name) => (facts[name] === undefined ? [] : [[name, facts[name]]])));
  const fields = behind(facts, FIELDS);
  return Object.keys(fields).length > 0 ? { ...own, fields } : own;
};

/** The postal address in a row, null if it has none. */
export const addressIn = (facts: RowFacts): Address | null => {
  const lines = Object.fromEntries(ADDRESS_LINES.flatMap((name) => (facts[name] === undefined ? [] : [[name, facts[name]]])));
  return lines.locality === undefined ? null : (lines as unknown as Address);
};

/** What a row says of where the person can be reached and nobody could use. */
export const misfitPoint = (facts: RowFacts): { field: string; code: string; reason: string; remedy: string } | null => {
  const { phone, country } = facts as Record<string, string | undefined>;
  if (phone !== undefined && !phoneNumber(phone, country ?? null))
    return {
      field: 'phone',
      code: 'no-phone-number',
      reason: `${phone} is no phone number`,
      remedy: 'write it with its country code, or map country',
    };
  const line = ADDRESS_LINES.find((name) => name !== 'country' && facts[name] !== undefined);
  if (line !== undefined && facts.locality === undefined)
    return { field: 'locality', code: 'no-locality', reason: `there is a ${line}, but no locality`, remedy: 'fill the locality' };
  return null;
};

const originIn = ({ originHow, originCampaign, originFile }: RowFacts): object | undefined =>
  originHow === undefined
    ? undefined
    : {
        how: originHow,
        ...(originCampaign !== undefined && { campaignId: originCampaign }),
        ...(originFile !== undefined && { file: originFile }),
      };

/** A contact point under an id of its own, the same whenever it comes again. */
const pointId = (lookup: Lookup, kind: string, value: unknown): string =>
  `${kind}-${lookup(`import/${kind}`, canonicalJson(value)).slice(0, 16)}`;

const has = (points: Client['points'], matches: (point: ContactPoint) => boolean): boolean => Object.values(points).some(matches);

/** What adds the contact points of a row that the client has not yet. */
const pointCommands = (facts: RowFacts, points: Client['points'], clientId: string, lookup: Lookup): Message[] => {
  const { email, phone, country } = facts as Record<string, string | undefined>;
  const address = addressIn(facts);
  const commands: Message[] = [];
  if (address && !has(points, (point) => point.kind === 'address' && canonicalJson(point.address) === canonicalJson(address)))
    commands.push({ type: 'AddAddress', data: { clientId, addressId: pointId(lookup, 'address', address), address } });
  if (email && !has(points, (point) => point.kind === 'email' && point.email?.toLowerCase() === email.toLowerCase()))
    commands.push({ type: 'AddEmail', data: { clientId, emailId: pointId(lookup, 'email', email.toLowerCase()), email } });
  const number = phone && phoneNumber(phone, country ?? null)?.number;
  if (phone && !has(points, (point) => point.kind === 'phone' && point.number === number))
    commands.push({
      type: 'AddPhone',
      data: { clientId, phoneId: pointId(lookup, 'phone', number ?? phone), phone, ...(country && { country }) },
    });
  return commands;
};

/** What enters somebody into the client base as a row tells of him. */
export const registration = (facts: RowFacts, clientId: string, lookup: Lookup): Message[] => {
  const person = personIn(facts);
  const origin = originIn(facts);
  const data = {
    clientId,
    attributes: behind(facts, ATTRIBUTES),
    ...(Object.keys(person).length > 0 && { person }),
    ...(origin && { origin }),
  };
  return [{ type: 'RegisterClient', data }, ...pointCommands(facts, {}, clientId, lookup)];
};

/** When each field of a client was said last, ISO instants. */
export type LastSaid = Readonly<Record<string, string>>;

/** When the fields of a client were said last, by his events; custom fields by their own names. */
export const lastSaidIn = (history: readonly RecordedEvent[]): LastSaid => {
  const said: Record<string, string> = {};
  for (const { type, data, metadata } of history) {
    const { told = [], changed = [] } = data as { told?: readonly string[]; changed?: readonly string[] };
    for (const name of type === 'ClientRegistered' ? told : type === 'ClientDetailsChanged' ? changed : [])
      said[name] = metadata.occurredAt;
  }
  return said;
};

/** What changes the file of a client as a row tells of him and the mapping allows; an empty cell says nothing, and what is known already changes nothing. */
export const completion = (
  facts: RowFacts,
  client: Client,
  clientId: string,
  lookup: Lookup,
  existing: Readonly<Record<string, Precedence>> = {},
  lastSaid: LastSaid = {},
): Message[] => {
  const { fields = {}, ...own } = personIn(facts);
  const changedOn = (facts.changedOn as string | undefined) ?? '';
  const precedenceOf = (name: string): Precedence => existing[name] ?? existing['*'] ?? 'fill';
  const wins = (name: string, known: unknown): boolean => {
    const precedence = precedenceOf(name);
    if (precedence === 'never') return false;
    if (known === undefined || precedence === 'overwrite') return true;
    return precedence === 'newer' && changedOn > (lastSaid[name.replace(FIELDS, '')] ?? '');
  };
  const person = client.person as Readonly<Record<string, unknown>>;
  const told = Object.fromEntries(Object.entries(own).filter(([name]) => wins(name, person[name])));
  const toldFields = Object.fromEntries(Object.entries(fields).filter(([name]) => wins(`${FIELDS}${name}`, client.person.fields?.[name])));
  const changes: PersonChanges = { ...told, ...(Object.keys(toldFields).length > 0 && { fields: toldFields }) };
  const change: Message[] = Object.keys(changes).length > 0 ? [{ type: 'ChangeClientDetails', data: { clientId, person: changes } }] : [];
  const kinds = new Set(Object.values(client.points).map(({ kind }) => kind));
  const points = pointCommands(facts, client.points, clientId, lookup).filter(({ type }) => {
    const kind = POINTS[type];
    const precedence = precedenceOf(kind);
    return precedence !== 'never' && (precedence !== 'fill' || !kinds.has(kind));
  });
  return [...change, ...points];
};

const POINTS: Readonly<Record<string, ContactPoint['kind']>> = { AddAddress: 'address', AddEmail: 'email', AddPhone: 'phone' };
