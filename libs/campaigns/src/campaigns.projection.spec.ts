import { specProjection } from '../../eventsourcing/src/testing.js';
import { day } from '../../clients/src/testing.js';
import { CampaignReading, campaignsProjection } from './campaigns.projection.js';
import { analysis, campaignId, happened, plan } from './testing.js';

const given = specProjection(campaignsProjection, day(0));
const { planned, launched, waveLaunched, analysed, proposed, approved, rejected, paused, resumed, completed } = happened;
const reading = (changed: Partial<CampaignReading> = {}): CampaignReading => ({
  campaignId,
  plan: plan(),
  status: 'running',
  reason: null,
  wave: 0,
  proposal: null,
  verdict: null,
  ...changed,
});
const proposal = { wave: 1, shares: { letter: 0.5, mail: 0.5 }, reason: 'first' };

describe('campaigns', () => {
  it('begins with the plan', () => given(planned()).then(campaignId, reading({ status: 'planned' })));
  it('runs', () => given(planned(), launched).then(campaignId, reading()));
  it('shows the latest wave', () => given(planned(), launched, waveLaunched(1), waveLaunched(2)).then(campaignId, reading({ wave: 2 })));
  it('shows the latest verdict', () =>
    given(planned(), launched, analysed(1), analysed(2, analysis({}, 'mail'))).then(
      campaignId,
      reading({ verdict: analysis({}, 'mail').verdict }),
    ));
  it('shows the proposal until it is answered', () => {
    given(planned(), launched, proposed()).then(campaignId, reading({ proposal }));
    given(planned(), launched, proposed(), approved()).then(campaignId, reading());
    given(planned(), launched, proposed(), rejected()).then(campaignId, reading());
  });
  it('shows no proposal of a campaign that has ended', () =>
    given(planned(), launched, proposed(), completed).then(campaignId, reading({ status: 'completed', reason: 'enough' })));
  it('says why it stands still', () => {
    given(planned(), launched, paused()).then(campaignId, reading({ status: 'paused', reason: 'a strike' }));
    given(planned(), launched, paused(), resumed).then(campaignId, reading());
    given(planned(), launched, completed).then(campaignId, reading({ status: 'completed', reason: 'enough' }));
  });
  it('makes nothing up for a campaign that was not planned', () => {
    for (const event of [launched, waveLaunched(), analysed(), proposed(), approved(), rejected(), paused(), resumed, completed])
      given(event).then(campaignId, null);
  });
});
