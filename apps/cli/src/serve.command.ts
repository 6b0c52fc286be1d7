import { Command, CommandRunner } from 'nest-commander';
import { readConfig } from '../../engine/src/config.js';

@Command({ name: 'serve', description: 'Serve the engine over HTTP on its data folder' })
export class ServeCommand extends CommandRunner {
  async run(): Promise<void> {
    // HTTP is slow to load, and no other command needs it
    const { serve } = await import('../../engine/src/main.js');
    await serve(readConfig(process.env));
  }
}
