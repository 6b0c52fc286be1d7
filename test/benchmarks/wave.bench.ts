import { join } from 'node:path';
import { EmbeddedEventStore } from '@boucle/adapters';
import { NestFactory } from '@nestjs/core';
import { mustExecute, Request } from '@boucle/eventsourcing';
import { waveStream } from '@boucle/campaigns';
import { onFolder, openAdapters } from '../../apps/engine/src/adapters.js';
import { CommandDoor } from '../../apps/engine/src/door.js';
import { EngineModule } from '../../apps/engine/src/engine.module.js';
import { PROCESS_ROLES } from '../../apps/engine/src/process-roles.js';
import { Processors } from '../../apps/engine/src/processors.js';
import { SteppedClock } from '../../apps/cli/src/demo/stepped-clock.js';
import { CLIENTS, clientHistory, inGroups } from './events.js';
import { inFolder, median, progress, Result, result, seconds } from './measure.js';

const ROUNDS = 5;
const BATCH = 500;
const START = '2026-01-01T00:00:00.000Z';

/** What a wave over every client takes: decided, written into the ledger, mailed, projected. */
const waveSeconds = async (folder: string): Promise<number> => {
  const config = onFolder(join(folder, 'engine'));
  const adapters = await openAdapters(config);
  const stepped = { follow: false, roles: PROCESS_ROLES, consumers: () => [] };
  const app = await NestFactory.createApplicationContext(EngineModule.on(adapters, new SteppedClock(START), stepped, config), {
    logger: ['error'],
  });
  const door = app.get(CommandDoor);
  const processors = app.get(Processors);
  const cause = { id: '6f1b7a52-0f0f-5c1e-9d55-0b0c1e5c0a12', correlationId: 'benchmark', now: START, actor: 'benchmark' };
  for (let start = 0; start < CLIENTS; start += BATCH) {
    const requests = Array.from({ length: BATCH }, (_, i): Request => {
      const clientId = `client${String(start + i).padStart(8, '0')}`;
      return { message: { type: 'RegisterClient', data: { clientId, attributes: { region: `r${(start + i) % 13}` } } }, cause };
    });
    await mustExecute(door, requests);
  }
  await processors.settle();
  const offers = ['letter', 'card', 'mail'].map((name) => ({ name, channel: 'post', cost: 55, margin: 4000 }));
  const plan = {
    campaignId: 'spring',
    name: 'Spring',
    offers,
    cells: ['region'],
    waveSize: CLIENTS,
    consent: 'not-checked',
    holdOut: 0.1,
    responseWindowDays: 14,
    stop: { waves: 1 },
  };
  await mustExecute(door, [{ message: { type: 'PlanCampaign', data: plan }, cause }]);
  await mustExecute(door, [{ message: { type: 'LaunchCampaign', data: { campaignId: 'spring' } }, cause }]);
  const taken = await seconds(() => processors.settle());
  const ledger = await adapters.events.read(waveStream('spring', 1));
  if (ledger.at(-1)?.type !== 'WaveDispatched') throw new Error('the wave did not go out');
  await app.close();
  await adapters.close();
  return taken;
};

/** Seconds to append as many single events to as many streams, and nothing else. */
const appendSeconds = async (folder: string): Promise<number> => {
  const store = new EmbeddedEventStore(join(folder, 'raw.sqlite'));
  let taken = 0;
  for (const group of inGroups(clientHistory(CLIENTS), BATCH))
    taken += await seconds(() => Promise.all(group.map(({ stream, revision, event }) => store.append(stream, revision - 1, [event]))));
  store.close();
  return taken;
};

/** A wave over 100,000 clients with its ledger and mailings. */
export const waveBenchmark = async (): Promise<Result[]> => {
  const rounds: { wave: number; append: number }[] = [];
  for (let number = 1; number <= ROUNDS; number++) {
    rounds.push(await inFolder(async (folder) => ({ append: await appendSeconds(folder), wave: await waveSeconds(folder) })));
    progress(`round ${number}: ${JSON.stringify(rounds.at(-1))}`);
  }
  return [
    result(
      'decisions per second, wave over 100,000 clients with ledger, mailings and read models',
      CLIENTS / median(rounds.map(({ wave }) => wave)),
    ),
    result('the same as a share of the raw append rate', median(rounds.map(({ wave, append }) => append / wave))),
  ];
};
