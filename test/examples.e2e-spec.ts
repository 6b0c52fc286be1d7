import { ChildProcessWithoutNullStreams, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { WaveResults } from '@boucle/campaigns';
import { CloudEvent } from '@boucle/contracts';
import { newFolder } from './support/folders.js';
import { daysLater, ServedEngine, START, until } from './support/served-engine.js';
import { runSmallCampaign } from './support/small-campaign.js';

const examples = join(__dirname, '../examples');
const hasPython = spawnSync('python3', ['--version']).status === 0;

let engine: ServedEngine;
afterEach(() => engine.discard());

/** Keys are asked for; gives what leads a service of another house in. */
const keyForService = async (): Promise<NodeJS.ProcessEnv> => {
  engine.key = await engine.keyOf('administrator');
  return { ...process.env, BOUCLE_KEY: await engine.keyOf('service') };
};

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);

/** What the report of a wave says of its clients, however they were treated. */
const countsOf = ({ mailed, withheld, cost, arms, heldOut, unsent, amounts, late }: WaveResults) => {
  const tallies = [...Object.values(arms).flatMap((ofCell) => Object.values(ofCell)), heldOut, unsent];
  const total = (of: 'responded' | 'purchased'): number => tallies.reduce((all, tally) => all + tally[of], 0);
  const reactions = { responded: total('responded'), purchased: total('purchased'), amounts, late };
  return { decided: mailed + sum(withheld), mailed, cost, withheld, ...reactions };
};

(hasPython ? describe : describe.skip)(`A subscriber in Python${hasPython ? '' : ' (python3 is not installed)'}`, () => {
  it('arrives at the counts of the reports from position 0', async () => {
    const dir = newFolder();
    await runSmallCampaign(dir);
    engine = await ServedEngine.start({ dir });
    const mailed = (await engine.get('/events?types=boucle.MailingDispatched.v1&limit=1')).body as string;
    const { data, time } = JSON.parse(mailed.split('\n')[0]) as CloudEvent & { data: { clientId: string } };
    engine.clock.moveTo(daysLater(1000));
    // it happened within the window, and is told when the wave has long been closed
    await engine.write('/responses', { clientId: data.clientId, responseId: 'late', kind: 'coupon', occurredAt: time });
    await engine.quiet();
    const campaigns = (await engine.read('/campaigns')) as { campaignId: string }[];
    const { stdout } = await promisify(execFile)('python3', [join(examples, 'subscriber.py'), engine.url], { env: await keyForService() });
    const counted = JSON.parse(stdout) as Record<string, Record<string, object>>;
    expect(Object.keys(counted)).toEqual(campaigns.map(({ campaignId }) => campaignId));
    for (const { campaignId } of campaigns) {
      const waves = (await engine.read(`/campaigns/${campaignId}/waves`)) as WaveResults[];
      expect(waves.length).toBeGreaterThan(1);
      expect(counted[campaignId]).toEqual(Object.fromEntries(waves.map((wave) => [wave.wave, countsOf(wave)])));
      expect(waves.reduce((all, wave) => all + countsOf(wave).responded, 0)).toBeGreaterThan(10);
      expect(waves[0].late.responses).toBe(1);
    }
  });
});

describe('The till', () => {
  let till: ChildProcessWithoutNullStreams;
  afterEach(async () => {
    till.kill();
    await once(till, 'close');
  });

  it('greets each client with the offer decided for him, until he has bought', async () => {
    engine = await ServedEngine.start();
    till = spawn(process.execPath, [join(examples, 'till.mjs'), engine.url], { env: await keyForService() });
    const greetings = createInterface({ input: till.stdout });
    const greeted = async (clientId: string): Promise<string> => {
      const greeting = once(greetings, 'line') as Promise<[string]>;
      till.stdin.write(`${clientId}\n`);
      return (await greeting)[0];
    };
    const comes = (clientId: string, greeting: string): Promise<string> =>
      until(
        () => greeted(clientId),
        (heard) => heard === greeting,
      );

    await engine.write('/clients', { clientId: 'ann', attributes: {} });
    expect(await greeted('ann')).toBe('Welcome back!');
    const offers = ['coffee', 'tea'].map((name) => ({ name, channel: 'post', cost: 1, margin: 100 }));
    await engine.write('/campaigns', {
      campaignId: 'spring',
      name: 'Spring',
      offers,
      waveSize: 1,
      consent: 'not-checked',
      holdOut: 0,
      responseWindowDays: 7,
      stop: { waves: 1 },
    });
    await engine.write('/campaigns/spring/launch');
    await engine.quiet();
    const { decision } = (await engine.read('/campaigns/spring/waves/1/decisions/ann')) as { decision: { arm: string } };
    await comes('ann', `Welcome back! Today for you: ${decision.arm}`);
    expect(await greeted('stranger')).toBe('Welcome back!');
    await engine.write('/purchases', { clientId: 'ann', purchaseId: 'order-1', amount: 100, currency: 'EUR', occurredAt: START });
    await comes('ann', 'Welcome back!');
  });
});
