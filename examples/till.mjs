// A till that greets the client with his next best offer. It knows nothing of Boucle but what GET /asyncapi promises.
// Usage: node examples/till.mjs [http://127.0.0.1:3000]; then type the id of a client's card and press return.
// Where the engine asks for keys, BOUCLE_KEY holds one of the role `service`.
import { createInterface } from 'node:readline';

const api = process.argv[2] ?? 'http://127.0.0.1:3000';
const key = process.env.BOUCLE_KEY;
const headers = key ? { authorization: `Bearer ${key}` } : {};
const open = new Map(); // waves that still run, by campaign
const offers = new Map(); // what was decided for each client

const hear = {
  'boucle.WaveLaunched.v1': ({ campaignId, wave }) => open.set(campaignId, wave),
  'boucle.WaveClosed.v1': ({ campaignId }) => open.delete(campaignId),
  'boucle.CampaignCompleted.v1': ({ campaignId }) => open.delete(campaignId),
  'boucle.DecisionTaken.v1': (decision) => offers.set(decision.clientId, decision),
  'boucle.PurchaseRecorded.v1': ({ clientId }) => offers.delete(clientId), // he has had it
};

const greeting = (clientId) => {
  const { campaignId, wave, arm } = offers.get(clientId) ?? {};
  return arm && open.get(campaignId) === wave ? `Welcome back! Today for you: ${arm}` : 'Welcome back!';
};

createInterface({ input: process.stdin }).on('line', (clientId) => console.log(greeting(clientId.trim())));

for (let after = 0; ;) {
  const answer = await fetch(`${api}/events?after=${after}&types=${Object.keys(hear)}&limit=10000&wait=30`, { headers });
  for (const line of (await answer.text()).split('\n').filter(Boolean)) {
    const { type, data, position } = JSON.parse(line);
    hear[type](data);
    after = position;
  }
}
