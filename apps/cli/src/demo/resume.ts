import { CampaignEvent, campaignStream, Plan, PlanCampaign, planOf } from '@boucle/campaigns';
import { canonicalJson, EventStore, RecordedEvent } from '@boucle/eventsourcing';
import { UsageError } from '../usage-error.js';

/** What the command line decides of a plan. */
const OPTIONS: Readonly<Record<string, (plan: Plan) => unknown>> = {
  '--waves': ({ stop }) => stop.waves,
  '--wave-size': ({ waveSize }) => waveSize,
  '--hold-out': ({ holdOut }) => holdOut,
  '--floor': ({ floor }) => floor,
  '--cells': ({ cells }) => cells.join(),
  '--posterior': ({ posterior }) => posterior,
};

/** How the run in a folder differs from the one asked for, in words; null if it is the same. */
const difference = (begun: RecordedEvent<CampaignEvent> | undefined, plan: Plan, correlationId: string): string | null => {
  if (begun?.type !== 'CampaignPlanned') return 'a run of another trial';
  const differing = Object.entries(OPTIONS).find(([, read]) => read(begun.data.plan) !== read(plan));
  if (differing) {
    const [option, read] = differing;
    return `a run with ${option} ${JSON.stringify(read(begun.data.plan))}, not ${JSON.stringify(read(plan))}`;
  }
  if (canonicalJson(begun.data.plan) !== canonicalJson(plan)) return 'a run with other offers';
  return begun.metadata.correlationId === correlationId ? null : 'a run with other rows, or with other --answers';
};

/** A run plans its campaign first of all; a server's log holds events of its own from the beginning. */
const anythingPlanned = async (events: EventStore): Promise<boolean> => {
  for await (const batch of events.subscribe({ after: 0, types: ['CampaignPlanned'] })) {
    if (batch.events.length > 0) return true;
    if (batch.caughtUp) break;
  }
  return false;
};

/** Refuses to go on in a folder where another run has begun: trial, options and seed must be the same. */
export const refuseAnother = async (events: EventStore, dir: string, asked: PlanCampaign, correlationId: string): Promise<void> => {
  if (!(await anythingPlanned(events))) return;
  const [begun] = (await events.read(campaignStream(asked.campaignId), 0, 1)) as RecordedEvent<CampaignEvent>[];
  const differs = difference(begun, planOf(asked), correlationId);
  if (differs !== null)
    throw new UsageError(`${dir} holds ${differs}. Ask for the same run to go on with it, or name another folder with --dir.`);
};
