/** What a field holds; `open`: a text, a number or yes/no, as it comes. Days are YYYY-MM-DD, instants ISO in UTC. */
export type FieldType = 'text' | 'code' | 'number' | 'day' | 'instant' | 'flag' | 'list' | 'open';

/** What is read of a field; null: nothing is known. */
export type Found = string | number | boolean | readonly string[] | null;

/** An aggregation expression of MongoDB. */
export type Expression = unknown;

/** Something that a rule may ask of a subject. */
export interface Field<S> {
  readonly name: string;
  readonly label: string;
  readonly type: FieldType;
  /** The values there are of a code or in a list; any if left out. */
  readonly codes?: readonly string[];
  read(subject: S, at: string): Found;
  /** The same asked of a stored document; `of` is what paths in it begin with. Left out: it cannot be asked there. */
  readonly stored?: (of: string, at: string) => Expression;
  /** The next instant at which it may read otherwise by the passing of time alone; left out: it never does. */
  turns?(subject: S, at: string): string | null;
  /** How exact it is for a subject, in words; left out: as exact as it is read. */
  exactness?(subject: S, at: string): string | null;
  /** The stored codes for which one of the rule stands; itself if left out. */
  readonly standsFor?: (code: string) => readonly string[];
}

/** Fields whose names begin alike, one for each thing that has a name of its own: custom attributes, currencies. */
export interface FieldFamily<S> {
  /** With the dot at its end. */
  readonly prefix: string;
  readonly example: string;
  /** Those there are, without what they begin with; any if left out. */
  readonly names?: readonly string[];
  readonly field: (name: string) => Field<S>;
}

/** What can be asked of one thing. */
export interface Fields<S> {
  readonly fields: readonly Field<S>[];
  readonly families?: readonly FieldFamily<S>[];
}

/** Something that happens to a subject, more than once. */
export interface EventKind<S, E = unknown> extends Fields<E> {
  /** In the plural, as in `count(purchases)`. */
  readonly name: string;
  /** In the singular, as in `since the last purchase`. */
  readonly one: string;
  readonly label: string;
  /** In any order. */
  entries(subject: S): readonly E[];
  at(entry: E): string;
  /** Whether it still counts at an instant; always if left out. */
  counts?(entry: E, at: string): boolean;
  /** The next instant at which it may cease to count, or count again; left out: there is none. */
  turns?(entry: E, at: string): string | null;
  /** The same in a stored document: the list, when each was, and whether it counts. */
  readonly stored?: {
    readonly entries: (of: string) => Expression;
    readonly at: (of: string) => Expression;
    readonly counts?: (of: string, at: string) => Expression;
  };
}

/** Everything that a rule may speak of. */
export interface Vocabulary<S> extends Fields<S> {
  readonly events: readonly EventKind<S>[];
  idOf(subject: S): string;
  /** Where a stored document has the same. */
  readonly storedId: string;
}

/** The field of that name, also of a family. */
export const fieldNamed = <S>({ fields, families = [] }: Fields<S>, name: string): Field<S> | undefined => {
  const known = fields.find((field) => field.name === name);
  const family = known ? undefined : families.find(({ prefix }) => name.startsWith(prefix) && name.length > prefix.length);
  const rest = family && name.slice(family.prefix.length);
  return rest !== undefined && (family?.names?.includes(rest) ?? true) ? family?.field(rest) : known;
};

/** Every name that can be asked; of families that have any, an example. */
export const namesOf = ({ fields, families = [] }: Fields<never>): readonly string[] => [
  ...fields.map(({ name }) => name),
  ...families.flatMap(({ prefix, example, names }) => names?.map((name) => `${prefix}${name}`) ?? example),
];

/** How many letters have to be changed, added, left out or swapped with their neighbour. */
const distance = (a: string, b: string): number => {
  let [before, row] = [[] as number[], Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2] + 1 : Infinity;
      next.push(Math.min(row[j - 1] + same, row[j] + 1, next[j - 1] + 1, swapped));
    }
    [before, row] = [row, next];
  }
  return row[b.length];
};

/** The name that was probably meant, if one is near enough. */
export const nearest = (name: string, names: Iterable<string>): string | null => {
  const lower = name.toLowerCase();
  let [best, least] = [null as string | null, Math.max(2, Math.ceil(name.length / 3)) + 1];
  for (const one of names) {
    const apart = one.toLowerCase().startsWith(lower) && lower.length > 2 ? 1 : distance(lower, one.toLowerCase());
    if (apart < least) [best, least] = [one, apart];
  }
  return best;
};
