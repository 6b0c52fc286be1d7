import { Injectable } from '@nestjs/common';
import { DomainError, EventStore, fold, NO_STREAM } from '@boucle/eventsourcing';
import {
  catalogueDecider,
  Catalogues,
  CATALOGUES_STREAM,
  ChangeClientDetails,
  misfitOf,
  misfitOrigin,
  RegisterClient,
} from '@boucle/clients';

/** Knows the closed lists as the log has them, and refuses what is in none of them. */
@Injectable()
export class CatalogueCheck {
  private catalogues = catalogueDecider.initial;
  private revision = NO_STREAM;

  constructor(private readonly events: EventStore) {}

  /** The catalogues at the head of the log. */
  async now(): Promise<Catalogues> {
    const tail = await this.events.read(CATALOGUES_STREAM, this.revision + 1);
    const last = tail.at(-1);
    if (last && last.revision > this.revision) {
      const news = tail.filter(({ revision }) => revision > this.revision);
      this.catalogues = fold(catalogueDecider, this.catalogues, news);
      this.revision = last.revision;
    }
    return this.catalogues;
  }

  /** Why each command is refused for what it says about a person, null where nothing is; null as a whole where none says anything. */
  async refusals(commands: readonly object[]): Promise<(DomainError | null)[] | null> {
    if (!commands.some(saysWho)) return null;
    const catalogues = await this.now();
    return commands.map((command) => {
      if (!saysWho(command)) return null;
      const { person, origin } = command as Partial<RegisterClient>;
      const misfit = (person && misfitOf(catalogues, person)) ?? (origin && misfitOrigin(catalogues, origin));
      return misfit ? new DomainError('not-in-catalogue', misfit.reason, misfit.field) : null;
    });
  }
}

const saysWho = (command: object): boolean =>
  command instanceof ChangeClientDetails || (command instanceof RegisterClient && (command.person ?? command.origin) !== undefined);
