import { Message } from '@boucle/eventsourcing';
import { Question } from './report.js';

export type AnalysisEvent =
  /** People were analysed: what was asked, how many it was about, who was left out, and the SHA-256 of the whole answer. */
  Message<
    'AnalysisRecorded',
    {
      analysisId: string;
      name: string;
      question: Question;
      counted: number;
      leftOut: Readonly<Record<string, number>>;
      result: string;
    }
  >;
