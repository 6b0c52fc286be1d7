import { specDecider } from '../../eventsourcing/src/testing.js';
import { order } from '../../clients/src/testing.js';
import {
  ApproveProposal,
  CloseWave,
  CompleteCampaign,
  LaunchCampaign,
  LaunchWave,
  PauseCampaign,
  PlanCampaign,
  ProposeWave,
  RecordAnalysis,
  RejectProposal,
  ResumeCampaign,
  SetWaveAside,
} from './campaign.commands.js';
import { campaignDecider, planOf } from './campaign.decider.js';
import { analysis, campaignId, happened, letter, mail, nothing, plan, request } from './testing.js';

const given = specDecider(campaignDecider, '2026-03-01T00:00:00.000Z');
const { planned, launched, waveLaunched, waveClosed, analysed, proposed, approved, rejected, paused, resumed, completed } = happened;

const planCampaign = (changed: object = {}) => Object.assign(new PlanCampaign(), request, changed);
const launch = order(LaunchCampaign, { campaignId });
const launchWave = (wave = 1) => order(LaunchWave, { campaignId, wave });
const closeWave = (wave = 1) => order(CloseWave, { campaignId, wave });
const record = (wave = 1) => order(RecordAnalysis, { campaignId, wave, analysis: analysis() });
const propose = (wave = 1) => order(ProposeWave, { campaignId, wave });
const approve = (wave = 1) => order(ApproveProposal, { campaignId, wave });
const reject = (wave = 1) => order(RejectProposal, { campaignId, wave, reason: 'too dear' });
const pause = order(PauseCampaign, { campaignId, reason: 'a strike' });
const resume = order(ResumeCampaign, { campaignId });
const setAside = (wave = 1) => order(SetWaveAside, { campaignId, wave, reason: 'a strike' });
const complete = order(CompleteCampaign, { campaignId, reason: 'enough' });

const running = [planned(), launched];
const open = [...running, waveLaunched()];
const closed = [...open, waveClosed()];
const done = [...closed, analysed()];
const approval = [planned({ launch: 'approval' }), launched];
const waiting = [...approval, proposed()];

describe('campaign', () => {
  it.each([launch, launchWave(), closeWave(), record(), propose(), approve(), reject(), pause, resume, setAside(), complete])(
    'is unknown to %p before it is planned',
    (command) => given().when(command).thenRejected('unknown-campaign'),
  );

  describe('PlanCampaign', () => {
    it('writes every default out', () =>
      given()
        .when(planCampaign())
        .then({
          type: 'CampaignPlanned',
          data: {
            campaignId,
            plan: {
              name: 'Spring sale',
              objective: 'responses',
              reaction: 'response',
              offers: [letter, mail],
              universe: null,
              cells: [],
              waveSize: 1000,
              holdOut: 0.1,
              responseWindowDays: 14,
              floor: 0.02,
              contactCap: null,
              drawOnce: false,
              stop: { waves: 3, whenDecided: false },
              launch: 'autopilot',
              posterior: 'two-way',
              seed: campaignId,
            },
          },
        }));
    it('keeps what is said', () => {
      const said = {
        objective: 'profit',
        reaction: 'purchase',
        universe: { field: 'opposed', is: 'eq', value: false },
        cells: ['region'],
        holdOut: 0,
        floor: 0,
        contactCap: { contacts: 1, days: 7 },
        drawOnce: true,
        stop: { waves: 9, whenDecided: true },
        launch: 'approval',
        posterior: 'independent',
        seed: 'seed-1',
      };
      expect(planOf(planCampaign(said))).toMatchObject(said);
    });
    it('asks for consent unless it is told not to', () => {
      expect(planOf(planCampaign({ consent: undefined })).consent).toBe('required');
      expect(planOf(planCampaign({ consent: 'required' })).consent).toBe('required');
      expect(planOf(planCampaign())).not.toHaveProperty('consent');
      expect(planOf(planCampaign({ purpose: 'survey' })).purpose).toBe('survey');
      expect(planOf(planCampaign({ purpose: 'marketing' }))).not.toHaveProperty('purpose');
    });
    it('is repeatable, also with the defaults written out', () => {
      given(planned()).when(planCampaign()).thenNothing();
      given(planned())
        .when(planCampaign({ holdOut: 0.1, cells: [], seed: campaignId }))
        .thenNothing();
    });
    it('refuses another plan under the same id', () =>
      given(planned())
        .when(planCampaign({ waveSize: 1 }))
        .thenRejected('campaign-exists'));
    it('refuses two offers of one name', () =>
      given()
        .when(planCampaign({ offers: [letter, { ...mail, name: 'letter' }] }))
        .thenRejected('invalid-offers'));
    it('refuses two offers of being left alone', () =>
      given()
        .when(planCampaign({ offers: [nothing, { ...nothing, name: 'nothing at all' }] }))
        .thenRejected('invalid-offers'));
    it('refuses a floor that leaves less than half to learn with', () => {
      given()
        .when(planCampaign({ floor: 0.17, offers: [letter, mail, nothing] }))
        .thenRejected('floor-too-high');
      given()
        .when(planCampaign({ floor: 0.25 }))
        .then(planned({ floor: 0.25 }));
    });
  });

  describe('LaunchCampaign', () => {
    it('lets the campaign run', () => given(planned()).when(launch).then(launched));
    it('is repeatable in whatever came of it', () => {
      for (const past of [running, [...running, paused()], [...running, completed]])
        given(...past)
          .when(launch)
          .thenNothing();
    });
  });

  describe('LaunchWave', () => {
    it('begins with every offer alike', () =>
      given(...running)
        .when(launchWave())
        .then(waveLaunched()));
    it('divides evenly in whole millionths', () =>
      given(planned({ offers: [letter, mail, nothing] }), launched)
        .when(launchWave())
        .then(waveLaunched(1, { '*': { letter: 333_334, mail: 333_333, nothing: 333_333 } }, { offers: [letter, mail, nothing] })));
    it('goes on with what was learnt', () =>
      given(...done)
        .when(launchWave(2))
        .then(waveLaunched(2, analysis().allocation)));
    it('is repeatable', () => {
      given(...open)
        .when(launchWave())
        .thenNothing();
      given(...done, waveLaunched(2), completed)
        .when(launchWave(1))
        .thenNothing();
    });
    it.each([
      ['campaign-planned', [planned()], 1],
      ['campaign-paused', [...running, paused()], 1],
      ['campaign-completed', [...done, completed], 2],
      ['wave-open', open, 2],
      ['wave-open', closed, 2],
      ['wrong-wave', running, 2],
      ['wrong-wave', done, 3],
      ['no-more-waves', [planned({ stop: { waves: 1, whenDecided: false } }), launched, waveLaunched(), waveClosed(), analysed()], 2],
      ['not-approved', waiting, 1],
      ['not-approved', approval, 1],
    ] as const)('is refused: %s', (code, past, wave) =>
      given(...past)
        .when(launchWave(wave))
        .thenRejected(code),
    );
    it('goes out once approved', () =>
      given(...waiting, approved())
        .when(launchWave())
        .then(waveLaunched(1, undefined, { launch: 'approval' })));
    it('takes the next number after a wave set aside', () =>
      given(...open, paused(1), resumed)
        .when(launchWave(2))
        .then(waveLaunched(2)));
  });

  describe('CloseWave', () => {
    it('ends the response window, also of a paused or completed campaign', () => {
      for (const past of [open, [...open, paused()], [...open, completed]])
        given(...past)
          .when(closeWave())
          .then(waveClosed());
    });
    it('is repeatable', () => {
      for (const past of [closed, done, [...open, paused(1)]])
        given(...past)
          .when(closeWave())
          .thenNothing();
    });
    it('needs the wave', () =>
      given(...open)
        .when(closeWave(2))
        .thenRejected('unknown-wave'));
  });

  describe('RecordAnalysis', () => {
    it('keeps what the wave has taught, also while paused or completed', () => {
      for (const past of [closed, [...closed, paused()], [...closed, completed]])
        given(...past)
          .when(record())
          .then(analysed());
    });
    it('is repeatable', () =>
      given(...done)
        .when(record())
        .thenNothing());
    it('waits for the close', () =>
      given(...open)
        .when(record())
        .thenRejected('wave-open'));
    it('needs the wave', () =>
      given(...open)
        .when(record(2))
        .thenRejected('unknown-wave'));
  });

  describe('ProposeWave', () => {
    it('proposes the first wave evenly', () =>
      given(...approval)
        .when(propose())
        .then({
          type: 'WaveProposed',
          data: { campaignId, wave: 1, shares: { letter: 0.5, mail: 0.5 }, reason: 'the first wave treats every offer alike' },
        }));
    it('proposes what was learnt', () =>
      given(...done)
        .when(propose(2))
        .then({ type: 'WaveProposed', data: { campaignId, wave: 2, shares: { letter: 0.3, mail: 0.7 }, reason: '"mail" leads' } }));
    it('is repeatable', () =>
      given(...waiting)
        .when(propose())
        .thenNothing());
    it.each([
      ['campaign-paused', [...approval, paused()], 1],
      ['wave-open', open, 2],
      ['wrong-wave', done, 3],
    ] as const)('is refused: %s', (code, past, wave) =>
      given(...past)
        .when(propose(wave))
        .thenRejected(code),
    );
  });

  describe('ApproveProposal', () => {
    it('lets the wave go out', () =>
      given(...waiting)
        .when(approve())
        .then(approved()));
    it('is repeatable', () =>
      given(...waiting, approved())
        .when(approve())
        .thenNothing());
    it.each([
      ['not-proposed', approval, 1],
      ['not-proposed', waiting, 2],
      ['campaign-paused', [...waiting, paused()], 1],
      ['already-rejected', [...waiting, rejected()], 1],
      ['campaign-completed', [...waiting, rejected(), completed], 1],
    ] as const)('is refused: %s', (code, past, wave) =>
      given(...past)
        .when(approve(wave))
        .thenRejected(code),
    );
  });

  describe('RejectProposal', () => {
    it('refuses the wave', () =>
      given(...waiting)
        .when(reject())
        .then(rejected()));
    it('is repeatable, before and after the campaign has ended by it', () => {
      given(...waiting, rejected())
        .when(reject())
        .thenNothing();
      given(...waiting, rejected(), completed)
        .when(reject())
        .thenNothing();
    });
    it.each([
      ['not-proposed', approval, 1],
      ['already-approved', [...waiting, approved()], 1],
      ['campaign-completed', [...waiting, completed], 1],
    ] as const)('is refused: %s', (code, past, wave) =>
      given(...past)
        .when(reject(wave))
        .thenRejected(code),
    );
  });

  describe('PauseCampaign', () => {
    it('stops contacting', () =>
      given(...open)
        .when(pause)
        .then(paused()));
    it('is repeatable', () =>
      given(...open, paused())
        .when(pause)
        .thenNothing());
    it('is refused before the launch and after the end', () => {
      given(planned()).when(pause).thenRejected('campaign-planned');
      given(...running, completed)
        .when(pause)
        .thenRejected('campaign-completed');
    });
  });

  describe('ResumeCampaign', () => {
    it('goes on', () =>
      given(...open, paused())
        .when(resume)
        .then(resumed));
    it('is repeatable', () =>
      given(...open, paused(), resumed)
        .when(resume)
        .thenNothing());
    it('is refused before the launch and after the end', () => {
      given(planned()).when(resume).thenRejected('campaign-planned');
      given(...running, paused(), completed)
        .when(resume)
        .thenRejected('campaign-completed');
    });
  });

  describe('SetWaveAside', () => {
    it('pauses the campaign, running or paused already', () => {
      given(...open)
        .when(setAside())
        .then(paused(1));
      given(...open, paused())
        .when(setAside())
        .then(paused(1));
    });
    it('is repeatable, and never touches a wave that is done with or a campaign that has ended', () => {
      for (const past of [[...open, paused(1)], [...open, paused(1), resumed], done, [...open, completed]])
        given(...past)
          .when(setAside())
          .thenNothing();
    });
    it('needs the wave', () =>
      given(...open)
        .when(setAside(2))
        .thenRejected('unknown-wave'));
  });

  describe('CompleteCampaign', () => {
    it('ends it in whatever phase', () => {
      for (const past of [[planned()], running, open, closed, done, waiting, [...open, paused()]])
        given(...past)
          .when(complete)
          .then(completed);
    });
    it('is repeatable', () =>
      given(...running, completed)
        .when(complete)
        .thenNothing());
  });

  it('repeats in each wave the whole plan', () =>
    given(planned({ cells: ['region'] }), launched)
      .when(launchWave())
      .then({
        type: 'WaveLaunched',
        data: {
          campaignId,
          wave: 1,
          policy: 'boucle-1',
          plan: plan({ cells: ['region'] }),
          allocation: { '*': { letter: 500_000, mail: 500_000 } },
        },
      }));
});
