import { Command, CommandRunner, Option } from 'nest-commander';
import { auditLedger, CampaignEvent } from '@boucle/campaigns';
import { hashLog, RecordedEvent } from '@boucle/eventsourcing';
import { onServersAnd, openAdapters } from '../../engine/src/adapters.js';
import { enginesIn } from './engine-folders.js';
import { progressLine } from './progress.js';

@Command({ name: 'verify', description: 'Print the hashes of the log and of every ledger, and check the Merkle root of each wave' })
export class VerifyCommand extends CommandRunner {
  async run(_: string[], { dir }: { dir: string }): Promise<void> {
    for (const folder of enginesIn(dir)) if (!(await verify(folder))) process.exitCode = 1;
  }

  @Option({ flags: '--dir <folder>', description: 'a data folder, or one that holds several', required: true })
  dir(value: string): string {
    return value;
  }
}

/** Prints what the log of a folder proves; false if a seal does not fit. */
const verify = async (folder: string): Promise<boolean> => {
  const adapters = await openAdapters(onServersAnd(folder));
  const progress = progressLine();
  let intact = true;
  try {
    const { events } = adapters;
    const log = await hashLog(events, (count) => progress.show(`${folder}: ${count} events`));
    progress.clear();
    console.log(`${folder}: ${log.events} events`);
    console.log(`  log, in order          sha256 ${log.sha256}`);
    console.log(`  log, stream by stream  sha256 ${log.streamsSha256}`);
    const campaigns: string[] = [];
    for await (const batch of events.subscribe({ after: 0, types: ['CampaignPlanned'] })) {
      campaigns.push(...(batch.events as RecordedEvent<CampaignEvent>[]).map(({ data }) => data.campaignId));
      if (batch.caughtUp) break;
    }
    for (const campaignId of campaigns) {
      const { decisions, sha256, waves } = await auditLedger(events, campaignId);
      console.log(`  ledger of ${campaignId}: ${decisions} decisions, sha256 ${sha256}`);
      for (const { wave, decisions, sealedRoot, root, segment } of waves) {
        const fits = sealedRoot === root;
        if (sealedRoot !== null && !fits) intact = false;
        const word = sealedRoot === null ? 'not sealed' : fits ? 'seal fits' : `SEAL BROKEN: sealed as ${sealedRoot}`;
        console.log(`    wave ${wave}: ${decisions} decisions, Merkle root ${root}, ${word}`);
        if (segment === null) continue;
        if (!segment.fits) intact = false;
        const { segmentId, version, count } = segment;
        console.log(
          `      drawn from segment ${segmentId}, rule ${version}, ${count} members: ${segment.fits ? 'the log tells the same' : 'THE LOG TELLS OTHERS'}`,
        );
      }
    }
  } finally {
    await adapters.close();
  }
  return intact;
};
