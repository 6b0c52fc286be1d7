import { CanActivate, createParamDecorator, ExecutionContext } from '@nestjs/common';
import { DomainError } from '@boucle/eventsourcing';
import { Request } from 'express';
import { Portfolios } from '../portfolios.js';
import { Asking, asking } from './authorisation.js';
import { RequestError } from './problem.filter.js';

interface Scoped extends Asking {
  /** The salespeople whose clients the request may be about. */
  whose?: ReadonlySet<string>;
}

/** What the path or the body names. */
const named = ({ params, body }: Request, field: string): unknown => params[field] ?? (body as Record<string, unknown> | undefined)?.[field];

/** Keeps a salesperson to the clients and the calendars that are his today: who is another's client is not there for him. */
export class OwnPortfolio implements CanActivate {
  constructor(private readonly portfolios: Portfolios) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const asker: Scoped = asking(context);
    if (asker.role !== 'salesperson') return true;
    const request = context.switchToHttp().getRequest<Request>();
    const whose = (asker.whose = await this.portfolios.actingFor(asker.salespersonId!));
    const salespersonId = named(request, 'salespersonId');
    if (typeof salespersonId === 'string' && !whose.has(salespersonId))
      throw new RequestError(403, 'salespersonId', `${salespersonId} is another salesperson: name yourself, or somebody for whom you stand in`);
    const clientId = named(request, 'clientId');
    if (typeof clientId === 'string' && !(await this.portfolios.among([clientId], whose)).has(clientId))
      throw new DomainError('unknown-client', `There is no client ${clientId} in your portfolio`, 'clientId');
    return true;
  }
}

/** The salespeople whose clients the request may be about; null: everybody's. */
export const Whose = createParamDecorator(
  (_: unknown, context: ExecutionContext): ReadonlySet<string> | null => (asking(context) as Scoped).whose ?? null,
);

/** The salesperson who asks, if it is one. */
export const Seller = createParamDecorator((_: unknown, context: ExecutionContext): string | undefined => asking(context).salespersonId ?? undefined);
