import { Command, CommandRunner } from 'nest-commander';
import { readConfig } from '../../engine/src/config.js';
import { serve } from '../../engine/src/main.js';

@Command({ name: 'serve', description: 'Serve the engine over HTTP on its data folder' })
export class ServeCommand extends CommandRunner {
  async run(): Promise<void> {
    await serve(readConfig(process.env));
  }
}
