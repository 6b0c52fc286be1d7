import { Logger } from '@nestjs/common';
import { ID } from '@boucle/clients';
import { Answered, ELSEWHERE, isRoutine, Observer, Timing } from './observer.js';

/** A path with nothing in it but ids. */
const idsOnly = (path: string): string =>
  path
    .split('/')
    .map((part) => (part === '' || ID.test(part) ? part : '…'))
    .join('/');

/** Logs each request: its route, and only at debug its path with the ids, of clients too; never a query, a header or a body. */
export class RequestLog implements Observer {
  private readonly logger = new Logger('HTTP');

  answered(request: Answered, { began, ended }: Timing): void {
    const { method, route, path, status } = request;
    const { correlationId } = request.origin;
    const ms = Math.round((ended - began) * 10) / 10;
    if (!isRoutine(request)) this.logger.log({ msg: `${method} ${route} ${status}`, method, route, status, ms, correlationId });
    if (route !== ELSEWHERE) this.logger.debug({ msg: `${method} ${idsOnly(path)}`, correlationId });
  }
}
