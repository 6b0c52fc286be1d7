import { specDecider } from '../../eventsourcing/src/testing.js';
import { order } from '../../clients/src/testing.js';
import { AbandonWave, CompleteDispatch, CompleteTargeting, TakeDecisions } from './wave.commands.js';
import { waveDecider, waveStream } from './wave.decider.js';
import { Decision } from './wave.events.js';

const given = specDecider(waveDecider, '2026-03-01T00:00:00.000Z');
const at = { campaignId: 'spring', wave: 2 };
const decisions: readonly Decision[] = [
  { clientId: 'a', cell: 'all', arm: 'letter', propensities: { letter: 1_000_000 } },
  { clientId: 'b', cell: 'all', reason: 'hold-out', shadow: true },
];
const counts = { eligible: 5, drawn: 2, heldOut: 1, excluded: { opposed: 3 } };

const take = (chunk = 0) => order(TakeDecisions, { ...at, chunk, decisions });
const completeTargeting = order(CompleteTargeting, { ...at, asOf: 7, counts, merkleRoot: 'f00d' });
const abandon = order(AbandonWave, { ...at, reason: 'too slow' });
const completeDispatch = order(CompleteDispatch, { ...at, mailed: 1, withheld: 1 });

const taken = (chunk = 0) => ({ type: 'DecisionsTaken', data: { ...at, chunk, decisions } });
const targeted = (chunks = 1) => ({ type: 'WaveTargeted', data: { ...at, asOf: 7, chunks, counts, merkleRoot: 'f00d' } });
const abandoned = { type: 'WaveAbandoned', data: { ...at, reason: 'too slow' } };
const dispatched = { type: 'WaveDispatched', data: { ...at, mailed: 1, withheld: 1 } };

describe('wave', () => {
  it('has a stream of its own', () => expect(waveDecider.stream(take())).toBe(waveStream('spring', 2)));

  describe('TakeDecisions', () => {
    it('writes the next chunk into the ledger', () => {
      given().when(take()).then(taken());
      given(taken()).when(take(1)).then(taken(1));
    });
    it('is repeatable, also after the wave went out', () => {
      given(taken()).when(take()).thenNothing();
      given(taken(), taken(1)).when(take()).thenNothing();
      given(taken(), targeted(), dispatched).when(take()).thenNothing();
    });
    it.each([
      ['wrong-chunk', [taken()], 2],
      ['wave-targeted', [taken(), targeted()], 1],
      ['wave-dispatched', [taken(), targeted(), dispatched], 1],
      ['wave-abandoned', [taken(), abandoned], 1],
    ] as const)('is refused: %s', (code, past, chunk) =>
      given(...past)
        .when(take(chunk))
        .thenRejected(code),
    );
  });

  describe('CompleteTargeting', () => {
    it('seals the ledger with the number of its chunks', () => {
      given(taken(), taken(1)).when(completeTargeting).then(targeted(2));
      given().when(completeTargeting).then(targeted(0));
    });
    it('is repeatable', () => {
      given(taken(), targeted()).when(completeTargeting).thenNothing();
      given(taken(), targeted(), dispatched).when(completeTargeting).thenNothing();
    });
    it('is refused for an abandoned wave', () => given(taken(), abandoned).when(completeTargeting).thenRejected('wave-abandoned'));
  });

  describe('AbandonWave', () => {
    it('gives the wave up', () => given(taken()).when(abandon).then(abandoned));
    it('is repeatable', () => given(taken(), abandoned).when(abandon).thenNothing());
    it('is refused once the wave is decided', () => {
      given(taken(), targeted()).when(abandon).thenRejected('wave-targeted');
      given(taken(), targeted(), dispatched).when(abandon).thenRejected('wave-dispatched');
    });
  });

  describe('CompleteDispatch', () => {
    it('says that every decision was carried out', () => given(taken(), targeted()).when(completeDispatch).then(dispatched));
    it('is repeatable', () => given(taken(), targeted(), dispatched).when(completeDispatch).thenNothing());
    it('is refused before the wave is decided, and for an abandoned one', () => {
      given(taken()).when(completeDispatch).thenRejected('not-targeted');
      given(taken(), abandoned).when(completeDispatch).thenRejected('not-targeted');
    });
  });
});
