import { Type } from '@nestjs/common';
import { Cause, DomainError, Request } from '@boucle/eventsourcing';
import { FieldProblem } from './problem.filter.js';
import { shaped } from './shape.js';

/** A refusal of the domain as a field at fault. */
export const refusal = ({ field, message }: DomainError, whole: string): FieldProblem => ({ field: field ?? whole, reason: message });

/** A JSON text as a command, or the first thing that is wrong with it; the same at every edge. */
export const readCommand = <T extends object>(
  text: string,
  type: Type<T>,
  whole: 'line' | 'message',
  causeOf: (command: T) => Cause,
): Request | FieldProblem => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { field: whole, reason: `not JSON: ${(error as Error).message}` };
  }
  const command = shaped(type, value, whole);
  if (Array.isArray(command)) return command[0];
  try {
    return { message: { type: type.name, data: command }, cause: causeOf(command) };
  } catch (error) {
    if (error instanceof DomainError) return refusal(error, whole);
    throw error;
  }
};
