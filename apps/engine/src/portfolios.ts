import { Injectable } from '@nestjs/common';
import { Clock, DocumentStore, everyDocument } from '@boucle/eventsourcing';
import { actingOn, Portfolio, portfoliosProjection, salespeopleProjection, SalespersonFile, WholeFiles } from '@boucle/clients';

/** Everybody who sells for us, by id. */
export const everySalesperson = async (documents: DocumentStore): Promise<ReadonlyMap<string, SalespersonFile>> => {
  const files = new Map<string, SalespersonFile>();
  for await (const page of everyDocument<SalespersonFile>(documents, salespeopleProjection.name))
    for (const { key, document } of page) if (document) files.set(key, document);
  return files;
};

/** Tells whose clients are whose. */
@Injectable()
export class Portfolios {
  constructor(
    private readonly documents: DocumentStore,
    private readonly clock: Clock,
  ) {}

  /** Whose work a salesperson does today: his own, and that of those for whom he stands in. */
  async actingFor(salespersonId: string): Promise<ReadonlySet<string>> {
    const files = await everySalesperson(this.documents);
    const today = this.clock.now().slice(0, 10);
    const absent = [...files.values()].filter((file) => actingOn(file, today, (id) => files.get(id) ?? null) === salespersonId);
    return new Set([salespersonId, ...absent.map((file) => file.salespersonId)]);
  }

  /** Those of the ids under which one of these salespeople looks after a client, whichever of the client's ids they are. */
  async among(clientIds: readonly string[], salespeople: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const files = new WholeFiles(this.documents);
    const found = await files.survivors<Portfolio>(portfoliosProjection.name, clientIds);
    const whole = await files.portfolios([...new Set(found.values())]);
    const own = new Set(whole.flatMap(({ clientId, ownerId }) => (ownerId !== null && salespeople.has(ownerId) ? [clientId] : [])));
    return new Set([...found].flatMap(([id, { clientId }]) => (own.has(clientId) ? [id] : [])));
  }
}
