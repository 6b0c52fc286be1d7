import { specDecider } from '../../../eventsourcing/src/testing.js';
import { clientDecider } from '../client/client.decider.js';
import { day, order } from '../testing.js';
import { RaiseIndicator } from './indicator.commands.js';
import { BEHAVIOUR_KINDS, INDICATOR_KINDS, TIMED_KINDS } from './indicator.events.js';

const given = specDecider(clientDecider, day(0));
const said = (type: string, data: object = {}) => ({ type, data: { clientId: 'ann', ...data } });
const registered = said('ClientRegistered', { attributes: {} });
const fields = { clientId: 'ann', indicatorId: 'soon', version: 1, kind: 'birthday', occasion: '2026' } as const;
const command = order(RaiseIndicator, fields);
const raised = { type: 'IndicatorRaised', data: fields };

describe('RaiseIndicator', () => {
  it('tells of an occasion', () => given(registered).when(command).then(raised));
  it('tells of it once, whatever was told since', () =>
    given(registered, raised, said('IndicatorRaised', { ...fields, occasion: '2027' }))
      .when(command)
      .thenNothing());
  it('tells of the same occasion by another indicator', () =>
    given(registered, said('IndicatorRaised', { ...fields, indicatorId: 'later' }))
      .when(command)
      .then(raised));

  describe.each(INDICATOR_KINDS)('of the kind %s', (kind) => {
    const one = order(RaiseIndicator, { ...fields, kind });
    it.each([
      ['nobody', []],
      ['somebody erased', [registered, said('ClientErased')]],
      ['an alias', [registered, said('AliasBegun', { survivorId: 'bob' })]],
      ['who has died', [registered, said('ClientDied')]],
      ['whose file is closed', [registered, said('ClientClosed', { reason: 'asked' })]],
      ['who is restricted', [registered, said('ProcessingRestricted')]],
    ])('is not told of %s', (_, history) =>
      given(...history)
        .when(one)
        .thenNothing(),
    );
  });

  const objects = said('ProfilingObjected');
  it.each(BEHAVIOUR_KINDS)('is not told of who objects to profiling, for the kind %s', (kind) =>
    given(registered, objects)
      .when(order(RaiseIndicator, { ...fields, kind }))
      .thenNothing(),
  );
  it.each(TIMED_KINDS)('is told of who objects to profiling, for the kind %s, which concludes nothing', (kind) =>
    given(registered, objects)
      .when(order(RaiseIndicator, { ...fields, kind }))
      .then({ ...raised, data: { ...fields, kind } }),
  );
});
