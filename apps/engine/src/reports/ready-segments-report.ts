import { READY_SEGMENTS, segmentFacts, SegmentSubject, segmentVocabulary } from '@boucle/clients';
import { compileRule, parseRule } from '@boucle/segments';
import { LeftOut } from './left-out.js';
import { ReportMaker } from './report-maker.js';

/** How many people are in each of the segments that need no rule of one's own. */
export const readySegments: ReportMaker = {
  name: 'segments',
  title: 'Twelve segments',
  goesBy: ['thresholds'],
  parameters: {},
  async make({ people, asOf, policy, sources: { events, documents } }) {
    const { at } = asOf;
    const vocabulary = segmentVocabulary({ ...(await segmentFacts(events, documents, at)), policy });
    const segments = READY_SEGMENTS.map((segment) => ({
      ...segment,
      member: compileRule(parseRule(segment.text, vocabulary).rule, vocabulary, { at, segments: new Map(), name: segment.segmentId }),
      people: 0,
    }));
    const leftOut = new LeftOut();
    let [counted, inNone] = [0, 0];
    for await (const page of people)
      for (const person of leftOut.of(page)) {
        // they ask neither who somebody is nor what a scoring run made of him
        const subject: SegmentSubject = { ...person, identity: null, score: null };
        const own = segments.filter(({ member }) => member(subject));
        for (const segment of own) segment.people++;
        counted++;
        if (own.length === 0) inNone++;
      }
    return {
      name: 'segments',
      title: 'Twelve segments',
      question: { rule: 'ready segments version 1', asOf, parameters: {} },
      counted,
      leftOut: leftOut.all,
      findings: [`${(counted - inNone).toLocaleString('en')} of ${counted.toLocaleString('en')} people are in one of them or several.`],
      tables: [
        {
          name: 'segments',
          title: 'People in each segment',
          columns: [
            { name: 'segment', label: 'Segment', kind: 'text' },
            { name: 'people', label: 'People', kind: 'count' },
            { name: 'share', label: 'Share', kind: 'share' },
            { name: 'rule', label: 'Rule', kind: 'text' },
            { name: 'segmentId', label: 'Id', kind: 'text' },
          ],
          rows: segments.map(({ segmentId, name, text, people: size }) => ({
            segment: name,
            people: size,
            share: counted === 0 ? null : size / counted,
            rule: text,
            segmentId,
          })),
          note: 'Somebody may be in several. Each rule can be taken as it stands for a segment of your own, and be changed.',
        },
      ],
      charts: [{ kind: 'bar', title: 'People in each segment', table: 'segments', x: 'segment', y: ['people'] }],
    };
  },
};
