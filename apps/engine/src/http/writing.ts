import { randomUUID } from 'node:crypto';
import { ApiProperty } from '@nestjs/swagger';
import { Cause, Clock, DomainError, Outcome } from '@boucle/eventsourcing';

/** What every accepted command answers. */
export class Written {
  @ApiProperty({ type: 'integer', description: 'Everything up to this position of the log is included in a read that asks for it' })
  readonly position: number;
  @ApiProperty({ description: 'It had already happened; nothing was written' }) readonly repeated: boolean;
}

export const written = ({ position, events }: Outcome): Written => ({ position, repeated: events.length === 0 });

/** When a command happens: when it says it did, or now. */
export const happensAt = ({ occurredAt }: { occurredAt?: string }, clock: Clock): string => {
  const now = clock.now();
  const at = occurredAt === undefined ? now : new Date(occurredAt).toISOString();
  if (at > now) throw new DomainError('in-the-future', `occurredAt must not be in the future (now is ${now})`, 'occurredAt');
  return at;
};

/** The cause of a command that a request brings. */
export const causeOf = (command: { occurredAt?: string }, clock: Clock, actor: string): Cause => {
  const id = randomUUID();
  return { id, correlationId: id, now: happensAt(command, clock), actor };
};
