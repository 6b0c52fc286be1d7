import { specDecider } from '../../eventsourcing/src/testing.js';
import { KeepAnalysis } from './analysis.commands.js';
import { analysisDecider } from './analysis.decider.js';
import { aReport } from './testing.js';

const given = specDecider(analysisDecider, '2026-03-01T09:00:00.000Z');
const analysis = { analysisId: 'a-1', name: 'areas', question: aReport.question, counted: 1500, leftOut: aReport.leftOut, result: 'abc' };
const recorded = { type: 'AnalysisRecorded' as const, data: analysis };
const command = Object.assign(new KeepAnalysis(), analysis);

describe('KeepAnalysis', () => {
  it('keeps what was asked and the hash of the answer', () => given().when(command).then(recorded));
  it('is repeatable', () => given(recorded).when(command).thenNothing());
  it('keeps another answer to the same question', () => {
    const other = { ...recorded, data: { ...analysis, result: 'def' } };
    given(other).when(command).then(recorded);
  });
});
