import { marketOf, planOn } from '../../apps/cli/src/demo/options.js';
import { runCampaign } from '../../apps/cli/src/demo/run.js';
import { writeTrial } from './small-trial.js';

const ARMS = { letter: [0.4, 0.3], mail: [0.4, 0.2], none: [0.2, 0.1] } as const;

/** Runs a campaign of three waves over 600 clients to its end in a data folder. */
export const runSmallCampaign = async (dir: string): Promise<void> => {
  const trial = writeTrial({ rows: 600, arms: ARMS, notContacted: 'none' });
  const options = {
    trial,
    answers: 'resample',
    contactAll: false,
    waves: 3,
    waveSize: 150,
    holdOut: 0.1,
    seeds: [1],
    posterior: 'independent',
    json: true,
  } as const;
  const market = (await marketOf(options, '.', () => undefined))(1);
  await runCampaign({ market, plan: planOn(market, options), seed: 1, dir }, { progress: () => undefined, wave: () => undefined });
};
