import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { openAdapters } from './adapters.js';
import { Config } from './config.js';
import { refuseStrangers } from './http/authorisation.js';
import { createEngine } from './http/server.js';
import { Keyring } from './keyring.js';

/** Serves the engine on its data folder until it is told to stop. */
export const serve = async (config: Config): Promise<void> => {
  const adapters = openAdapters(config.dir);
  const engine = await createEngine(adapters, config);
  const keyring = engine.get(Keyring);
  try {
    refuseStrangers(keyring, config.host);
    engine.enableShutdownHooks();
    await engine.listen(config.port, config.host);
  } catch (error) {
    await engine.close();
    adapters.close();
    throw error;
  }
  // only now, so that the start is one line
  engine.useLogger(['error', 'warn', 'log']);
  const logger = new Logger('Boucle');
  logger.log(`Serving ${config.dir} on ${await engine.getUrl()}; the API is described at ${await engine.getUrl()}/docs`);
  if (keyring.isOpen) logger.warn('Everybody on this machine may do everything, until a first key is issued: boucle key create');
};
