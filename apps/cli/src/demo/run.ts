import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { auditLedger, Analysis, CampaignEvent, campaignStream, PlanCampaign, whatIfEachOffer, wavesOf } from '@boucle/campaigns';
import { Cause, DocumentStore, EventStore, hashLog, mustExecute, NAMESPACE, RecordedEvent, Request, uuidv5 } from '@boucle/eventsourcing';
import { Adapters, EVENTS_FILE, onServersAnd, openAdapters } from '../../../engine/src/adapters.js';
import { CommandDoor } from '../../../engine/src/door.js';
import { EngineModule } from '../../../engine/src/engine.module.js';
import { Processors, Run } from '../../../engine/src/processors.js';
import { PROCESS_ROLES } from '../../../engine/src/process-roles.js';
import { Market } from '../market/market.js';
import { marketWorker } from './market.worker.js';
import { refuseAnother } from './resume.js';
import { ArmEstimate, RunReport } from './report.js';
import { SteppedClock } from './stepped-clock.js';

const REGISTERED_AT_ONCE = 500;
const ACTOR = 'demo';
/** Nobody asks it anything, so that it needs no search index. */
const UNASKED = PROCESS_ROLES.filter((role) => role !== 'api');

/** A campaign to run against a market; `plan` names the campaign and everything but its seed. */
export interface Experiment {
  readonly market: Market;
  readonly plan: Omit<PlanCampaign, 'seed'>;
  readonly seed: number;
  readonly dir: string;
}

/** What the outside sees while a campaign runs. */
export interface Watching {
  progress(what: string): void;
  wave(wave: number, analysis: Analysis): void;
}

/** Runs a campaign to its end through the whole engine in a data folder, or goes on where an earlier run stopped. */
export const runCampaign = async (experiment: Experiment, watching: Watching): Promise<RunReport> => {
  const { market, plan, seed, dir } = experiment;
  const correlationId = uuidv5(NAMESPACE, 'demo', market.origin, market.name, seed);
  const clientIds = market.clients.map(({ foreignId }) => uuidv5(NAMESPACE, seed, market.name, foreignId));
  const places = new Map(clientIds.map((clientId, i) => [clientId, i]));
  const clock = new SteppedClock(market.start);
  const stepped: Run = { follow: false, roles: UNASKED, consumers: (door) => [marketWorker(market, places, String(seed), door)] };
  const config = onServersAnd(dir);
  const adapters = await openAdapters(config);
  try {
    await refuseAnother(adapters.events, dir, { ...plan, seed: String(seed) }, correlationId);
    const app = await NestFactory.createApplicationContext(EngineModule.on(adapters, clock, stepped, config), {
      logger: ['error', 'warn'],
    });
    try {
      const cause: Cause = { id: correlationId, correlationId, now: market.start, actor: ACTOR };
      await begin(experiment, clientIds, app.get(CommandDoor), cause, watching);
      await carryThrough(experiment, adapters, app.get(Processors), clock, watching);
      watching.progress('hashing the log');
      const log = config.eventStoreUrl === null ? join(dir, EVENTS_FILE) : 'EventStoreDB';
      return await reportOf(adapters.events, adapters.documents, plan.campaignId, seed, log);
    } finally {
      await app.close();
    }
  } finally {
    await adapters.close();
  }
};

/** Plans the campaign, registers its clients and launches it. */
const begin = async (
  { market, plan, seed }: Experiment,
  clientIds: readonly string[],
  door: CommandDoor,
  cause: Cause,
  watching: Watching,
): Promise<void> => {
  // first of all: whoever goes on with the folder can tell by it whose run it is
  await mustExecute(door, [{ message: { type: 'PlanCampaign', data: { ...plan, seed: String(seed) } }, cause }]);
  watching.progress(`registering clients 0/${clientIds.length}`);
  for (let start = 0; start < clientIds.length; start += REGISTERED_AT_ONCE) {
    const requests = clientIds.slice(start, start + REGISTERED_AT_ONCE).map((clientId, i): Request => {
      const { attributes } = market.clients[start + i];
      return { message: { type: 'RegisterClient', data: { clientId, attributes } }, cause };
    });
    await mustExecute(door, requests);
    watching.progress(`registering clients ${Math.min(start + REGISTERED_AT_ONCE, clientIds.length)}/${clientIds.length}`);
  }
  await mustExecute(door, [{ message: { type: 'LaunchCampaign', data: { campaignId: plan.campaignId } }, cause }]);
};

/** Lets wave follow wave until nothing is left to wait for. */
const carryThrough = async (
  { market, plan: { campaignId } }: Experiment,
  { events, documents }: Adapters,
  processors: Processors,
  clock: SteppedClock,
  watching: Watching,
): Promise<void> => {
  const history = (await events.read(campaignStream(campaignId))) as RecordedEvent<CampaignEvent>[];
  clock.moveTo(history.reduce((latest, { metadata }) => (metadata.occurredAt > latest ? metadata.occurredAt : latest), market.start));
  let shown = 0;
  for (let alarm: string | null; ; clock.moveTo(alarm)) {
    await processors.ring();
    await processors.settle();
    for (const { wave, analysis } of await wavesOf(documents, campaignId)) {
      if (analysis === null || wave <= shown) continue;
      watching.wave(wave, analysis);
      shown = wave;
    }
    alarm = processors.nextAlarm();
    if (alarm === null) break;
    watching.progress(`wave ${shown + 1}: the response window ends ${alarm}`);
  }
};

const reportOf = async (
  events: EventStore,
  documents: DocumentStore,
  campaignId: string,
  seed: number,
  path: string,
): Promise<RunReport> => {
  const waves = await wavesOf(documents, campaignId);
  const analyses = waves.flatMap(({ wave, analysis }) => (analysis ? [{ wave, analysis }] : []));
  const total = (of: (analysis: Analysis) => number): number => analyses.reduce((sum, { analysis }) => sum + of(analysis), 0);
  const decided = total((analysis) => analysis.decided);
  const responses = total((analysis) => analysis.responses);
  const offPolicy = await whatIfEachOffer(events, campaignId, waves[0].plan);
  const ledger = await auditLedger(events, campaignId);
  const log = await hashLog(events);
  return {
    seed,
    decided,
    skipped: total((analysis) => analysis.skipped),
    responses,
    rate: decided > 0 ? responses / decided : 0,
    waves: analyses.map(({ wave, analysis }) => {
      const { decided, contacted, heldOut, responses, rate, low, high, lift, cost, margin, shares, reason } = analysis;
      const readings = { lift: lift?.lift ?? null, liftLow: lift?.low ?? null, liftHigh: lift?.high ?? null };
      return { wave, decided, contacted, heldOut, responses, rate, low, high, ...readings, cost, margin, allocation: shares, reason };
    }),
    offPolicy: Object.fromEntries(
      Object.entries(offPolicy).map(([arm, estimate]): [string, ArmEstimate] => {
        if ('refused' in estimate) return [arm, { refused: estimate.refused }];
        const { snips, low, high, ess } = estimate;
        return [arm, { snips, low, high, ess }];
      }),
    ),
    verdict: analyses.at(-1)!.analysis.verdict,
    ledger: { decisions: ledger.decisions, sha256: ledger.sha256 },
    log: { path, ...log },
  };
};
