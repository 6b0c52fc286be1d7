import { Decider } from '@boucle/eventsourcing';
import { KeepAnalysis } from './analysis.commands.js';
import { AnalysisEvent } from './analysis.events.js';

const commands = { KeepAnalysis };

/** A stream for each question; the state is the last answer to it. The same answer again is nothing new. */
export const analysisDecider: Decider<string | null, typeof commands, AnalysisEvent> = {
  commands,
  stream: ({ analysisId }) => `analysis-${analysisId}`,
  initial: null,
  decide: {
    KeepAnalysis: (last, analysis) => (last === analysis.result ? [] : [{ type: 'AnalysisRecorded', data: { ...analysis } }]),
  },
  evolve: { AnalysisRecorded: (_, { result }) => result },
};
