import { topic, TopicContract } from './contract.js';
import { count, described, fields, flag, id, list, nullable, text, word } from './shapes.js';

const noun = 'segments';
const summary = 'Who is in which segment, where each client stands, and what was to be told of clients';
const rearranged = described('Nobody moved: files were joined or parted, or the line was moved that people are measured by', flag);
const standing = nullable(
  word('suspect', 'prospect', 'hot-prospect', 'trial-buyer', 'occasional', 'regular', 'convinced-buyer', 'inactive', 'former'),
);

const ofSegments = topic(
  { noun, version: 1, key: 'segmentId', summary },
  {
    SegmentActivated: {
      summary: 'Who belongs to the segment is kept up to date from here on, by this version of its rule.',
      payload: fields({
        segmentId: id,
        version: count,
        count: described('How many belonged to it when it was counted', count),
        hash: described('SHA-256 over their ids, a line each, in order', text),
      }),
    },
    SegmentRetired: { summary: 'Nobody is kept in the segment any more.', payload: fields({ segmentId: id }) },
    SegmentMembersChanged: {
      summary: 'Clients came into the segment or left it; at most 500 of each.',
      payload: fields({ segmentId: id, entered: list(id), left: list(id), rearranged }),
    },
  },
);

const ofClients = topic(
  { noun, version: 1, key: 'clientId', summary },
  {
    ClientClassChanged: {
      summary: 'The client stands elsewhere in his life-cycle, or begins or ceases to lapse; null: nothing is concluded of him.',
      payload: fields({ clientId: id, from: standing, to: standing, lapsing: flag, cause: text, rearranged }),
    },
    IndicatorRaised: {
      summary: 'What an indicator waits for has come to pass for the client; once for each occasion.',
      payload: fields({
        clientId: id,
        indicatorId: id,
        kind: word('birthday', 'contract-end', 'class', 'score', 'segment-entered', 'segment-left'),
        occasion: described('Tells it from the same thing another time', text),
      }),
    },
  },
);

/** In order for each segment, and for each client. */
export const segmentsTopic = {
  ...ofSegments,
  key: 'segmentId or clientId',
  messages: { ...ofSegments.messages, ...ofClients.messages },
} satisfies TopicContract;
