import { causedBy, Consumer, Door, fold, mustExecute, RecordedEvent } from '@boucle/eventsourcing';
import { decisionsProjection } from '@boucle/campaigns';
import {
  householdsProjection,
  identityProjection,
  profileProjection,
  suppressionListsProjection,
  suppressionsProjection,
} from '@boucle/clients';
import { Export, exportDecider, exportStream } from './export.decider.js';
import { ExportEvent, LeftOut, RowEntry } from './export.events.js';
import { launchedPlan, Registers, select } from './selection.js';

/** How many rows stand in an event: who knows the number of a row knows where it stands. */
export const ROWS_PER_EVENT = 500;
const EVENTS_AT_ONCE = 50;
const ACTOR = 'worker:exports';

/** The read models that an export is drawn from. */
export const EXPORTED_FROM: readonly string[] = [
  profileProjection,
  identityProjection,
  suppressionsProjection,
  suppressionListsProjection,
  decisionsProjection,
  householdsProjection,
].map(({ name }) => name);

type Ordered = RecordedEvent<Extract<ExportEvent, { type: 'ExportOrdered' }>>;

/** An export as far as the log tells, a few events in memory at a time. */
const stateOf = async ({ events }: Registers, exportId: string): Promise<Export> => {
  let state = exportDecider.initial;
  for (let revision = 0; ; revision += EVENTS_AT_ONCE) {
    const page = await events.read(exportStream(exportId), revision, EVENTS_AT_ONCE);
    state = fold(exportDecider, state, page);
    if (page.length < EVENTS_AT_ONCE) return state;
  }
};

/** Writes down who stands in an export; after a crash it goes on behind the last client that was looked at. */
export const drawExport = async (registers: Registers, door: Door, ordered: Ordered): Promise<void> => {
  const { exportId, order } = ordered.data;
  const send = (type: string, data: object, key: string) =>
    mustExecute(door, [{ message: { type, data: { exportId, ...data } }, cause: causedBy(ordered, ACTOR, key) }]);
  const { status, chunks, through } = await stateOf(registers, exportId);
  if (status !== 'ordered') return;
  const { mailings } = order;
  const plan = mailings && (await launchedPlan(registers.events, mailings));
  if (mailings && !plan) {
    await send('AbandonExport', { reason: `Campaign ${mailings.campaignId} has launched no wave ${mailings.wave}` }, 'abandon');
    return;
  }
  let chunk = chunks;
  let rows: RowEntry[] = [];
  let excluded: Partial<Record<LeftOut, number>> = {};
  let last = through;
  const write = async (): Promise<void> => {
    await send('WriteRows', { chunk, rows, excluded, through: last }, `rows/${chunk}`);
    chunk++;
    [rows, excluded] = [[], {}];
  };
  for await (const page of select(registers, order, plan, ordered.metadata.occurredAt, through))
    for (const one of page) {
      last = one.clientId;
      if ('reason' in one) excluded[one.reason] = (excluded[one.reason] ?? 0) + 1;
      else rows.push(one);
      if (rows.length === ROWS_PER_EVENT) await write();
    }
  if (last !== through || chunk === 0) await write();
  await send('CompleteExport', {}, 'complete');
};

/** Makes every export that is ordered, one after the other. */
export const exportWorker = (registers: Registers, door: Door): Consumer => ({
  name: 'export-rows',
  types: ['ExportOrdered'],
  needs: EXPORTED_FROM,
  take: async (events) => {
    for (const ordered of events as readonly Ordered[]) await drawExport(registers, door, ordered);
  },
});
