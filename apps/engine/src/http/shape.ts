import { ArgumentMetadata, PipeTransform, Type } from '@nestjs/common';
import { CODE, hasLength, ID, isInstant, RESERVED_NAMES } from '@boucle/clients';
import { plainToInstance } from 'class-transformer';
import { validateSync, ValidationError } from 'class-validator';
import { FieldProblem, ShapeError } from './problem.filter.js';

const RULES = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true } as const;
const MOST_LEVELS = 32;

const problemsOf = (errors: readonly ValidationError[], path = ''): FieldProblem[] =>
  errors.flatMap(({ property, constraints, children }) => {
    const field = /^\d+$/.test(property) ? `${path}[${property}]` : path === '' ? property : `${path}.${property}`;
    const own = Object.values(constraints ?? {}).map((reason) => ({ field, reason }));
    return [...own, ...problemsOf(children ?? [], field)];
  });

/** What no JSON of ours may hold anywhere: names that objects have by themselves, numbers beyond reason, a bottomless tree. */
const misfit = (whole: object): FieldProblem | null => {
  const rest: [value: unknown, path: string, level: number][] = [[whole, '', 0]];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const [value, path, level] = next;
    if (typeof value === 'number' && !Number.isFinite(value)) return { field: path, reason: 'the number is too large' };
    if (value === null || typeof value !== 'object') continue;
    if (level === MOST_LEVELS) return { field: path.split(/[.[]/)[0], reason: `nested deeper than ${MOST_LEVELS} levels` };
    const isList = Array.isArray(value);
    for (const [name, item] of Object.entries(value)) {
      const place = isList ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
      if (!isList && RESERVED_NAMES.includes(name)) return { field: place, reason: `nothing can be called ${name}` };
      rest.push([item, place, level + 1]);
    }
  }
  return null;
};

/** One value against a command class, or what is wrong with it. */
export const shaped = <T extends object>(type: Type<T>, value: unknown, whole: 'body' | 'line' | 'message'): T | FieldProblem[] => {
  const noObject = [{ field: whole, reason: 'a JSON object is expected' }];
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return noObject;
  const unfit = misfit(value);
  const named = (problem: FieldProblem): FieldProblem => (problem.field === '' ? { ...problem, field: whole } : problem);
  if (unfit) return [named(unfit)];
  const instance = plainToInstance(type, value);
  const errors = validateSync(instance, RULES);
  if (errors.length === 0) return instance;
  const problems = problemsOf(errors).map(named);
  return problems.length > 0 ? problems : noObject;
};

/** Checks JSON bodies against their command classes and names every field at fault; paths and queries have pipes of their own. */
export class ShapePipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type !== 'body' || metatype === undefined || metatype === Object) return value;
    const checked = shaped(metatype as Type<object>, value, 'body');
    if (Array.isArray(checked)) throw new ShapeError(checked);
    return checked;
  }
}

const checkedId = (value: unknown, name = 'id'): string => {
  if (typeof value === 'string' && ID.test(value)) return value;
  throw new ShapeError([
    { field: name, reason: `${name} must be 1 to 64 letters, digits, dots, underscores or hyphens, and not only dots` },
  ]);
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

/** One of some words in a query, if there is one. */
export class OptionalWordPipe<Word extends string> implements PipeTransform<unknown, Word | undefined> {
  constructor(private readonly words: readonly Word[]) {}

  transform(value: unknown, { data = 'word' }: { data?: string }): Word | undefined {
    if (value === undefined || this.words.includes(value as Word)) return value as Word | undefined;
    throw new ShapeError([{ field: data, reason: `${data} must be one of ${this.words.join(', ')}` }]);
  }
}

/** A text in a query, without spaces around it. */
export class TextPipe implements PipeTransform<unknown, string> {
  constructor(
    private readonly least: number,
    private readonly most: number,
  ) {}

  transform(value: unknown, { data = 'text' }: { data?: string }): string {
    const text = typeof value === 'string' ? value.trim() : '';
    if (hasLength(text, this.least, this.most)) return text;
    throw new ShapeError([{ field: data, reason: `${data} must be one text of ${this.least} to ${this.most} characters` }]);
  }
}

const matching = (value: unknown, pattern: RegExp, words: string, name = 'text'): string => {
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw new ShapeError([{ field: name, reason: `${name} must be ${words}` }]);
};

/** A text of some pattern in a query. */
export class PatternPipe implements PipeTransform<unknown, string> {
  constructor(
    private readonly pattern: RegExp,
    private readonly words: string,
  ) {}

  transform(value: unknown, { data }: { data?: string }): string {
    return matching(value, this.pattern, this.words, data);
  }
}

/** A text of some pattern in a query, if there is one. */
export class OptionalPatternPipe implements PipeTransform<unknown, string | undefined> {
  constructor(
    private readonly pattern: RegExp,
    private readonly words: string,
  ) {}

  transform(value: unknown, { data }: { data?: string }): string | undefined {
    return value === undefined ? undefined : matching(value, this.pattern, this.words, data);
  }
}

/** A whole number in a path or query. */
export class WholePipe implements PipeTransform<unknown, number | undefined> {
  constructor(
    private readonly least: number,
    private readonly most: number,
  ) {}

  transform(value: unknown, { data = 'number' }: { data?: string }): number | undefined {
    if (value === undefined) return undefined;
    if (typeof value === 'string' && /^\d+$/.test(value) && Number(value) >= this.least && Number(value) <= this.most) return Number(value);
    throw new ShapeError([{ field: data, reason: `${data} must be a whole number from ${this.least} to ${this.most}` }]);
  }
}

/** An instant in a query, as ISO writes it in UTC. */
export class InstantPipe implements PipeTransform<unknown, string | undefined> {
  transform(value: unknown, { data = 'at' }: { data?: string }): string | undefined {
    if (value === undefined) return undefined;
    if (isInstant(value)) return new Date(value).toISOString();
    throw new ShapeError([{ field: data, reason: `${data} must be an instant with its time zone, for example 2026-03-01T12:00:00Z` }]);
  }
}

/** A code in a query. */
export class CodePipe implements PipeTransform<unknown, string | undefined> {
  transform(value: unknown, { data = 'code' }: { data?: string }): string | undefined {
    if (value === undefined || (typeof value === 'string' && CODE.test(value))) return value;
    throw new ShapeError([{ field: data, reason: `${data} must be a code: a letter, then up to 39 letters, digits and hyphens` }]);
  }
}
