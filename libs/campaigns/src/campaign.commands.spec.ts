import { faults } from '../../clients/src/testing.js';
import {
  ApproveProposal,
  CompleteCampaign,
  LaunchCampaign,
  LaunchWave,
  PauseCampaign,
  PlanCampaign,
  RejectProposal,
  ResumeCampaign,
} from './campaign.commands.js';
import { letter, mail, nothing, request } from './testing.js';

const offers = (count: number) => Array.from({ length: count }, (_, i) => ({ ...letter, name: `offer ${i}` }));
const whole = {
  ...request,
  objective: 'profit',
  reaction: 'purchase',
  universe: {
    all: [{ field: 'attributes.region', is: 'in', value: ['north', null] }, { not: { field: 'opposed', is: 'eq', value: true } }],
  },
  cells: ['region', 'age'],
  holdOut: 0.9,
  floor: 0.25,
  contactCap: { contacts: 2, days: 30 },
  drawOnce: true,
  stop: { waves: 1000, whenDecided: true },
  launch: 'approval',
  posterior: 'independent',
  seed: 'x',
};

describe('a campaign as requested', () => {
  it.each([
    request,
    whole,
    { ...request, offers: [letter, nothing] },
    { ...request, offers: offers(20) },
    { ...request, universe: null, contactCap: null },
    { ...request, holdOut: 0, floor: 0, cells: [] },
  ])('may be: %j', (fields) => expect(faults(PlanCampaign, fields)).toEqual([]));

  it.each([
    ['campaignId', ['', 'spring sale', undefined, 7]],
    ['name', ['', 'x'.repeat(201), undefined, 7]],
    ['objective', ['fame', '']],
    ['reaction', ['complaint']],
    ['offers', [undefined, null, [], [letter], offers(21), letter]],
    [
      'universe',
      [
        'north',
        [],
        {},
        { field: 'a', is: 'like', value: 'x' },
        { field: 'a', is: 'in', value: 'x' },
        { all: {} },
        { field: 'a..b', is: 'eq', value: 1 },
      ],
    ],
    ['cells', ['region', ['a', 'a'], [7], [''], ['x'.repeat(65)], ['a', 'b', 'c', 'd', 'e', 'f', 'g']]],
    ['waveSize', [0, 1.5, 10_000_001, '1000', undefined]],
    ['holdOut', [-0.1, 0.91, NaN, '0.1']],
    ['responseWindowDays', [0, 366, 1.5, undefined]],
    ['floor', [-0.01, 0.26, NaN]],
    ['contactCap', [7, []]],
    ['drawOnce', ['yes', 1]],
    ['stop', [undefined, null, 3, []]],
    ['launch', ['manual']],
    ['posterior', ['flat']],
    ['seed', ['', 'x'.repeat(65), 7]],
  ])('names a wrong %s', (field, wrongs) => {
    for (const wrong of wrongs)
      expect({ wrong, named: [...new Set(faults(PlanCampaign, { ...whole, [field]: wrong }).map((path) => path.split('.')[0]))] }).toEqual({
        wrong,
        named: [field],
      });
  });

  it.each([
    ['name', ['', 'x'.repeat(101), undefined, '__proto__', 'constructor', 'toString']],
    ['channel', ['pigeon', '', undefined]],
    ['cost', [-1, 0.5, 1_000_000_001, undefined, '55']],
    ['margin', [-1, 0.5, 1_000_000_001, undefined, null]],
  ])('names a wrong %s of an offer', (field, wrongs) => {
    for (const wrong of wrongs)
      expect(faults(PlanCampaign, { ...request, offers: [letter, { ...mail, [field]: wrong }] })).toEqual([`offers.1.${field}`]);
  });
  it('refuses an offer that is no object', () =>
    expect([...new Set(faults(PlanCampaign, { ...request, offers: [letter, 'mail'] }).map((path) => path.split('.')[0]))]).toEqual([
      'offers',
    ]));

  it('names what is wrong inside the stop rule and the cap', () => {
    expect(faults(PlanCampaign, { ...request, stop: {} })).toEqual(['stop.waves']);
    expect(faults(PlanCampaign, { ...request, stop: { waves: 1001 } })).toEqual(['stop.waves']);
    expect(faults(PlanCampaign, { ...request, stop: { waves: 0 } })).toEqual(['stop.waves']);
    expect(faults(PlanCampaign, { ...request, stop: { waves: 3, whenDecided: 'yes' } })).toEqual(['stop.whenDecided']);
    expect(faults(PlanCampaign, { ...request, contactCap: { contacts: 0, days: 7 } })).toEqual(['contactCap.contacts']);
    expect(faults(PlanCampaign, { ...request, contactCap: { contacts: 1 } })).toEqual(['contactCap.days']);
    expect(faults(PlanCampaign, { ...request, stop: { waves: 3, hours: 1 } })).toEqual(['stop.hours']);
  });

  it('refuses what no campaign has', () => expect(faults(PlanCampaign, { ...request, budget: 7 })).toEqual(['budget']));
});

describe('requests to a campaign', () => {
  const reason = 'a strike';
  it.each([
    [LaunchCampaign, { campaignId: 'spring' }],
    [ResumeCampaign, { campaignId: 'spring' }],
    [LaunchWave, { campaignId: 'spring', wave: 1 }],
    [ApproveProposal, { campaignId: 'spring', wave: 1000 }],
    [RejectProposal, { campaignId: 'spring', wave: 1, reason }],
    [PauseCampaign, { campaignId: 'spring', reason }],
    [CompleteCampaign, { campaignId: 'spring', reason }],
  ])('%p: %j, each field by itself', (type, fields) => {
    expect(faults(type, fields)).toEqual([]);
    for (const field of Object.keys(fields))
      for (const wrong of [undefined, null, '', 'x'.repeat(501), 0, 1001, 1.5])
        expect({ field, wrong, named: faults(type, { ...fields, [field]: wrong }) }).toEqual({ field, wrong, named: [field] });
  });
});
