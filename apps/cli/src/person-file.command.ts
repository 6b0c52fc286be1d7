import { randomUUID } from 'node:crypto';
import { Command, CommandRunner, Option } from 'nest-commander';
import { Lookups } from '@boucle/adapters';
import { commandHandling, DomainError } from '@boucle/eventsourcing';
import { EXPORT_PURPOSES, ExportPersonFile, ExportPurpose, personFileDecider, Screening } from '@boucle/clients';
import { onFolder, openAdapters } from '../../engine/src/adapters.js';
import { readConfig } from '../../engine/src/config.js';
import { readPersonFile } from '../../engine/src/person-file.js';
import { oneOf } from './arguments.js';

const ACTOR = 'command-line';

@Command({
  name: 'person-file',
  arguments: '<client>',
  description:
    'Print everything that is known of a client as JSON: data, decisions about him, sources and recipients; the log remembers it',
})
export class PersonFileCommand extends CommandRunner {
  async run([clientId]: string[], { purpose, dir }: { purpose: ExportPurpose; dir?: string }): Promise<void> {
    const adapters = await openAdapters(dir === undefined ? readConfig(process.env) : onFolder(dir));
    const { events, documents, vault, carrier } = adapters;
    const screening = new Screening(documents, () => new Lookups(vault).lookup());
    try {
      const file = await readPersonFile({ events, documents, screening, published: carrier !== null }, clientId);
      if (!file) throw new DomainError('unknown-client', `There is no client ${clientId}`, 'client');
      const id = randomUUID();
      const command = Object.assign(new ExportPersonFile(), { clientId: file.clientId, exportId: id, purpose, events: file.events.length });
      const cause = { id, correlationId: id, now: new Date().toISOString(), actor: ACTOR };
      await commandHandling(events).handle(personFileDecider, { command, cause });
      console.log(JSON.stringify(file, null, 2));
    } finally {
      await adapters.close();
    }
  }

  @Option({ flags: '--purpose <purpose>', description: EXPORT_PURPOSES.join(', '), required: true })
  purpose(value: string): string {
    return oneOf('--purpose', EXPORT_PURPOSES, value);
  }

  @Option({ flags: '--dir <folder>', description: 'a data folder that no engine holds; what the settings name if left out' })
  dir(value: string): string {
    return value;
  }
}
