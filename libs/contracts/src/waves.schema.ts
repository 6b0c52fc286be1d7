import { topic } from './contract.js';
import { channel, wave } from './placement.js';
import { byName, cents, count, described, fields, id, list, nullable, rate, text } from './shapes.js';

const campaign = fields({ campaignId: id });

export const wavesTopic = topic(
  { noun: 'waves', version: 1, key: 'campaignId', summary: 'The course of each campaign, wave after wave' },
  {
    CampaignLaunched: { summary: 'The campaign may start contacting people.', payload: campaign },
    CampaignPaused: { summary: 'Nobody is contacted until further notice.', payload: campaign },
    CampaignResumed: { summary: 'Contacting goes on where it stopped.', payload: campaign },
    CampaignCompleted: { summary: 'The campaign has ended.', payload: campaign },
    WaveLaunched: {
      summary: 'A round begins; whom it addresses is decided as of this event.',
      payload: fields({
        campaignId: id,
        wave,
        offers: described(
          'What can be drawn; without a channel: being left alone',
          list(fields({ name: text, channel: nullable(channel) })),
        ),
      }),
    },
    WaveTargeted: {
      summary: 'Every client of the wave is decided; the Merkle root seals the ledger.',
      payload: fields({
        campaignId: id,
        wave,
        eligible: count,
        drawn: count,
        heldOut: count,
        excluded: described('Clients left out, by reason', byName(count)),
        merkleRoot: text,
      }),
    },
    WaveAbandoned: { summary: 'The wave could not be decided and will not go out.', payload: fields({ campaignId: id, wave }) },
    WaveDispatched: {
      summary: 'Every decision of the wave has been carried out.',
      payload: fields({ campaignId: id, wave, mailed: count, withheld: count }),
    },
    WaveClosed: {
      summary: 'The response window of the wave is over; what comes later counts as late.',
      payload: fields({ campaignId: id, wave }),
    },
    ResponsesAnalysed: {
      summary: 'The closed wave was measured.',
      payload: fields({
        campaignId: id,
        wave,
        decided: count,
        contacted: count,
        heldOut: count,
        responses: count,
        rate: described('Responses per client decided; low and high are its 95% interval', rate),
        low: rate,
        high: rate,
        lift: described('Cumulative over the hold-out; null without one', nullable(fields({ lift: rate, low: rate, high: rate }))),
        cost: cents,
        margin: cents,
        winner: described('The offer proven best, if any', nullable(text)),
        leader: described('The offer that is ahead', text),
        shares: described('Share of each offer in the next wave', byName(rate)),
      }),
    },
  },
);
