import { sha256 } from '@boucle/eventsourcing';

/** Where in a hundred a client stands in the random order of a segment: by his id and the segment's name alone, so in no relation to any other draw. */
export const drawnAt = (segment: string, id: string): number =>
  (parseInt(sha256(`segment/${segment}/${id}`).slice(0, 13), 16) / 2 ** 52) * 100;
