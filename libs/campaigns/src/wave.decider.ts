import { Decider, DomainError } from '@boucle/eventsourcing';
import { AbandonWave, CompleteDispatch, CompleteTargeting, TakeDecisions } from './wave.commands.js';
import { WaveEvent } from './wave.events.js';

/** What the rules of one wave read. */
export interface Wave {
  readonly chunks: number;
  readonly status: 'targeting' | 'targeted' | 'abandoned' | 'dispatched';
}

export const waveStream = (campaignId: string, wave: number): string => `wave-${campaignId}-${wave}`;

const commands = { TakeDecisions, CompleteTargeting, AbandonWave, CompleteDispatch };

const targeting = ({ status }: Wave, wave: number): void => {
  if (status !== 'targeting') throw new DomainError(`wave-${status}`, `Wave ${wave} is ${status}`);
};

export const waveDecider: Decider<Wave, typeof commands, WaveEvent> = {
  commands,
  stream: ({ campaignId, wave }) => waveStream(campaignId, wave),
  initial: { chunks: 0, status: 'targeting' },
  decide: {
    TakeDecisions: (state, { campaignId, wave, chunk, decisions }) => {
      if (chunk < state.chunks) return [];
      targeting(state, wave);
      if (chunk > state.chunks) throw new DomainError('wrong-chunk', `Wave ${wave} expects chunk ${state.chunks}, not ${chunk}`);
      return [{ type: 'DecisionsTaken', data: { campaignId, wave, chunk, decisions } }];
    },
    CompleteTargeting: (state, { campaignId, wave, asOf, counts, merkleRoot, segment }) => {
      if (state.status === 'targeted' || state.status === 'dispatched') return [];
      targeting(state, wave);
      return [
        { type: 'WaveTargeted', data: { campaignId, wave, asOf, chunks: state.chunks, counts, merkleRoot, ...(segment && { segment }) } },
      ];
    },
    AbandonWave: (state, { campaignId, wave, reason }) => {
      if (state.status === 'abandoned') return [];
      targeting(state, wave);
      return [{ type: 'WaveAbandoned', data: { campaignId, wave, reason } }];
    },
    CompleteDispatch: (state, { campaignId, wave, mailed, withheld }) => {
      if (state.status === 'dispatched') return [];
      if (state.status !== 'targeted') throw new DomainError('not-targeted', `Wave ${wave} is not targeted`);
      return [{ type: 'WaveDispatched', data: { campaignId, wave, mailed, withheld } }];
    },
  },
  evolve: {
    DecisionsTaken: (state, { chunk }) => ({ ...state, chunks: chunk + 1 }),
    WaveTargeted: (state) => ({ ...state, status: 'targeted' }),
    WaveAbandoned: (state) => ({ ...state, status: 'abandoned' }),
    WaveDispatched: (state) => ({ ...state, status: 'dispatched' }),
  },
};
