import { RecordedEvent } from '@boucle/eventsourcing';

/** Who said something last, and when. */
export interface LastSaid {
  /** ISO instant. */
  readonly at: string;
  /** As events name who acts: `import:shop`, `erp:` and the key of the ERP, a key, a worker. */
  readonly by: string;
}

/** Who said what is known of a client, by field: custom fields by their own names, attributes as `attributes.…`, contact points by their kind. */
export type Said = Readonly<Record<string, LastSaid>>;

interface Telling {
  readonly told?: readonly string[];
  readonly changed?: readonly string[];
  readonly attributes?: object;
}

const attributeNames = ({ attributes = {} }: Telling): string[] => Object.keys(attributes).map((name) => `attributes.${name}`);

const FIELDS_OF: Readonly<Record<string, (data: Telling) => readonly string[]>> = {
  ClientRegistered: (data) => [...(data.told ?? []), ...attributeNames(data)],
  ClientDetailsChanged: ({ changed = [] }) => changed,
  AttributesChanged: attributeNames,
  AddressAdded: () => ['address'],
  EmailAdded: () => ['email'],
  PhoneAdded: () => ['phone'],
};

/** Who said what is known of a client, by his events. */
export const saidIn = (history: readonly RecordedEvent[]): Said => {
  const said: Record<string, LastSaid> = {};
  for (const { type, data, metadata } of history)
    for (const field of Object.hasOwn(FIELDS_OF, type) ? FIELDS_OF[type](data) : [])
      said[field] = { at: metadata.occurredAt, by: metadata.actor };
  return said;
};

const IMPORTED = /^import:(.+)$/;
const BY_ERP = /^(folder:erp$|erp:)/;

/** What nobody imported and no ERP told. */
export const PEOPLE = 'people';
/** The source of what an ERP tells. */
export const ERP = 'erp';

/** Whose word something is: the source of an import, the ERP, or people; by the actor of the event in which it was said. */
export const sourceOf = (actor: string): string => IMPORTED.exec(actor)?.[1] ?? (BY_ERP.test(actor) ? ERP : PEOPLE);
