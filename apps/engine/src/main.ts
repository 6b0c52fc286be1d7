import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { openAdapters, SystemClock } from './adapters.js';
import { Config, SettingError } from './config.js';
import { refuseStrangers } from './http/authorisation.js';
import { ProcessRole } from './process-roles.js';
import { createEngine } from './http/server.js';
import { Keyring } from './keyring.js';
import { Log } from './observation/log.js';
import { Observer } from './observation/observer.js';
import { RequestLog } from './observation/request-log.js';

/** Traces, if there is a collector for them; nothing of OpenTelemetry is loaded before. */
export const openTraces = async ({ traceEndpoint, traceRatio }: Pick<Config, 'traceEndpoint' | 'traceRatio'>): Promise<Observer[]> => {
  if (traceEndpoint === null) return [];
  const { Spans } = await import('./observation/spans.js');
  return [new Spans(traceEndpoint, traceRatio)];
};

/** Where the engine keeps its log, without what is secret about it. */
const places = ({ dir, eventStoreUrl, mongoUrl, kafkaBrokers, vaultUrl }: Config): string =>
  [
    ...(eventStoreUrl === null || mongoUrl === null ? [dir] : []),
    ...(eventStoreUrl === null ? [] : ['EventStoreDB']),
    ...(mongoUrl === null ? [] : ['MongoDB']),
    ...(kafkaBrokers.length === 0 ? [] : ['Kafka']),
    ...(vaultUrl === null ? [] : ['a key vault']),
  ].join(', ');

/** What is on servers is shared by many processes, and each would seal with keys that the others do not have. */
const refuseVaultOfItsOwn = ({ eventStoreUrl, mongoUrl, vaultUrl }: Config): void => {
  if (eventStoreUrl !== null && mongoUrl !== null && vaultUrl === null)
    throw new SettingError(
      'BOUCLE_VAULT_URL must be set where EVENTSTORE_URL and MONGODB_URL are: all processes share one key vault, as boucle vault serve offers it',
    );
};

/** Serves the engine in some of its roles until it is told to stop. */
export const serve = async (config: Config, roles: readonly ProcessRole[]): Promise<void> => {
  refuseVaultOfItsOwn(config);
  const adapters = await openAdapters(config);
  const observers = [new RequestLog(), ...(await openTraces(config))];
  const engine = await createEngine(adapters, config, new SystemClock(), roles, observers);
  engine.useLogger(new Log(config));
  const keyring = engine.get(Keyring);
  try {
    if (roles.includes('api')) refuseStrangers(keyring, config.host);
    engine.enableShutdownHooks();
    await engine.listen(config.port, config.host);
  } catch (error) {
    await engine.close();
    await adapters.close();
    throw error;
  }
  const logger = new Logger('Boucle');
  logger.log(`Serving ${places(config)} on ${await engine.getUrl()}; the API is described at ${await engine.getUrl()}/docs`);
  if (keyring.isOpen) logger.warn('Everybody on this machine may do everything, until a first key is issued: boucle key create');
};
