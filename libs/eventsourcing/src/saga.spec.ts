import { Message } from './message.js';
import { isAlarm, later, overdue, ringSaga, Saga, SagaDocument, sagaTypes, stepSaga } from './saga.js';
import { recorded } from './testing.js';

const now = '2026-03-01T10:00:00.000Z';
const tomorrow = '2026-03-02T10:00:00.000Z';

type WaveEvent =
  | Message<'WaveLaunched', { campaignId: string; wave: number; closesAt: string }>
  | Message<'ResponseRecorded', { campaignId: string }>
  | Message<'WaveClosed', { campaignId: string; wave: number }>
  | Message<'CampaignCompleted', { campaignId: string; wave: number }>
  | Message<'TargetingBegun', { campaignId: string }>;
type Moment = Message<'WindowElapsed', { campaignId: string; wave: number }> | Message<'TargetingOverdue', { campaignId: string }>;
const waves: Saga<{ responses: number }, WaveEvent, Moment> = {
  name: 'waves',
  key: ({ data }) => data.campaignId,
  initial: { responses: 0 },
  evolve: { ResponseRecorded: ({ responses }) => ({ responses: responses + 1 }) },
  react: {
    WaveLaunched: (_, { campaignId, wave, closesAt }) => [later(closesAt, { type: 'WindowElapsed', data: { campaignId, wave } })],
    ResponseRecorded: ({ responses }, { campaignId }) => (responses === 2 ? [{ type: 'Celebrate', data: { campaignId, responses } }] : []),
    WindowElapsed: ({ responses }, { campaignId, wave }, at) => [{ type: 'CloseWave', data: { campaignId, wave, responses, at } }],
    TargetingBegun: (_, { campaignId }) => [overdue(tomorrow, 5000, { type: 'TargetingOverdue', data: { campaignId } })],
  },
  clearedBy: { WindowElapsed: ['WaveClosed', 'CampaignCompleted'], TargetingOverdue: ['CampaignCompleted'] },
};

const run = (...events: Message[]) =>
  recorded(events, now).reduce<{ after: SagaDocument | null; commands: Message[] }>(
    ({ after, commands }, event) => {
      const step = stepSaga(waves, after, event);
      return { after: step.after, commands: [...commands, ...step.commands] };
    },
    { after: null, commands: [] },
  );
const launched = (wave: number) => ({ type: 'WaveLaunched', data: { campaignId: 'a', wave, closesAt: tomorrow } });
const responded = { type: 'ResponseRecorded', data: { campaignId: 'a' } };
const pending = (wave: number) => ({
  at: tomorrow,
  alarm: { type: 'WindowElapsed', data: { campaignId: 'a', wave } },
  correlationId: 'spec',
});

describe('a saga', () => {
  it('listens to what it evolves by, reacts to and is cleared by, but not to its own alarms', () => {
    expect(sagaTypes(waves).sort()).toEqual(['CampaignCompleted', 'ResponseRecorded', 'TargetingBegun', 'WaveClosed', 'WaveLaunched']);
  });

  it('reacts in the state that includes the event', () => {
    expect(run(responded).commands).toEqual([]);
    expect(run(responded, responded).commands).toEqual([{ type: 'Celebrate', data: { campaignId: 'a', responses: 2 } }]);
  });

  it('sets an alarm, with the correlation of the event that set it', () => {
    const { after, commands } = run(launched(1));
    expect(after?.alarms).toEqual([pending(1)]);
    expect(commands).toEqual([]);
  });

  it('keeps with an alarm how long it must have been pending', () => {
    const begun = { type: 'TargetingBegun', data: { campaignId: 'a' } };
    const alarm = { at: tomorrow, patience: 5000, alarm: { type: 'TargetingOverdue', data: { campaignId: 'a' } }, correlationId: 'spec' };
    expect(run(begun, responded).after?.alarms).toEqual([alarm]);
    expect(run(begun, { type: 'CampaignCompleted', data: { campaignId: 'a', wave: 1 } }).after?.alarms).toEqual([]);
  });

  it('keeps alarms over other events, and sets one beside another', () => {
    expect(run(launched(1), responded, launched(2)).after?.alarms).toEqual([pending(1), pending(2)]);
  });

  it('is cleared by each event named, if it carries all that the alarm carries', () => {
    expect(run(launched(1), launched(2), { type: 'WaveClosed', data: { campaignId: 'a', wave: 1 } }).after?.alarms).toEqual([pending(2)]);
    expect(run(launched(1), { type: 'CampaignCompleted', data: { campaignId: 'a', wave: 1 } }).after?.alarms).toEqual([]);
    expect(run(launched(1), { type: 'WaveClosed', data: { campaignId: 'b', wave: 1 } }).after?.alarms).toEqual([pending(1)]);
    expect(run(launched(1), { type: 'WaveClosed', data: { campaignId: 'a' } }).after?.alarms).toEqual([pending(1)]);
  });

  it('answers an alarm in its state, at the time it was set for', () => {
    const { after } = run(launched(1), responded);
    expect(ringSaga(waves, after!, pending(1))).toEqual([
      { type: 'CloseWave', data: { campaignId: 'a', wave: 1, responses: 1, at: tomorrow } },
    ]);
  });

  it('leaves the document before as it was', () => {
    const { after } = run(launched(1));
    const frozen = JSON.stringify(after);
    stepSaga(waves, after, recorded([{ type: 'WaveClosed', data: { campaignId: 'a', wave: 1 } }], now)[0]);
    expect(JSON.stringify(after)).toBe(frozen);
  });

  it('tells alarms from commands', () => {
    expect(isAlarm(later(now, { type: 'WindowElapsed', data: {} }))).toBe(true);
    expect(isAlarm(overdue(now, 1, { type: 'WindowElapsed', data: {} }))).toBe(true);
    expect(isAlarm({ type: 'CloseWave', data: {} })).toBe(false);
  });
});
