import { fold, NAMESPACE, RecordedEvent, uuidv5 } from '@boucle/eventsourcing';
import {
  Attributes,
  changedAttributes,
  changedPerson,
  clientDecider,
  ClientEvent,
  NEVER_HEARD_OF,
  Person,
  PersonChanges,
  Retractable,
  RETRACTED_BY,
  retentionAfter,
  RetractTold,
  standing,
} from '@boucle/clients';

type Event = RecordedEvent<ClientEvent>;
type History = readonly Event[];

/** Something that an import told and that stays: the type of its event, and why, which is the type of what rests on it or a code. */
export interface Left {
  readonly what: string;
  readonly because: string;
}

/** What becomes of one client when an import is undone. */
export interface TakingBack {
  /** He came with it, and nobody else has told anything of him. */
  readonly erase: boolean;
  /** What takes back what it told; null: nothing is left to be taken back. */
  readonly retract: RetractTold | null;
  /** How much it told that stands no more, or will not. */
  readonly takenBack: number;
  readonly left: readonly Left[];
}

/** Under which correlation an import is undone. */
export const undoIdOf = (importId: string): string => uuidv5(NAMESPACE, 'undo-import', importId);

/** What goes on by itself, whoever a client is. */
const BY_ITSELF: readonly string[] = ['ErasureProposed', 'AddressChecked', 'ConsentLapsed', 'ClientClassChanged', 'IndicatorRaised'];
/** What is to be looked at first: it may have come before what it is about. */
const REVERSALS: readonly string[] = ['PurchaseReturned', 'PurchaseCancelled', 'DeliveryRefused'];

/** What is settled with what it belongs to. */
const SETTLED_APART: readonly string[] = ['OppositionLifted', 'ValueLeftWaiting', 'WaitingValueSettled'];

/** What is never taken back: nobody is addressed again for it, and a number goes on leading to whom it stands for. */
const KEPT: Readonly<Record<string, string>> = { OppositionDeclared: 'opposition-stays', ReferenceAssigned: 'number-stays' };

const POINT_ADDED: readonly string[] = ['AddressAdded', 'EmailAdded', 'PhoneAdded'];

/** What fields of an event name. */
const NAMES: Readonly<Record<string, string>> = {
  ...{ purchaseId: 'purchase', returnId: 'return', contactId: 'contact', responseId: 'response', consentId: 'consent' },
  ...{ addressId: 'point', emailId: 'point', phoneId: 'point', pointId: 'point' },
};

/** All that an event is about. */
const namedIn = ({ data }: Event): string[] => {
  const said = data as unknown as Readonly<Record<string, unknown>> & {
    readonly pointIds?: readonly string[];
    readonly changed?: readonly string[];
  };
  return [
    ...Object.entries(NAMES).flatMap(([field, what]) => (typeof said[field] === 'string' ? [`${what}/${said[field]}`] : [])),
    ...(said.pointIds ?? []).map((id) => `point/${id}`),
    ...(said.changed ?? []).map((field) => `field/${field}`),
  ];
};

/** What came to be by an event, as far as it can be taken back. */
const madeBy = (event: Event): readonly string[] => {
  const { type, data } = event;
  if (type === 'AttributesChanged') return Object.keys(data.attributes).map((name) => `attribute/${name}`);
  if (type === 'ClientDetailsChanged') return data.changed.map((field) => `field/${field}`);
  if (type === 'PurchaseRecorded') return [`purchase/${data.purchaseId}`];
  if (type === 'PurchaseReturned') return [`return/${data.returnId}`];
  if (type === 'ContactRecorded') return [`contact/${data.contactId}`];
  if (type === 'ResponseRecorded') return [`response/${data.responseId}`];
  if (type === 'ConsentGiven') return [`consent/${data.consentId}`];
  return POINT_ADDED.includes(type) ? namedIn(event) : [];
};

const isRecord = (event: Event): event is Extract<Event, { type: Retractable['type'] }> => event.type in RETRACTED_BY;

/** Why something stays whatever came later. */
const staysFor = (event: Event): string | null => {
  if ((event.type === 'PurchaseRecorded' || event.type === 'ResponseRecorded') && event.data.credit !== null) return 'credited';
  return event.type === 'ResponseRecorded' && event.data.kind === 'complaint' ? 'opposition-stays' : null;
};

const ofPerson = (key: string): boolean => /^(point|field|attribute)\//.test(key);

/** What of a client still stands of what was told of who he is and where he is reached: of a field all sayings, each upon the one before. */
const standingSayings = (history: History, undoings: ReadonlyMap<string, string>): ReadonlyMap<string, readonly Event[]> => {
  const said = new Map<string, Event[]>();
  for (const event of history) {
    const by = undoings.get(event.metadata.correlationId);
    for (const key of [...madeBy(event), ...namedIn(event)].filter(ofPerson)) {
      const sayings = said.get(key) ?? [];
      if (event.type === 'ContactPointRemoved') said.delete(key);
      else if (by !== undefined) while (sayings.at(-1)?.metadata.correlationId === by) sayings.pop();
      else if (madeBy(event).includes(key)) said.set(key, sayings.includes(event) ? sayings : [...sayings, event]);
    }
  }
  return said;
};

/** What was known of a client before each change of it. */
const knownBefore = (history: History): ReadonlyMap<Event, { readonly person: Person; readonly attributes: Attributes }> => {
  const before = new Map<Event, { person: Person; attributes: Attributes }>();
  let [person, attributes]: [Person, Attributes] = [{}, {}];
  for (const event of history) {
    before.set(event, { person, attributes });
    if (event.type === 'ClientRegistered') [person, attributes] = [event.data.personal ?? {}, event.data.attributes];
    else if (event.type === 'ClientDetailsChanged') person = changedPerson(person, event.data.personal ?? {});
    else if (event.type === 'AttributesChanged') attributes = changedAttributes(attributes, event.data.attributes);
  }
  return before;
};

/** Puts one field of what was said, and of what was known before, to those that are taken back. */
const withField = (details: RetractTold['details'], name: string, said: PersonChanges, before: Person): RetractTold['details'] => {
  const put = (changes: PersonChanges, from: PersonChanges): PersonChanges => {
    if (said.fields && Object.hasOwn(said.fields, name))
      return { ...changes, fields: { ...changes.fields, [name]: from.fields?.[name] ?? null } };
    return { ...changes, [name]: (from as Readonly<Record<string, unknown>>)[name] ?? null };
  };
  const isThere = Object.hasOwn(details.said, name) || Object.hasOwn(details.said.fields ?? {}, name);
  // the latest saying is what must still hold, the earliest one knows what was there before
  return { said: isThere ? details.said : put(details.said, said), before: put(details.before, before) };
};

const retractable = (event: Extract<Event, { type: Retractable['type'] }>, isShared: (orderNumber: string) => boolean): Retractable => {
  const { credit: _, ...told } = event.data as typeof event.data & { credit?: unknown };
  const at = event.metadata.occurredAt;
  // a number that something else has too still leads to him
  if (event.type === 'PurchaseRecorded' && event.data.personal && isShared(event.data.personal.orderNumber))
    return { type: event.type, data: { ...told, personal: null, at } } as unknown as Retractable;
  return { type: event.type, data: { ...told, at } } as unknown as Retractable;
};

type Waiting = Extract<Event, { type: 'ValueLeftWaiting' }>;

/** Whether a text waits for its meaning no more, or another one waits in its place. */
const isSettled = ({ position, data: { field, recordId } }: Waiting, history: History): boolean =>
  history.some(
    (event) =>
      event.position > position &&
      (event.type === 'ValueLeftWaiting' || event.type === 'WaitingValueSettled') &&
      event.data.field === field &&
      event.data.recordId === recordId,
  );

const heardIn = (history: History) =>
  history.reduce((facts, { type, data, metadata }) => retentionAfter(facts, type, data, metadata.occurredAt), NEVER_HEARD_OF);

/**
 * What an import told of a client and nothing later rests on is taken back; all else stays, with the reason.
 * @param elsewhere what of it is counted under another id of his, such as purchase/p-1
 */
export const takingBack = (
  importId: string,
  clientId: string,
  history: History,
  elsewhere: ReadonlySet<string> = new Set(),
): TakingBack => {
  const isOurs = ({ metadata }: Event): boolean => metadata.correlationId === importId;
  const undoings = new Map([...new Set(history.map(({ metadata }) => metadata.correlationId))].map((id) => [undoIdOf(id), id]));
  const isUndoing = ({ metadata }: Event): boolean => undoings.get(metadata.correlationId) === importId;
  const other = history.find((event) => !isOurs(event) && !isUndoing(event) && !BY_ITSELF.includes(event.type));
  const created = history.find(({ type }) => type === 'ClientRegistered');
  const isNew = created !== undefined && isOurs(created);
  if (isNew && !other) return { erase: true, retract: null, takenBack: 0, left: [] };

  const left: Left[] = isNew ? [{ what: 'ClientRegistered', because: other!.type }] : [];
  const { into, files, begun } = fold(clientDecider, clientDecider.initial, history).merging;
  const merged = into !== null || Object.keys(files).length + Object.keys(begun).length > 0;
  const before = knownBefore(history);
  const stood = standing(history);
  const standingNow = new Set(stood);
  const sayings = standingSayings(history, undoings);
  const stands = (event: Event, key: string): boolean =>
    ofPerson(key) ? (sayings.get(key) ?? []).includes(event) : standingNow.has(event);
  let takenBack = history.filter((event) => isOurs(event) && madeBy(event).length > 0 && !standingNow.has(event)).length;
  const taken = new Set<Event>();
  const consentIds: string[] = [];
  const pointIds: string[] = [];
  let details: RetractTold['details'] = { said: {}, before: {} };
  let attributes: RetractTold['attributes'] = { said: {}, before: {} };
  /** What was named later, by what. */
  const later = new Map<string, string>();

  const take = (event: Event, key: string): void => {
    takenBack++;
    const name = key.slice(key.indexOf('/') + 1);
    if (event.type === 'ClientDetailsChanged') details = withField(details, name, event.data.personal ?? {}, before.get(event)!.person);
    else if (event.type === 'AttributesChanged')
      attributes = {
        said: { [name]: event.data.attributes[name], ...attributes.said },
        before: { ...attributes.before, [name]: before.get(event)!.attributes[name] ?? null },
      };
    else if (event.type === 'ConsentGiven') consentIds.push(name);
    else if (POINT_ADDED.includes(event.type)) pointIds.push(name);
    else taken.add(event);
  };

  const order = [...stood.filter(({ type }) => !REVERSALS.includes(type)), ...stood.filter(({ type }) => REVERSALS.includes(type))];
  for (const event of order.reverse()) {
    if (event.type === 'AddressChecked') continue;
    if (undoings.has(event.metadata.correlationId)) continue;
    const made = madeBy(event);
    const stays: string[] = [];
    for (const key of made) {
      if (!stands(event, key)) {
        if (isOurs(event)) takenBack++;
        continue;
      }
      if (isOurs(event) && !(isNew && ofPerson(key))) {
        const because =
          later.get(key) ??
          (elsewhere.has(key) ? 'ReactionCredited' : null) ??
          staysFor(event) ??
          (merged && ofPerson(key) ? 'merged' : null);
        if (because === null) {
          take(event, key);
          continue;
        }
        left.push({ what: event.type, because });
      }
      stays.push(key);
    }
    const rest = namedIn(event).filter((key) => !made.includes(key));
    if (made.length > 0 && stays.length === 0) continue;
    if (made.length === 0 && isOurs(event) && !isNew && event.metadata.actor.startsWith('import:') && !SETTLED_APART.includes(event.type))
      left.push({ what: event.type, because: KEPT[event.type] ?? 'cannot-be-taken-back' });
    for (const key of [...stays, ...rest]) if (!later.has(key)) later.set(key, event.type);
  }

  const records = stood.filter((event) => taken.has(event)).filter(isRecord);
  const takenKeys = records.flatMap(madeBy);
  const waiting = history.flatMap((event): RetractTold['waiting'] => {
    if (event.type !== 'ValueLeftWaiting' || !isOurs(event) || isSettled(event, history)) return [];
    const { valueId, field, recordId } = event.data;
    return recordId === null
      ? isNew
        ? []
        : [{ valueId, field, recordId }]
      : takenKeys.includes(recordId)
        ? [{ valueId, field, recordId }]
        : [];
  });
  const remaining = stood.filter((event) => !taken.has(event));
  const changes =
    records.length +
    consentIds.length +
    pointIds.length +
    waiting.length +
    Object.keys(details.said).length +
    Object.keys(attributes.said).length;
  if (changes === 0) return { erase: false, retract: null, takenBack, left };
  const numbers = new Set(
    remaining.flatMap(({ data }) => (data as { personal?: { orderNumber?: string } | null }).personal?.orderNumber ?? []),
  );
  const { heardOf, reacted } = heardIn(remaining);
  const retract = {
    clientId,
    records: [
      ...records.filter(({ type }) => type === 'PurchaseReturned'),
      ...records.filter(({ type }) => type !== 'PurchaseReturned'),
    ].map((event) => retractable(event, (number) => numbers.has(number))),
    ...{ consentIds, pointIds, details, attributes, waiting },
    heard: { before: heardIn(history).heardOf, after: heardOf, reacted },
    respondedLast: remaining.reduce<string | null>(
      (last, { type, metadata: { occurredAt } }) =>
        type === 'ResponseRecorded' && (last === null || occurredAt > last) ? occurredAt : last,
      null,
    ),
  };
  return { erase: false, retract, takenBack, left };
};
