import { Command, CommandRunner, Option } from 'nest-commander';
import { readConfig } from '../../engine/src/config.js';
import { PROCESS_ROLES, rolesOf } from '../../engine/src/process-roles.js';

@Command({ name: 'serve', description: 'Serve the engine over HTTP on its data folder, or on the servers whose URLs are set' })
export class ServeCommand extends CommandRunner {
  async run(_words: string[], { role = PROCESS_ROLES.join() }: { role?: string }): Promise<void> {
    const roles = rolesOf(role);
    // HTTP is slow to load, and no other command needs it
    const { serve } = await import('../../engine/src/main.js');
    await serve(readConfig(process.env), roles);
  }

  @Option({
    flags: '--role <roles>',
    description: `what this process does, with commas between: ${PROCESS_ROLES.join(', ')} (default: all)`,
  })
  parseRole(text: string): string {
    return text;
  }
}
