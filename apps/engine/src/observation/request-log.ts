import { Logger } from '@nestjs/common';
import { Answered, isRoutine, Observer, Timing } from './observer.js';

/** Logs each request: its route, and only at debug its path, which may hold the id of a client; never a query, a header or a body. */
export class RequestLog implements Observer {
  private readonly logger = new Logger('HTTP');

  answered(request: Answered, { began, ended }: Timing): void {
    const { origin, method, route, path, status } = request;
    const told = { msg: `${method} ${route} ${status}`, method, route, status, ms: Math.round((ended - began) * 10) / 10 };
    if (!isRoutine(request)) this.logger.log({ ...told, correlationId: origin.correlationId });
    this.logger.debug({ msg: `${method} ${path}`, correlationId: origin.correlationId });
  }
}
