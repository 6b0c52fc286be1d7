import { ApiProperty } from '@nestjs/swagger';
import { Cause, Clock, DomainError, Outcome } from '@boucle/eventsourcing';
import { Origin } from '../observation/observer.js';
import { currentOrigin } from './origin.js';

/** What every accepted command answers. */
export class Written {
  @ApiProperty({ type: 'integer', description: 'Everything up to this position of the log is included in a read that asks for it' })
  readonly position: number;
  @ApiProperty({ description: 'It had already happened; nothing was written' }) readonly repeated: boolean;
}

export const written = ({ position, events }: Outcome): Written => ({ position, repeated: events.length === 0 });

/** What several commands of one request answer together. */
export const writtenTogether = (outcomes: readonly Outcome[]): Written => ({
  position: Math.max(...outcomes.map(({ position }) => position)),
  repeated: outcomes.every(({ events }) => events.length === 0),
});

/** What the commands of one request, or one line of it, have in common. */
export type Beginning = Pick<Origin, 'id' | 'correlationId'>;

/** When a command happens: when it says it did, or now. */
export const happensAt = ({ occurredAt }: { occurredAt?: string }, clock: Clock): string => {
  const now = clock.now();
  const at = occurredAt === undefined ? now : new Date(occurredAt).toISOString();
  if (at > now) throw new DomainError('in-the-future', `occurredAt must not be in the future (now is ${now})`, 'occurredAt');
  return at;
};

/** The cause of a command that a request brings. */
export const causeOf = (
  command: { occurredAt?: string },
  clock: Clock,
  actor: string,
  { id, correlationId }: Beginning = currentOrigin(),
): Cause => ({ id, correlationId, now: happensAt(command, clock), actor });
