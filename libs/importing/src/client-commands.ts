import { canonicalJson, Lookup, Message } from '@boucle/eventsourcing';
import { Address, Attributes, Channel, Client, ContactPoint, Person, PERSON_FIELDS, phoneNumber } from '@boucle/clients';
import { ADDRESS_LINES, OPEN_FIELDS } from './import-fields.js';
import { RowFacts } from './row.js';

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

/** What rules may read of a client, as a row says. */
export const attributesIn = (facts: RowFacts): Attributes => behind(facts, ATTRIBUTES);

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

const KIND_OF: Readonly<Record<Channel, ContactPoint['kind']>> = { email: 'email', sms: 'phone', phone: 'phone', post: 'address' };

/** Under which id the contact point of a row stands, or will stand, that a channel leads to; null: the row has none. */
export const pointOf = (facts: RowFacts, points: Client['points'], channel: Channel, lookup: Lookup): string | null => {
  const kind = KIND_OF[channel];
  const added = pointCommands(facts, {}, '', lookup).find(({ type }) => ADDS[type].kind === kind);
  if (!added) return null;
  const id = (added.data as Record<string, string>)[ADDS[added.type].id];
  const matching = Object.entries(points).find(([, point]) =>
    pointCommands(facts, { one: point }, '', lookup).every(({ type }) => type !== added.type),
  );
  return matching?.[0] ?? id;
};

const ADDS: Readonly<Record<string, { kind: ContactPoint['kind']; id: string }>> = {
  AddAddress: { kind: 'address', id: 'addressId' },
  AddEmail: { kind: 'email', id: 'emailId' },
  AddPhone: { kind: 'phone', id: 'phoneId' },
};

const has = (points: Client['points'], matches: (point: ContactPoint) => boolean): boolean => Object.values(points).some(matches);

/** What adds the contact points of a row that the client has not yet. */
export const pointCommands = (facts: RowFacts, points: Client['points'], clientId: string, lookup: Lookup): Message[] => {
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
    attributes: attributesIn(facts),
    ...(Object.keys(person).length > 0 && { person }),
    ...(origin && { origin }),
  };
  return [{ type: 'RegisterClient', data }, ...pointCommands(facts, {}, clientId, lookup)];
};
