import { Relay } from '@boucle/eventsourcing';
import { Contract, decisionsTopic, tell, wavesTopic } from '@boucle/contracts';
import { WaveEvent } from './wave.events.js';

const { WaveTargeted, WaveAbandoned, WaveDispatched } = wavesTopic.messages;

/** What a wave's events tell other services: each decision to whoever follows its client. */
export const waveRelay: Relay<WaveEvent, Contract> = {
  DecisionsTaken: tell(decisionsTopic.messages.DecisionTaken, ({ data: { campaignId, wave, decisions } }) =>
    decisions.map((decision) => {
      const { clientId, cell } = decision;
      const drawn =
        'arm' in decision
          ? { arm: decision.arm, reason: null, propensities: decision.propensities }
          : { arm: null, reason: decision.reason, propensities: null };
      return { clientId, campaignId, wave, cell, ...drawn };
    }),
  ),
  WaveTargeted: tell(WaveTargeted, ({ data: { campaignId, wave, counts, merkleRoot } }) => {
    const { eligible, drawn, heldOut, excluded } = counts;
    return { campaignId, wave, eligible, drawn, heldOut, excluded: { ...excluded }, merkleRoot };
  }),
  WaveAbandoned: tell(WaveAbandoned, ({ data: { campaignId, wave } }) => ({ campaignId, wave })),
  WaveDispatched: tell(WaveDispatched, ({ data: { campaignId, wave, mailed, withheld } }) => ({ campaignId, wave, mailed, withheld })),
};
