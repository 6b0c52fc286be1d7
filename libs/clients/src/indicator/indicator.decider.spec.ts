import { specDecider } from '../../../eventsourcing/src/testing.js';
import { day, faults, order } from '../testing.js';
import { DeclareIndicator, IndicatorWish, RetireIndicator } from './indicator.commands.js';
import { indicatorsDecider } from './indicator.decider.js';

const given = specDecider(indicatorsDecider, day(0));
const indicatorId = 'soon';
const declared = (terms: object, version = 1) => ({ type: 'IndicatorDeclared', data: { indicatorId, name: 'Soon', version, terms } });
const declare = (terms: Omit<IndicatorWish, 'name'>) => order(DeclareIndicator, { indicatorId, name: 'Soon', ...terms });
const birthday = { kind: 'birthday', daysAhead: 7 } as const;
const retired = { type: 'IndicatorRetired', data: { indicatorId } };

describe('DeclareIndicator', () => {
  it('says what is waited for', () => given().when(declare(birthday)).then(declared(birthday)));
  it('says it anew', () =>
    given(declared(birthday))
      .when(declare({ ...birthday, daysAhead: 3 }))
      .then(declared({ ...birthday, daysAhead: 3 }, 2)));
  it('is repeatable', () => given(declared(birthday)).when(declare(birthday)).thenNothing());
  it('begins again what was retired', () => given(declared(birthday), retired).when(declare(birthday)).then(declared(birthday, 2)));
  it.each([
    [{ kind: 'class', to: ['regular'] }],
    [{ kind: 'class', from: ['prospect', 'suspect'] }],
    [{ kind: 'score', score: 'lifetimeValue', direction: 'rises', threshold: 10_000 }],
    [{ kind: 'segment-left', segmentId: 'north' }],
  ] as const)('takes %j', (terms) =>
    given()
      .when(declare(terms as unknown as IndicatorWish))
      .then(declared(terms)),
  );
  it.each([
    [{ kind: 'birthday' }],
    [{ ...birthday, threshold: 4 }],
    [{ kind: 'class' }],
    [{ kind: 'score', score: 'rfm', threshold: 4 }],
    [{ kind: 'segment-entered', daysAhead: 4 }],
  ] as const)('refuses %j', (terms) => given().when(declare(terms)).thenRejected('bad-indicator'));
  it.each([
    [{ ...birthday, name: '' }, ['name']],
    [{ ...birthday, kind: 'weather' }, ['kind']],
    [{ ...birthday, daysAhead: 366 }, ['daysAhead']],
    [{ kind: 'class', to: ['rich'] }, ['to']],
    [{ kind: 'score', threshold: '4' }, ['threshold']],
    [{ kind: 'segment-left', segmentId: 'a b' }, ['segmentId']],
  ])('has a shape: not %j', (wish, fields) => expect(faults(IndicatorWish, { name: 'Soon', ...wish })).toEqual(fields));
});

describe('RetireIndicator', () => {
  const command = order(RetireIndicator, { indicatorId });
  it('ends it', () => given(declared(birthday)).when(command).then(retired));
  it('is repeatable', () => given(declared(birthday), retired).when(command).thenNothing());
  it('refuses what is not there', () => given().when(command).thenRejected('unknown-indicator'));
});
