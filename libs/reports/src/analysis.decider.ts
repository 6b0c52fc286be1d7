import { Decider } from '@boucle/eventsourcing';
import { RecordAnalysis } from './analysis.commands.js';
import { AnalysisEvent } from './analysis.events.js';

const commands = { RecordAnalysis };

/** A stream for each question; the state is the last answer to it. The same answer again is nothing new. */
export const analysisDecider: Decider<string | null, typeof commands, AnalysisEvent> = {
  commands,
  stream: ({ analysisId }) => `analysis-${analysisId}`,
  initial: null,
  decide: {
    RecordAnalysis: (last, analysis) => (last === analysis.result ? [] : [{ type: 'AnalysisRecorded', data: { ...analysis } }]),
  },
  evolve: { AnalysisRecorded: (_, { result }) => result },
};
