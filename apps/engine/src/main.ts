import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { openAdapters, openBus } from './adapters.js';
import { Config } from './config.js';
import { createEngine } from './http/server.js';

/** Serves the engine on its data folder until it is told to stop. */
export const serve = async (config: Config): Promise<void> => {
  const adapters = { ...openAdapters(config.dir), bus: openBus(config) ?? undefined };
  const engine = await createEngine(adapters, config);
  engine.enableShutdownHooks();
  await engine.listen(config.port, config.host);
  // only now, so that the start is one line
  engine.useLogger(['error', 'warn', 'log']);
  new Logger('Boucle').log(`Serving ${config.dir} on ${await engine.getUrl()}; the API is described at ${await engine.getUrl()}/docs`);
};
