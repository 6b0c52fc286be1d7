import {
  Cause,
  Consumer,
  DocumentStore,
  Door,
  EventStore,
  fold,
  mustExecute,
  RecordedEvent,
  Request,
  StoredDocument,
} from '@boucle/eventsourcing';
import { CatalogueEvent } from './catalogue.events.js';
import { isLabel } from './coded-fields.js';
import { VALUE_MEANINGS_STREAM, valueMeaningDecider, ValueMeanings } from './value-meaning.decider.js';
import { ValueMeaningEvent } from './value-meaning.events.js';
import { WaitingValueEvent } from './waiting-value.events.js';
import { WaitingOfClient, waitingValuesProjection } from './waiting-values.projection.js';

export const waitingValuesName = 'waiting-values-settled';

const ACTOR = `worker:${waitingValuesName}`;
const PAGE = 500;

type Left = Extract<WaitingValueEvent, { type: 'ValueLeftWaiting' }>;
type Called = Extract<CatalogueEvent, { type: 'CatalogueEntryAdded' | 'CatalogueEntryRelabelled' }>;

/** Fills fields with what their values mean as soon as both are known, whichever came first; a value that a catalogue gets means what is called so. */
export const waitingValuesWorker = (events: EventStore, documents: DocumentStore, door: Door): Consumer => {
  const meanings = async (): Promise<ValueMeanings> =>
    fold(valueMeaningDecider, valueMeaningDecider.initial, await events.read(VALUE_MEANINGS_STREAM));

  /** The file said it, and the import brought it; that it can be understood is what happens now. */
  const causeOf = (event: RecordedEvent, key: string, source: string, importId: string, history: boolean): Cause => {
    const { id, occurredAt: now } = event.metadata;
    return { id, correlationId: importId, now, actor: `import:${source}`, key, ...(history && { history }) };
  };

  async function* pages(filter: Parameters<DocumentStore['find']>[1]): AsyncGenerator<StoredDocument<WaitingOfClient>[]> {
    for (let after: string | undefined; ;) {
      const page = await documents.find<WaitingOfClient>(waitingValuesProjection.name, filter, { after, limit: PAGE });
      yield page;
      if (page.length < PAGE) return;
      after = page[page.length - 1].key;
    }
  }

  const settleAll = async (event: RecordedEvent<ValueMeaningEvent>): Promise<void> => {
    const { valueId, code } = event.data;
    for await (const page of pages({ field: `of.${valueId}`, is: 'eq', value: true })) {
      const requests = page.flatMap(({ document }): Request[] => {
        const { clientId, values } = document!;
        return values
          .filter((value) => value.valueId === valueId)
          .map(({ field, recordId, source, importId, history }) => ({
            message: { type: 'SettleWaitingValue', data: { clientId, valueId, field, recordId, code } },
            cause: causeOf(event, `${clientId}/${recordId}`, source, importId, history),
          }));
      });
      await mustExecute(door, requests);
    }
  };

  const settleIfKnown = async (left: readonly RecordedEvent<Left>[]): Promise<void> => {
    if (left.length === 0) return;
    const known = await meanings();
    const requests = left.flatMap((event): Request[] => {
      const { clientId, valueId, field, recordId, source } = event.data;
      if (!Object.hasOwn(known, valueId)) return [];
      const { correlationId, history = false } = event.metadata;
      const data = { clientId, valueId, field, recordId, code: known[valueId] };
      return [{ message: { type: 'SettleWaitingValue', data }, cause: causeOf(event, 'settle', source, correlationId, history) }];
    });
    await mustExecute(door, requests);
  };

  const mapCalled = async (event: RecordedEvent<Called>): Promise<void> => {
    const { catalogue, code, labels } = event.data;
    const called = new Map<string, Request>();
    for await (const page of pages({ all: [] }))
      for (const { document } of page)
        for (const { valueId, source, field, catalogue: of, text } of document!.values)
          if (of === catalogue && (text === code || isLabel(labels, text)))
            called.set(valueId, {
              message: { type: 'MapWaitingValue', data: { valueId, source, field, catalogue, code } },
              cause: {
                id: event.metadata.id,
                correlationId: event.metadata.correlationId,
                now: event.metadata.occurredAt,
                actor: ACTOR,
                key: valueId,
              },
            });
    await mustExecute(door, [...called.values()]);
  };

  return {
    name: waitingValuesName,
    types: ['ValueLeftWaiting', 'WaitingValueMapped', 'CatalogueEntryAdded', 'CatalogueEntryRelabelled'],
    needs: [waitingValuesProjection.name],
    sealed: true,
    take: async (batch) => {
      await settleIfKnown(batch.filter((event) => event.type === 'ValueLeftWaiting') as RecordedEvent<Left>[]);
      for (const event of batch)
        if (event.type === 'WaitingValueMapped') await settleAll(event as RecordedEvent<ValueMeaningEvent>);
        else if (event.type !== 'ValueLeftWaiting') await mapCalled(event as RecordedEvent<Called>);
    },
  };
};
