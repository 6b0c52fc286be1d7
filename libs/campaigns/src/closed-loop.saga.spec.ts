import { Message, ringSaga, SagaDocument, stepSaga } from '@boucle/eventsourcing';
import { day, logged } from '../../clients/src/testing.js';
import { closedLoopSaga, LoopAlarm } from './closed-loop.saga.js';
import { analysis, campaignId, happened } from './testing.js';
import { WaveEvent } from './wave.events.js';

const { planned, launched, waveLaunched, waveClosed, analysed, proposed, approved, rejected, paused, resumed, completed } = happened;

const targeted = (wave = 1): WaveEvent => ({
  type: 'WaveTargeted',
  data: { campaignId, wave, asOf: 7, chunks: 1, counts: { eligible: 5, drawn: 5, heldOut: 1, excluded: {} }, merkleRoot: 'f00d' },
});
const abandoned = (wave = 1): WaveEvent => ({ type: 'WaveAbandoned', data: { campaignId, wave, reason: 'no disk' } });
const dispatched = (wave = 1): WaveEvent => ({ type: 'WaveDispatched', data: { campaignId, wave, mailed: 4, withheld: 1 } });

const launchWave = (wave: number): Message => ({ type: 'LaunchWave', data: { campaignId, wave } });
const proposeWave = (wave: number): Message => ({ type: 'ProposeWave', data: { campaignId, wave } });
const closeWave = (wave: number): Message => ({ type: 'CloseWave', data: { campaignId, wave } });
const complete = (reason: string): Message => ({ type: 'CompleteCampaign', data: { campaignId, reason } });

const elapsed = (wave: number): LoopAlarm => ({ type: 'ResponseWindowElapsed', data: { campaignId, wave } });
const overdue = (wave: number): LoopAlarm => ({ type: 'TargetingOverdue', data: { campaignId, wave } });
const HOUR = 3_600_000;

/** The saga after these events, each a day after the one before, with what the last one made it send. */
const after = (...events: readonly Message[]) => {
  let document: SagaDocument | null = null;
  let sent: readonly Message[] = [];
  events.forEach((event, i) => {
    const stepped: { after: SagaDocument; commands: Message[] } = stepSaga(closedLoopSaga, document, logged(event, day(i), i + 1));
    document = stepped.after;
    sent = stepped.commands;
  });
  const { alarms } = document as unknown as SagaDocument;
  return {
    sent,
    alarms: alarms.map(({ at, patience, alarm }) => ({ at, alarm, ...(patience !== undefined && { patience }) })),
    /** What a pending alarm makes it send; null if it is not set. */
    rings: (wanted: LoopAlarm) => {
      const pending = alarms.find(({ alarm }) => alarm.type === wanted.type && (alarm.data as { wave: number }).wave === wanted.data.wave);
      return pending ? ringSaga(closedLoopSaga, document!, pending) : null;
    },
  };
};

const running = [planned(), launched];
const open = [...running, waveLaunched(), targeted(), dispatched()];
const closed = [...open, waveClosed()];
const approval = [planned({ launch: 'approval' }), launched];

describe('closed loop', () => {
  it('has one memory per campaign', () => expect(closedLoopSaga.key(elapsed(1))).toBe(campaignId));

  describe('on autopilot', () => {
    it('does nothing before the launch', () => expect(after(planned())).toMatchObject({ sent: [], alarms: [] }));
    it('launches the first wave', () => expect(after(...running).sent).toEqual([launchWave(1)]));
    it('gives targeting an hour, in which the engine runs', () => {
      const { sent, alarms } = after(...running, waveLaunched());
      expect(sent).toEqual([]);
      expect(alarms).toEqual([{ at: day(2, 1), patience: HOUR, alarm: overdue(1) }]);
    });
    it('is at ease once the wave is targeted', () =>
      expect(after(...running, waveLaunched(), targeted())).toMatchObject({ sent: [], alarms: [] }));
    it('waits for the responses from the end of dispatch, whether or not the engine runs meanwhile', () => {
      const { sent, alarms } = after(...open);
      expect(sent).toEqual([]);
      expect(alarms).toEqual([{ at: day(4 + 14), alarm: elapsed(1) }]);
    });
    it('closes the wave when the window has elapsed', () => expect(after(...open).rings(elapsed(1))).toEqual([closeWave(1)]));
    it('forgets the alarm when the wave is closed', () => expect(after(...closed)).toMatchObject({ sent: [], alarms: [] }));
    it('launches the next wave when the last is analysed', () => expect(after(...closed, analysed()).sent).toEqual([launchWave(2)]));
    it('does not take the second wave for the first', () => {
      const second = [...closed, analysed(), waveLaunched(2)];
      expect(after(...second, targeted(1)).alarms).toEqual([{ at: day(7, 1), patience: HOUR, alarm: overdue(2) }]);
      expect(after(...second, targeted(2), dispatched(2), waveClosed(1)).rings(elapsed(2))).toEqual([closeWave(2)]);
    });

    it('goes through a whole life, command by command', () => {
      const life = [
        ...running,
        ...[1, 2, 3].flatMap((wave) => [waveLaunched(wave), targeted(wave), dispatched(wave), waveClosed(wave), analysed(wave)]),
        completed,
      ];
      expect(life.flatMap((_, i) => after(...life.slice(0, i + 1)).sent)).toEqual([
        launchWave(1),
        launchWave(2),
        launchWave(3),
        complete('the stop rule of 3 waves is met'),
      ]);
      expect(after(...life).alarms).toEqual([]);
    });
  });

  describe('ends', () => {
    const won = analysis({}, 'mail');
    it('when nobody is left', () =>
      expect(after(...closed, analysed(1, analysis({ decided: 0 }))).sent).toEqual([complete('nobody is left to contact')]));
    it('not when all answers of a wave were unknown', () =>
      expect(after(...closed, analysed(1, analysis({ decided: 0, skipped: 3 }))).sent).toEqual([launchWave(2)]));
    it('at a winner, if asked to', () => {
      const asked = [planned({ stop: { waves: 3, whenDecided: true } }), launched, waveLaunched(), waveClosed()];
      expect(after(...asked, analysed(1, won)).sent).toEqual([complete('a winner is named: mail')]);
      expect(after(...asked, analysed()).sent).toEqual([launchWave(2)]);
    });
    it('not at a winner, if not asked to', () => expect(after(...closed, analysed(1, won)).sent).toEqual([launchWave(2)]));
    it('only once: a wave analysed after the end leads nowhere', () =>
      expect(after(...open, completed, waveClosed(), analysed()).sent).toEqual([]));
    it('but still closes the wave that is out', () => expect(after(...open, completed).rings(elapsed(1))).toEqual([closeWave(1)]));
  });

  describe('with approval', () => {
    it('proposes the first wave', () => expect(after(...approval).sent).toEqual([proposeWave(1)]));
    it('waits', () => expect(after(...approval, proposed())).toMatchObject({ sent: [], alarms: [] }));
    it('launches what is approved', () => expect(after(...approval, proposed(), approved()).sent).toEqual([launchWave(1)]));
    it('proposes the next wave', () =>
      expect(after(...approval, proposed(), approved(), waveLaunched(), targeted(), dispatched(), waveClosed(), analysed()).sent).toEqual([
        proposeWave(2),
      ]));
    it('ends at a rejection', () =>
      expect(after(...approval, proposed(), rejected()).sent).toEqual([complete('wave 1 was rejected: too dear')]));
  });

  describe('after a pause', () => {
    it.each<[when: string, past: readonly Message[], next: readonly Message[]]>([
      ['before the first wave', running, [launchWave(1)]],
      ['while the wave is targeted', [...running, waveLaunched()], []],
      ['while the wave goes out', [...running, waveLaunched(), targeted()], []],
      ['while responses come in', open, []],
      ['while the wave is analysed', closed, []],
      ['behind the analysis', [...closed, analysed()], [launchWave(2)]],
      ['before the first proposal', approval, [proposeWave(1)]],
      ['while a proposal waits', [...approval, proposed()], [proposeWave(1)]],
      ['just after an approval', [...approval, proposed(), approved()], [launchWave(1)]],
      ['while an approved wave goes out', [...approval, proposed(), approved(), waveLaunched(), targeted()], []],
      [
        'behind the analysis of an approved wave',
        [...approval, proposed(), approved(), waveLaunched(), waveClosed(), analysed()],
        [proposeWave(2)],
      ],
      [
        'behind the last wave',
        [planned({ stop: { waves: 1, whenDecided: false } }), launched, waveLaunched(), waveClosed(), analysed()],
        [complete('the stop rule of 1 waves is met')],
      ],
    ])('%s', (_, past, next) => {
      expect(after(...past, paused()).sent).toEqual([]);
      expect(after(...past, paused(), resumed).sent).toEqual(next);
    });

    it('the window goes on meanwhile', () => {
      expect(after(...open, paused()).rings(elapsed(1))).toEqual([closeWave(1)]);
      expect(after(...open, paused(), waveClosed(), analysed()).sent).toEqual([launchWave(2)]);
      expect(after(...open, paused(), waveClosed(), analysed(), resumed).sent).toEqual([launchWave(2)]);
    });
  });

  describe('when targeting fails', () => {
    const given = [...running, waveLaunched()];
    it('gives the wave up when it is overdue', () =>
      expect(after(...given).rings(overdue(1))).toEqual([
        { type: 'AbandonWave', data: { campaignId, wave: 1, reason: 'targeting took longer than 60 minutes' } },
      ]));
    it('sets an abandoned wave aside', () =>
      expect(after(...given, abandoned())).toMatchObject({
        sent: [{ type: 'SetWaveAside', data: { campaignId, wave: 1, reason: 'wave 1 was abandoned: no disk' } }],
        alarms: [],
      }));
    it('waits for a person', () => expect(after(...given, abandoned(), paused(1)).sent).toEqual([]));
    it('launches the next number when resumed', () =>
      expect(after(...given, abandoned(), paused(1), resumed).sent).toEqual([launchWave(2)]));
    it('proposes the next number when resumed, though the one before was approved', () =>
      expect(after(...approval, proposed(), approved(), waveLaunched(), abandoned(), paused(1), resumed).sent).toEqual([proposeWave(2)]));
    it('ends when the last wave was set aside', () =>
      expect(
        after(planned({ stop: { waves: 1, whenDecided: false } }), launched, waveLaunched(), abandoned(), paused(1), resumed).sent,
      ).toEqual([complete('the stop rule of 1 waves is met')]));
    it('does not go on if a person resumes before it has set the wave aside', () =>
      expect(after(...given, paused(), abandoned(), resumed).sent).toEqual([]));
  });
});
