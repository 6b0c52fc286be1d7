import { ArgumentMetadata, PipeTransform, ValidationError, ValidationPipe } from '@nestjs/common';
import { ID } from '@boucle/clients';
import { validateSync } from 'class-validator';
import { plainToInstance } from 'class-transformer';
import { FieldProblem, ShapeError } from './problem.filter.js';

const RULES = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true } as const;

const problemsOf = (errors: readonly ValidationError[], path = ''): FieldProblem[] =>
  errors.flatMap(({ property, constraints, children }) => {
    const field = /^\d+$/.test(property) ? `${path}[${property}]` : path === '' ? property : `${path}.${property}`;
    const own = Object.values(constraints ?? {}).map((reason) => ({ field, reason }));
    return [...own, ...problemsOf(children ?? [], field)];
  });

/** Checks bodies against their command classes and names every field at fault; paths and queries have pipes of their own. */
export class ShapePipe extends ValidationPipe {
  constructor() {
    super({
      ...RULES,
      transform: true,
      exceptionFactory: (errors) => {
        const problems = problemsOf(errors);
        return new ShapeError(problems.length > 0 ? problems : [{ field: 'body', reason: 'a JSON object is expected' }]);
      },
    });
  }

  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    return metadata.type === 'body' ? super.transform(value, metadata) : Promise.resolve(value);
  }
}

/** One value against a command class, or what is wrong with it. */
export const shaped = <T extends object>(type: new () => T, value: unknown): T | FieldProblem[] => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [{ field: 'line', reason: 'a JSON object is expected' }];
  const instance = plainToInstance(type, value);
  const problems = problemsOf(validateSync(instance, RULES));
  return problems.length > 0 ? problems : instance;
};

const checkedId = (value: unknown, name = 'id'): string => {
  if (typeof value === 'string' && ID.test(value)) return value;
  throw new ShapeError([{ field: name, reason: `${name} must be 1 to 64 letters, digits, dots, underscores or hyphens` }]);
};

/** An id in a path. */
export class IdPipe implements PipeTransform<unknown, string> {
  transform(value: unknown, { data }: { data?: string }): string {
    return checkedId(value, data);
  }
}

/** An id in a query, if there is one. */
export class OptionalIdPipe implements PipeTransform<unknown, string | undefined> {
  transform(value: unknown, { data }: { data?: string }): string | undefined {
    return value === undefined ? undefined : checkedId(value, data);
  }
}

/** A whole number in a path or query. */
export class WholePipe implements PipeTransform<string | undefined, number | undefined> {
  constructor(
    private readonly least: number,
    private readonly most: number,
  ) {}

  transform(value: string | undefined, { data }: { data?: string }): number | undefined {
    if (value === undefined) return undefined;
    const number = Number(value);
    if (typeof value === 'string' && /^\d+$/.test(value) && number >= this.least && number <= this.most) return number;
    throw new ShapeError([{ field: data ?? 'number', reason: `must be a whole number from ${this.least} to ${this.most}` }]);
  }
}
