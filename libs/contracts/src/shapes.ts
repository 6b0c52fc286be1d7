/** The part of JSON Schema that published payloads are described in. */
export interface Schema {
  readonly type: string | readonly string[];
  readonly description?: string;
  readonly examples?: readonly string[];
  readonly enum?: readonly (string | null)[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
}

/** A schema that knows the type of what it describes. */
export interface Shape<T> {
  readonly schema: Schema;
  /** Never set: it carries the type. */
  readonly of?: T;
}

/** What a shape describes. */
export type Of<S> = S extends Shape<infer T> ? T : never;

export const id: Shape<string> = { schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' } };
export const text: Shape<string> = { schema: { type: 'string' } };
export const instant: Shape<string> = { schema: { type: 'string', format: 'date-time' } };
export const count: Shape<number> = { schema: { type: 'integer', minimum: 0 } };
export const cents: Shape<number> = { schema: { type: 'integer', description: 'In cents' } };
export const rate: Shape<number> = { schema: { type: 'number' } };
export const flag: Shape<boolean> = { schema: { type: 'boolean' } };

/** One of these words, and never another one in this version. */
export const oneOf = <const T extends string>(words: readonly T[]): Shape<T> => ({ schema: { type: 'string', enum: words } });

/** A word such as these; a reader must expect others. */
export const word = (...known: string[]): Shape<string> => ({ schema: { type: 'string', examples: known } });

export const nullable = <T>({ schema }: Shape<T>): Shape<T | null> => ({
  schema: { ...schema, type: [schema.type as string, 'null'], ...(schema.enum && { enum: [...schema.enum, null] }) },
});

export const list = <T>({ schema }: Shape<T>): Shape<readonly T[]> => ({ schema: { type: 'array', items: schema } });

/** Values by a name that is not known beforehand. */
export const byName = <T>({ schema }: Shape<T>): Shape<Readonly<Record<string, T>>> => ({
  schema: { type: 'object', additionalProperties: schema },
});

/** Exactly these fields, none of them ever left out; later revisions may add some. */
export const fields = <F extends Record<string, Shape<unknown>>>(of: F): Shape<{ readonly [N in keyof F]: Of<F[N]> }> => ({
  schema: {
    type: 'object',
    properties: Object.fromEntries(Object.entries(of).map(([name, { schema }]) => [name, schema])),
    required: Object.keys(of),
  },
});

/** Says what a field means. */
export const described = <T>(description: string, { schema }: Shape<T>): Shape<T> => ({ schema: { ...schema, description } });
