import { CanActivate, createParamDecorator, ExecutionContext } from '@nestjs/common';
import { DomainError } from '@boucle/eventsourcing';
import { Request } from 'express';
import { Portfolios } from '../portfolios.js';
import { Asking, asking } from './authorisation.js';
import { RequestError } from './problem.filter.js';

type Asked = Request<Readonly<Record<string, string>>, unknown, Readonly<Record<string, unknown>> | undefined>;

interface Scoped extends Asking {
  /** The salespeople whose clients the request may be about. */
  whose?: ReadonlySet<string>;
}

/** Keeps a salesperson to the clients and the calendars that are his today: those of others are not there for him. */
export class OwnPortfolio implements CanActivate {
  constructor(private readonly portfolios: Portfolios) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const asker: Scoped = asking(context);
    if (asker.role !== 'salesperson') return true;
    const { params, body } = context.switchToHttp().getRequest<Asked>();
    const whose = (asker.whose = await this.portfolios.actingFor(asker.salespersonId!));
    if ('salespersonId' in params && !whose.has(params.salespersonId))
      throw new DomainError(
        'unknown-salesperson',
        `You do not do the work of a salesperson ${params.salespersonId} today`,
        'salespersonId',
      );
    if (typeof body?.salespersonId === 'string' && !whose.has(body.salespersonId))
      throw new RequestError(403, 'salespersonId', `Name yourself or somebody whose work you do today, not ${body.salespersonId}`);
    const clientId = params.clientId ?? body?.clientId;
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
export const Seller = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | undefined => asking(context).salespersonId ?? undefined,
);
