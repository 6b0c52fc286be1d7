const scalar = { nullable: true, oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] };
const self = { $ref: '#/components/schemas/Filter' };
const field = { type: 'string', pattern: '^[^.]+(\\.[^.]+)*$', description: 'Dotted path', example: 'attributes.region' };

const condition = (is: readonly string[], value: object) => ({
  type: 'object',
  properties: { field, is: { type: 'string', enum: [...is] }, value },
  required: ['field', 'is', 'value'],
  additionalProperties: false,
});

const branch = (name: string, value: object) => ({
  type: 'object',
  properties: { [name]: value },
  required: [name],
  additionalProperties: false,
});

/** How the API describes a filter. */
export const filterSchema = {
  description: 'A condition on profiles, at most 10 levels deep; a missing field counts as null',
  oneOf: [
    condition(['eq', 'ne', 'lt', 'lte', 'gt', 'gte'], scalar),
    condition(['in'], { type: 'array', items: scalar }),
    branch('all', { type: 'array', items: self }),
    branch('any', { type: 'array', items: self }),
    branch('not', self),
  ],
};
