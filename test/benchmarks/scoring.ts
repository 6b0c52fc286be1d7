import { Clock, commandHandling, Door, projectionConsumer, Processor } from '@boucle/eventsourcing';
import { SCORED_FROM, ScoreClients, scoresProjection, scoringDecider, scoringWorker } from '@boucle/clients';
import { onFolder, openAdapters } from '../../apps/engine/src/adapters.js';
import { projections } from '../../apps/engine/src/processors.js';
import { clock, Taken } from './measure.js';

/** What a scoring run and its read model took in a process of their own. */
export interface ScoringTaken {
  readonly scoring: Taken;
  readonly scores: Taken;
  /** The most that the process held, MB. */
  readonly memory: number;
  readonly scored: number;
}

export const SCORED_AT: ReturnType<Clock['now']> = '2026-03-01T09:00:00.000Z';

const run = async (dir: string): Promise<ScoringTaken> => {
  const { events, documents, checkpoints, close } = await openAdapters(onFolder(dir));
  const handling = commandHandling(events);
  const door: Door = {
    executeMany: (requests) =>
      handling.handleMany(
        scoringDecider,
        requests.map(({ message: { type, data }, cause }) => {
          const known = scoringDecider.commands[type as keyof typeof scoringDecider.commands];
          return { command: Object.assign(new known(), data), cause };
        }),
      ),
  };
  const command = Object.assign(new ScoreClients(), { asOf: SCORED_AT.slice(0, 10), currency: 'EUR' });
  await handling.handle(scoringDecider, { command, cause: { id: 'bench', correlationId: 'bench', now: SCORED_AT, actor: 'bench' } });
  for (const { projection } of projections)
    if (SCORED_FROM.includes(projection.name)) await new Processor(events, checkpoints, projectionConsumer(projection, documents)).toHead();
  const worker = new Processor(events, checkpoints, scoringWorker(events, documents, door));
  const whileScoring = clock();
  await worker.toHead();
  const scoring = whileScoring();
  const whileReading = clock();
  await new Processor(events, checkpoints, projectionConsumer(scoresProjection, documents)).toHead();
  const scores = whileReading();
  let scored = 0;
  for await (const batch of events.subscribe({ after: 0, types: ['ScoringCompleted'] })) {
    scored = (batch.events[0]?.data as { scored: number } | undefined)?.scored ?? 0;
    if (batch.caughtUp) break;
  }
  await close();
  return { scoring, scores, memory: process.resourceUsage().maxRSS / 1024, scored };
};

process.once('message', (dir: string) => {
  run(dir).then(
    (taken) => process.send!(taken, () => process.disconnect()),
    (error: Error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
