import { Inject, Injectable } from '@nestjs/common';
import { DocumentStore, EventStore } from '@boucle/eventsourcing';
import { Carrier } from './adapters.js';
import { Processors } from './processors.js';

/** How a part that the process stands on is. */
export interface Part {
  readonly name: string;
  readonly ready: boolean;
}

const PATIENCE_MS = 2_000;

const answers = async (ask: () => Promise<unknown>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS, false)));
  try {
    return await Promise.race([ask().then(() => true), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
};

/** Whether the process can do its work: its stores answer within two seconds, and none of its processors is failing. */
@Injectable()
export class Readiness {
  constructor(
    private readonly events: EventStore,
    private readonly documents: DocumentStore,
    private readonly processors: Processors,
    @Inject(Carrier) private readonly carrier: Carrier | null,
  ) {}

  /** Names and verdicts only: what a store says of itself may hold its address and password. */
  async parts(): Promise<Part[]> {
    const { events, documents, carrier } = this;
    const asked: [name: string, ask: () => Promise<unknown>][] = [
      ['event store', () => events.head()],
      ['document store', () => documents.get('checkpoints', 'none')],
    ];
    if (carrier) asked.push(['message bus', () => carrier.bus.prepare([])]);
    const stores = asked.map(async ([name, ask]): Promise<Part> => ({ name, ready: await answers(ask) }));
    const processors = this.processors.all.map(({ name, lastError }): Part => ({ name, ready: lastError === null }));
    return [...(await Promise.all(stores)), ...processors];
  }
}
