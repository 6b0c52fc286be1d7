import {
  Cause,
  Checkpoints,
  commandHandling,
  Decider,
  DomainError,
  Door,
  later,
  Message,
  Outcome,
  overdue,
  Processor,
  Request,
  Saga,
  SagaConsumer,
} from '@boucle/eventsourcing';
import { append, contents, history, NOW, openStores, Stores } from '../../test/folder.js';

const ENDS = '2026-03-08T10:00:00.000Z';
const LATER = '2026-03-15T10:00:00.000Z';

class LaunchWave {
  constructor(
    readonly campaign: string,
    readonly wave: number,
    readonly endsAt: string,
  ) {}
}
class CloseWave {
  constructor(
    readonly campaign: string,
    readonly wave: number,
  ) {}
}
class Congratulate {
  constructor(
    readonly campaign: string,
    readonly times: number,
  ) {}
}
type CampaignEvent =
  | Message<'CampaignLaunched', { campaign: string }>
  | Message<'WaveLaunched', { campaign: string; wave: number; endsAt: string }>
  | Message<'WaveClosed', { campaign: string; wave: number }>
  | Message<'Congratulated', { campaign: string; times: number }>;

interface Campaign {
  launched: number;
  closed: number;
  times: number[];
}
const campaigns: Decider<
  Campaign,
  { LaunchWave: typeof LaunchWave; CloseWave: typeof CloseWave; Congratulate: typeof Congratulate },
  CampaignEvent
> = {
  commands: { LaunchWave, CloseWave, Congratulate },
  stream: ({ campaign }) => `campaign-${campaign}`,
  initial: { launched: 0, closed: 0, times: [] },
  decide: {
    LaunchWave: ({ launched }, { campaign, wave, endsAt }) => {
      if (wave <= launched) return [];
      if (campaign === 'paused') throw new DomainError('paused', 'The campaign is paused');
      return [{ type: 'WaveLaunched', data: { campaign, wave, endsAt } }];
    },
    CloseWave: ({ closed }, { campaign, wave }) => (wave <= closed ? [] : [{ type: 'WaveClosed', data: { campaign, wave } }]),
    Congratulate: (state, { campaign, times }) =>
      state.times.includes(times) ? [] : [{ type: 'Congratulated', data: { campaign, times } }],
  },
  evolve: {
    CampaignLaunched: (state) => state,
    WaveLaunched: (state, { wave }) => ({ ...state, launched: wave }),
    WaveClosed: (state, { wave }) => ({ ...state, closed: wave }),
    Congratulated: (state, { times }) => ({ ...state, times: [...state.times, times] }),
  },
};

type Responded = Message<'ResponseRecorded', { campaign: string; client: string }>;
const loop: Saga<{ responses: number }, CampaignEvent | Responded, Message<'WindowElapsed', { campaign: string; wave: number }>> = {
  name: 'loop',
  key: ({ data }) => data.campaign,
  initial: { responses: 0 },
  evolve: { ResponseRecorded: ({ responses }) => ({ responses: responses + 1 }) },
  react: {
    CampaignLaunched: (_, { campaign }) => [
      { type: 'LaunchWave', data: { campaign, wave: 1, endsAt: ENDS } },
      { type: 'Congratulate', data: { campaign, times: 0 } },
    ],
    ResponseRecorded: ({ responses }, { campaign }) => [{ type: 'Congratulate', data: { campaign, times: responses } }],
    WaveLaunched: (_, { campaign, wave, endsAt }) => {
      const elapsed = { type: 'WindowElapsed', data: { campaign, wave } } as const;
      return [campaign === 'patient' ? overdue(endsAt, 10 * 60_000, elapsed) : later(endsAt, elapsed)];
    },
    WindowElapsed: (_, { campaign, wave }) => [{ type: 'CloseWave', data: { campaign, wave } }],
  },
  clearedBy: { WindowElapsed: ['WaveClosed'] },
};

const launched = (campaign = 'a'): Message => ({ type: 'CampaignLaunched', data: { campaign } });
const responded = (client: string): Message => ({ type: 'ResponseRecorded', data: { campaign: 'a', client } });

describe('a saga at work', () => {
  let stores: Stores;
  let door: Door;
  let sent: Request[];
  let refused: string[];
  /** The command of this number is answered with a failure; or it takes effect, and the engine dies before the answer. */
  let crash: { before?: number; after?: number };
  let saga: SagaConsumer;
  let processor: Processor;

  const start = (): void => {
    saga = new SagaConsumer(loop, stores.documents, door, (command, error) => refused.push(`${command.type}: ${error.code}`));
    processor = new Processor(stores.log, new Checkpoints(stores.documents), saga);
  };
  beforeEach(() => {
    stores = openStores();
    [sent, refused, crash] = [[], [], {}];
    const { handleMany } = commandHandling(stores.log);
    const classes: Record<string, (data: never) => object> = {
      LaunchWave: ({ campaign, wave, endsAt }: LaunchWave) => new LaunchWave(campaign, wave, endsAt),
      CloseWave: ({ campaign, wave }: CloseWave) => new CloseWave(campaign, wave),
      Congratulate: ({ campaign, times }: Congratulate) => new Congratulate(campaign, times),
    };
    door = {
      executeMany: async (requests) => {
        const outcomes: (Outcome | Error)[] = [];
        for (const request of requests) {
          const { message, cause } = request;
          const number = sent.push(request);
          if (crash.before === number) {
            outcomes.push(new Error('died before'));
            continue;
          }
          outcomes.push(...(await handleMany(campaigns, [{ command: classes[message.type](message.data as never), cause }])));
          if (crash.after === number) throw new Error('died after');
        }
        return outcomes;
      },
    };
    start();
  });
  afterEach(() => stores.close());

  const settle = async (): Promise<void> => {
    while (await processor.toHead());
  };
  const facts = async (): Promise<string[]> =>
    (await history(stores.log)).map(({ type, data }) => `${type} ${Object.values(data).slice(1).join(' ')}`.trim());
  const state = async (): Promise<unknown> => (await contents(stores.documents, 'loop')).a;
  const clearly = (requests: readonly Request[]): string[] =>
    requests.map(({ message: { type, data } }) => `${type} ${Object.values(data).join(' ')}`);

  it('sends what its events lead to, caused by them, and keeps what it must remember', async () => {
    await append(stores.log, 'campaign-a', launched());
    await append(stores.log, 'client-x', responded('x'));
    await settle();
    expect(clearly(sent)).toEqual([`LaunchWave a 1 ${ENDS}`, 'Congratulate a 0', 'Congratulate a 1']);
    const [first] = await history(stores.log);
    const cause: Cause = {
      id: first.metadata.id,
      correlationId: first.metadata.correlationId,
      now: NOW,
      actor: 'saga:loop',
      key: 'LaunchWave/a',
    };
    expect(sent[0].cause).toEqual(cause);
    expect(await facts()).toEqual([
      'CampaignLaunched',
      'ResponseRecorded x',
      `WaveLaunched 1 ${ENDS}`,
      'Congratulated 0',
      'Congratulated 1',
    ]);
    expect(await state()).toMatchObject({ state: { responses: 1 }, alarms: [{ at: ENDS }] });
  });

  const whole = [
    'CampaignLaunched',
    'ResponseRecorded x',
    'ResponseRecorded y',
    `WaveLaunched 1 ${ENDS}`,
    ...[0, 1, 2].map((n) => `Congratulated ${n}`),
  ];

  it.each([
    ['before the first command', { before: 1 }, undefined],
    ['after the first command', { after: 1 }, undefined],
    ['between two commands of one event', { before: 2 }, undefined],
    ['at a later event of the batch', { before: 3 }, undefined],
    ['after the last command', { after: 4 }, undefined],
    ['before the state is stored', {}, 'loop'],
    ['between the state and the checkpoint', {}, 'checkpoints'],
  ])('is right after it has died %s', async (_, when, write) => {
    await append(stores.log, 'campaign-a', launched());
    await append(stores.log, 'client-x', responded('x'));
    await append(stores.log, 'client-y', responded('y'));
    crash = when;
    if (write) stores.documents.failNext(write);
    await expect(processor.toHead()).rejects.toThrow(write ? 'no write' : 'died');
    if (write !== 'checkpoints') expect(await state()).toBeUndefined();
    expect(await stores.documents.get('checkpoints', 'loop')).toBeNull();
    crash = {};
    const before = sent.length;
    start();
    await settle();
    expect(await facts()).toEqual(whole);
    expect(await state()).toMatchObject({ state: { responses: 2 }, alarms: [{ at: ENDS }] });
    // state that was stored says that the commands were sent; anything else is sent again, all of it
    expect(sent.length - before).toBe(write === 'checkpoints' ? 0 : 4);
  });

  it('is right when the same instance is run again after a failure', async () => {
    await append(stores.log, 'campaign-a', launched());
    await append(stores.log, 'client-x', responded('x'));
    await append(stores.log, 'client-y', responded('y'));
    crash = { before: 4 };
    await expect(processor.toHead()).rejects.toThrow('died before');
    await settle();
    expect(await facts()).toEqual(whole);
    expect(await state()).toMatchObject({ state: { responses: 2 } });
  });

  it('can be rebuilt: all is sent again, and nothing happens again', async () => {
    await append(stores.log, 'campaign-a', launched());
    await append(stores.log, 'client-x', responded('x'));
    await settle();
    await saga.ring(LATER);
    await settle();
    const [before, document] = [await facts(), await state()];
    for (const collection of ['loop', 'checkpoints']) await stores.documents.drop(collection);
    start();
    await settle();
    expect(await facts()).toEqual(before);
    expect(await state()).toEqual(document);
  });

  it('reports a refused command, and passes it over', async () => {
    await append(stores.log, 'campaign-paused', launched('paused'));
    await append(stores.log, 'campaign-a', launched());
    await settle();
    expect(refused).toEqual(['LaunchWave: paused']);
    expect(clearly(sent).slice(0, 3)).toEqual([`LaunchWave paused 1 ${ENDS}`, 'Congratulate paused 0', `LaunchWave a 1 ${ENDS}`]);
    expect(processor.position).toBe(await stores.log.head());
  });

  describe('its alarms', () => {
    const waveLaunched = (campaign: string, wave: number, endsAt: string): Message => ({
      type: 'WaveLaunched',
      data: { campaign, wave, endsAt },
    });
    const waveClosed = (wave: number, campaign = 'a'): Message => ({ type: 'WaveClosed', data: { campaign, wave } });
    const minutes = (count: number): string => new Date(Date.parse(ENDS) + count * 60_000).toISOString();

    it('ring when due and not before, once, as of the time at which they ring', async () => {
      await append(stores.log, 'campaign-a', waveLaunched('a', 1, ENDS));
      await settle();
      expect(saga.nextAlarm()).toBe(ENDS);
      expect(await saga.ring('2026-03-08T09:59:59.999Z')).toBe(false);
      expect(sent).toEqual([]);
      expect(await saga.ring(LATER)).toBe(true);
      expect(clearly(sent)).toEqual(['CloseWave a 1']);
      const [event] = await history(stores.log);
      expect(sent[0].cause).toMatchObject({
        now: LATER,
        correlationId: event.metadata.correlationId,
        actor: 'saga:loop',
        key: 'CloseWave/a',
      });
      expect(await saga.ring(LATER)).toBe(false);
      expect(saga.nextAlarm()).toBeNull();
      await settle();
      expect(await facts()).toEqual([`WaveLaunched 1 ${ENDS}`, 'WaveClosed 1']);
      expect((await history(stores.log)).at(-1)!.metadata.occurredAt).toBe(LATER);
      expect(await state()).toEqual({ state: { responses: 0 }, alarms: [] });
    });

    it('with patience ring when the engine has seen them pending for so long, downtime not counted', async () => {
      await append(stores.log, 'campaign-patient', waveLaunched('patient', 1, ENDS));
      await settle();
      expect(await saga.ring(minutes(-20))).toBe(false);
      expect(await saga.ring(minutes(-1))).toBe(false);
      expect(await saga.ring(minutes(0))).toBe(true);
      // due long ago when the engine is started again, but nobody has had the time to act
      start();
      await saga.start();
      expect(await saga.ring(minutes(500))).toBe(false);
      expect(await saga.ring(minutes(509))).toBe(false);
      expect(sent).toHaveLength(1);
      expect(await saga.ring(minutes(510))).toBe(true);
      expect(sent).toHaveLength(2);
    });

    it('with patience do not ring while the engine has not seen them for so long, though long due; then once, as of that time', async () => {
      await append(stores.log, 'campaign-patient', waveLaunched('patient', 1, ENDS));
      await settle();
      for (const minute of [500, 501, 509.99]) expect(await saga.ring(minutes(minute))).toBe(false);
      expect(sent).toEqual([]);
      expect(saga.nextAlarm()).toBeNull();
      expect(await saga.ring(minutes(510))).toBe(true);
      expect(clearly(sent)).toEqual(['CloseWave patient 1']);
      expect(sent[0].cause.now).toBe(minutes(510));
      expect(await saga.ring(minutes(600))).toBe(false);
      await settle();
      expect(await facts()).toEqual([`WaveLaunched 1 ${ENDS}`, 'WaveClosed 1']);
      expect(saga.nextAlarm()).toBeNull();
    });

    it('with patience begin anew with each engine: several short runs do not add up', async () => {
      await append(stores.log, 'campaign-patient', waveLaunched('patient', 1, ENDS));
      for (const from of [0, 100, 200]) {
        start();
        await settle();
        expect(await saga.ring(minutes(from))).toBe(false);
        expect(await saga.ring(minutes(from + 9))).toBe(false);
      }
      expect(await saga.ring(minutes(210))).toBe(true);
      expect(clearly(sent)).toEqual(['CloseWave patient 1']);
    });

    it('with patience do not ring if what they wait for comes meanwhile', async () => {
      await append(stores.log, 'campaign-patient', waveLaunched('patient', 1, ENDS));
      await settle();
      expect(await saga.ring(minutes(500))).toBe(false);
      await append(stores.log, 'campaign-patient', waveClosed(1, 'patient'));
      await settle();
      expect(await saga.ring(minutes(510))).toBe(false);
      expect(sent).toEqual([]);
    });

    it('with patience wait on while other things happen, each since it was first seen itself, and hold up no other', async () => {
      await append(stores.log, 'campaign-patient', waveLaunched('patient', 1, ENDS));
      await append(stores.log, 'campaign-a', waveLaunched('a', 1, ENDS));
      await settle();
      expect(await saga.ring(minutes(500))).toBe(true);
      expect(clearly(sent)).toEqual(['CloseWave a 1']);
      await append(stores.log, 'campaign-patient', waveLaunched('patient', 2, ENDS));
      await saga.take((await history(stores.log)).slice(-1));
      expect(await saga.ring(minutes(505))).toBe(false);
      expect(await saga.ring(minutes(510))).toBe(true);
      expect(await saga.ring(minutes(515))).toBe(true);
      expect(clearly(sent)).toEqual(['CloseWave a 1', 'CloseWave patient 1', 'CloseWave patient 2']);
    });

    it('come in the order of their times, over all that the saga watches', async () => {
      await append(stores.log, 'campaign-a', waveLaunched('a', 1, LATER));
      await append(stores.log, 'campaign-b', waveLaunched('b', 1, ENDS));
      await settle();
      expect(saga.nextAlarm()).toBe(ENDS);
      await saga.ring(ENDS);
      expect(clearly(sent)).toEqual(['CloseWave b 1']);
      expect(saga.nextAlarm()).toBe(LATER);
    });

    it('are cleared by the event named, and only for what it names', async () => {
      await append(stores.log, 'campaign-a', waveLaunched('a', 1, ENDS), waveLaunched('a', 2, LATER), waveClosed(1));
      await settle();
      expect(saga.nextAlarm()).toBe(LATER);
    });

    it('ring again after a restart as long as they are not cleared, and that changes nothing', async () => {
      await append(stores.log, 'campaign-a', waveLaunched('a', 1, ENDS));
      await settle();
      await saga.ring(ENDS);
      start();
      // the saga dies before it sees that its wave is closed
      await saga.start();
      expect(saga.nextAlarm()).toBe(ENDS);
      expect(await saga.ring(LATER)).toBe(true);
      // the same command, sent at another time
      expect(sent[1]).toEqual({ ...sent[0], cause: { ...sent[0].cause, now: LATER } });
      expect(await facts()).toEqual([`WaveLaunched 1 ${ENDS}`, 'WaveClosed 1']);
      await settle();
      expect(saga.nextAlarm()).toBeNull();
      start();
      await saga.start();
      expect(saga.nextAlarm()).toBeNull();
    });

    it('ring again when the door failed, and when something has changed since', async () => {
      await append(stores.log, 'campaign-a', waveLaunched('a', 1, ENDS));
      await settle();
      crash = { before: 1 };
      await expect(saga.ring(ENDS)).rejects.toThrow('died before');
      crash = {};
      expect(saga.nextAlarm()).toBe(ENDS);
      expect(await saga.ring(ENDS)).toBe(true);
      expect(saga.nextAlarm()).toBeNull();
      await append(stores.log, 'client-x', responded('x'));
      // only this one is taken: the closing itself is yet to come
      const [, response] = (await history(stores.log)).filter(({ type }) => type !== 'WaveClosed');
      await saga.take([response]);
      expect(saga.nextAlarm()).toBe(ENDS);
    });
  });
});
