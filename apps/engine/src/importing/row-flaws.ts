import { Type } from '@nestjs/common';
import { Message } from '@boucle/eventsourcing';
import {
  AddAddress,
  AddEmail,
  AddPhone,
  ChangeAttributes,
  ChangeClientDetails,
  DeclareOpposition,
  GiveConsent,
  RecordContact,
  RecordPurchase,
  RecordResponse,
  RegisterClient,
  RemoveContactPoint,
  ReturnPurchase,
} from '@boucle/clients';
import { Group, ImportedRecord, MappingFields, misfitPoint, RowFacts, RowProblem } from '@boucle/importing';
import { fits } from '../http/fitting.js';
import { FieldProblem } from '../http/problem.filter.js';
import { shaped } from '../http/shape.js';

/** What rows lead to, by the shape that an edge checks. */
const SHAPES: Readonly<Record<string, Type<object>>> = {
  RegisterClient,
  ChangeClientDetails,
  ChangeAttributes,
  RemoveContactPoint,
  AddAddress,
  AddEmail,
  AddPhone,
  GiveConsent,
  DeclareOpposition,
  RecordPurchase,
  ReturnPurchase,
  RecordContact,
  RecordResponse,
};

/** How a row names its client, however it is spaced and cased. */
export const nameIn = ({ client, clientId }: RowFacts): string | null => {
  const name = (client ?? clientId) as string | undefined;
  return name === undefined ? null : name.replace(/\s/g, '').toUpperCase();
};

/** A problem of a cell, named by the column of its field. */
export const inColumn = ({ columns }: MappingFields, field: string, problem: RowProblem): RowProblem => ({
  ...problem,
  field,
  column: columns[field] ?? null,
});

/** Tells what makes it impossible to take rows of a file. */
export class RowFlaws {
  constructor(
    private readonly mapping: MappingFields,
    /** When the engine learns of them, ISO instant. */
    private readonly now: string,
  ) {}

  /** What is wrong with a group as it stands, whatever is known already. */
  of(group: Group, records: readonly ImportedRecord[]): RowProblem | null {
    return this.untimely(group, records) ?? this.unreachable(group) ?? this.nameless(group);
  }

  /** Something that an edge would refuse in a command that a group leads to. */
  misshapen(group: Group, { type, data }: Message): RowProblem | null {
    if (!(type in SHAPES) || fits(SHAPES[type], data)) return null;
    const checked = shaped<object>(SHAPES[type], data, 'line');
    if (!Array.isArray(checked)) return null;
    const [{ field, reason }] = checked as FieldProblem[];
    return this.problem(group, field, 'wrong-shape', reason);
  }

  problem(group: Group, field: string, code: string, reason: string): RowProblem {
    const name = field.split(/[.[\]]+/).findLast((part) => part !== '' && !/^\d+$/.test(part)) ?? field;
    const column = this.mapping.columns[name] ?? null;
    return { row: group[0].raw.row, field: name, column, code, reason, remedy: 'correct the row and import it again' };
  }

  private untimely(group: Group, records: readonly ImportedRecord[]): RowProblem | null {
    const [{ facts }] = group;
    const late = ['registeredOn', 'changedOn', 'consentDate', 'oppositionDate'].find(
      (name) => typeof facts[name] === 'string' && facts[name] > this.now,
    );
    if (!late && records.every(({ at }) => at <= this.now)) return null;
    return this.problem(group, late ?? 'date', 'in-the-future', `it lies in the future (now is ${this.now})`);
  }

  private nameless(group: Group): RowProblem | null {
    if (this.mapping.kind === 'purchases' || nameIn(group[0].facts) !== null) return null;
    return { ...this.problem(group, 'client', 'no-client', 'the row does not say whom it is about'), remedy: 'fill his number' };
  }

  private unreachable(group: Group): RowProblem | null {
    const misfit = misfitPoint(group[0].facts);
    return misfit && { ...misfit, row: group[0].raw.row, column: this.mapping.columns[misfit.field] ?? null };
  }
}
