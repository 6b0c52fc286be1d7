import { canonicalJson, causedBy, Consumer, Door, EventStore, fold, mustExecute, RecordedEvent, Request } from '@boucle/eventsourcing';
import { LifeCycleEvent } from '../life-cycle/life-cycle.events.js';
import { SegmentMembersEvent } from '../segment/segment.events.js';
import { scoringStream } from '../value/scoring.decider.js';
import { ClientScore, ScoringEvent, ScoringTerms } from '../value/scoring.events.js';
import { RaiseIndicator } from './indicator.commands.js';
import { activeOf, Indicator, INDICATORS_STREAM, Indicators, indicatorsDecider } from './indicator.decider.js';
import { IndicatorEvent, IndicatorTerms } from './indicator.events.js';

export const indicatorsName = 'indicators';

const ACTOR = `worker:${indicatorsName}`;
const AT_ONCE = 500;
const EVENTS_AT_ONCE = 20;

type Told = RecordedEvent<LifeCycleEvent | Moved | Completed>;
type Moved = Extract<SegmentMembersEvent, { type: 'SegmentMembersChanged' }>;
type Completed = Extract<ScoringEvent, { type: 'ScoringCompleted' }>;
type Crossing = Extract<IndicatorTerms, { kind: 'score' }>;

/** For whom something has come to pass that an indicator waits for. */
type Raised = Pick<RaiseIndicator, 'clientId' | 'indicatorId' | 'version' | 'kind' | 'occasion'>;

const raisedFor = (clientId: string, [indicatorId, { version, terms }]: readonly [string, Indicator], occasion: string): Raised => ({
  ...{ clientId, indicatorId, version, kind: terms.kind, occasion },
});

const byClass = ({ data: { clientId, from, to }, metadata }: RecordedEvent<LifeCycleEvent>, indicators: Indicators): readonly Raised[] =>
  // whoever had no class has not left one, and who begins to lapse stays in his
  from === null || to === null || from === to
    ? []
    : activeOf(indicators, ['class'])
        .filter(([, { terms }]) => (terms.from?.includes(from) ?? true) && (terms.to?.includes(to) ?? true))
        .map((indicator) => raisedFor(clientId, indicator, metadata.id));

const bySegment = ({ data, metadata }: RecordedEvent<Moved>, indicators: Indicators): readonly Raised[] =>
  activeOf(indicators, ['segment-entered', 'segment-left'])
    .filter(([, { terms }]) => terms.segmentId === data.segmentId)
    .flatMap((indicator) =>
      data[indicator[1].terms.kind === 'segment-entered' ? 'entered' : 'left'].map((clientId) =>
        raisedFor(clientId, indicator, metadata.id),
      ),
    );

const crosses = ({ direction, score, threshold }: Crossing, before: ClientScore | null, { [score]: now }: ClientScore): boolean => {
  if (now === null) return false;
  const known = before?.[score] ?? null;
  // who was not scored before stood below
  if (direction === 'rises') return now >= threshold && (known === null || known < threshold);
  return now < threshold && known !== null && known >= threshold;
};

/** The scores of a run in order of client id. */
async function* scoresOf(events: EventStore, { scoringId, run }: Completed['data']): AsyncGenerator<ClientScore> {
  for (let revision = 0; ; revision += EVENTS_AT_ONCE) {
    const page = (await events.read(scoringStream(scoringId), revision, EVENTS_AT_ONCE)) as RecordedEvent<ScoringEvent>[];
    for (const event of page) if (event.type === 'ClientsScored' && event.data.run === run) yield* event.data.scores;
    if (page.length < EVENTS_AT_ONCE) return;
  }
}

const termsOf = async (events: EventStore, { scoringId, run }: Completed['data']): Promise<ScoringTerms | null> => {
  for (let revision = 0; ; revision += EVENTS_AT_ONCE) {
    const page = (await events.read(scoringStream(scoringId), revision, EVENTS_AT_ONCE)) as RecordedEvent<ScoringEvent>[];
    for (const event of page) if (event.type === 'ScoringRequested' && event.data.run === run) return event.data.terms;
    if (page.length < EVENTS_AT_ONCE) return null;
  }
};

/** The scoring that was done last before another; null: there was none. */
const scoringBefore = async (events: EventStore, position: number): Promise<Completed['data'] | null> => {
  let last: Completed['data'] | null = null;
  for await (const batch of events.subscribe({ after: 0, types: ['ScoringCompleted'], sealed: true })) {
    for (const event of batch.events as RecordedEvent<Completed>[]) if (event.position < position) last = event.data;
    if (batch.caughtUp || batch.position >= position) break;
  }
  return last;
};

/** Who crossed a threshold from one scoring to the next by the same terms. */
async function* byScore(events: EventStore, { data, position }: RecordedEvent<Completed>, indicators: Indicators): AsyncGenerator<Raised> {
  const crossing = activeOf(indicators, ['score']);
  const before = crossing.length > 0 ? await scoringBefore(events, position) : null;
  if (!before || canonicalJson(await termsOf(events, before)) !== canonicalJson(await termsOf(events, data))) return;
  const past = scoresOf(events, before);
  let one = await past.next();
  for await (const now of scoresOf(events, data)) {
    while (!one.done && one.value.clientId < now.clientId) one = await past.next();
    const known = !one.done && one.value.clientId === now.clientId ? one.value : null;
    for (const indicator of crossing)
      if (crosses(indicator[1].terms, known, now)) yield raisedFor(now.clientId, indicator, `${data.scoringId}.${data.run}`);
  }
}

const isNews = ({ data, metadata }: Told): boolean => !metadata.history && !('rearranged' in data);

/** Tells of each client for whom something has come to pass by what he did. What an import told of the past is no news, and where files were joined or a line was moved nobody has moved. */
export const indicatorsWorker = (events: EventStore, door: Door): Consumer => ({
  name: indicatorsName,
  types: ['ClientClassChanged', 'SegmentMembersChanged', 'ScoringCompleted'],
  sealed: true,
  take: async (batch) => {
    const news = (batch as readonly Told[]).filter(isNews);
    if (news.length === 0) return;
    const declared = (await events.read(INDICATORS_STREAM)) as RecordedEvent<IndicatorEvent>[];
    let indicators = indicatorsDecider.initial;
    let requests: Request[] = [];
    const send = async (): Promise<void> => {
      if (requests.length > 0) await mustExecute(door, requests);
      requests = [];
    };
    for (const event of news) {
      while (declared.length > 0 && declared[0].position < event.position)
        indicators = fold(indicatorsDecider, indicators, [declared.shift()!]);
      const raised =
        event.type === 'ScoringCompleted'
          ? byScore(events, event, indicators)
          : event.type === 'ClientClassChanged'
            ? byClass(event, indicators)
            : bySegment(event, indicators);
      for await (const data of raised) {
        requests.push({ message: { type: 'RaiseIndicator', data }, cause: causedBy(event, ACTOR, `${data.indicatorId}/${data.clientId}`) });
        if (requests.length === AT_ONCE) await send();
      }
    }
    await send();
  },
});
