import { Vocabulary } from '@boucle/segments';
import { segmentEventKinds } from './segment-event-kinds.js';
import { SegmentFacts } from './segment-facts.js';
import { segmentFamilies, segmentFields } from './segment-fields.js';
import { SegmentSubject } from './segment-subject.js';

/** All that rules of segments may speak of. */
export const segmentVocabulary = (facts: SegmentFacts): Vocabulary<SegmentSubject> => ({
  idOf: ({ clientId }) => clientId,
  storedId: 'clientId',
  fields: segmentFields(facts),
  families: segmentFamilies(facts),
  events: segmentEventKinds(facts),
});
