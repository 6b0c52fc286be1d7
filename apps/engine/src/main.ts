import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { openAdapters, SystemClock } from './adapters.js';
import { Config } from './config.js';
import { createEngine } from './http/server.js';
import { Log } from './observation/log.js';
import { Observer } from './observation/observer.js';
import { RequestLog } from './observation/request-log.js';

/** Traces, if there is a collector for them; nothing of OpenTelemetry is loaded before. */
export const openTraces = async ({ traceEndpoint, traceRatio }: Pick<Config, 'traceEndpoint' | 'traceRatio'>): Promise<Observer[]> => {
  if (traceEndpoint === null) return [];
  const { Spans } = await import('./observation/spans.js');
  return [new Spans(traceEndpoint, traceRatio)];
};

/** Serves the engine on its data folder until it is told to stop. */
export const serve = async (config: Config): Promise<void> => {
  const adapters = openAdapters(config.dir);
  const engine = await createEngine(adapters, config, new SystemClock(), [new RequestLog(), ...(await openTraces(config))]);
  engine.useLogger(new Log(config));
  engine.enableShutdownHooks();
  await engine.listen(config.port, config.host);
  new Logger('Boucle').log(`Serving ${config.dir} on ${await engine.getUrl()}; the API is described at ${await engine.getUrl()}/docs`);
};
