import { specDecider } from '../../eventsourcing/src/testing.js';
import { CompleteImport, ProgressImport, StartImport, UndoImport } from './import.commands.js';
import { importDecider } from './import.decider.js';
import { Tally } from './import.events.js';
import { NOTHING } from './tally.js';

const given = specDecider(importDecider, '2026-03-01T09:00:00.000Z');
const importId = 'one';
const start = Object.assign(new StartImport(), {
  importId,
  source: 'shop',
  kind: 'purchases',
  tense: 'history',
  sha256: 'abc',
  by: 'key:1',
});
const started = { type: 'ImportStarted', data: { ...start } };
const tally: Tally = { ...NOTHING, rows: 2, accepted: 1, rejected: 1, months: { '2026-01 EUR': { file: 500, log: 300 } } };
const progress = Object.assign(new ProgressImport(), { importId, row: 3, tally, rejectedBytes: 80 });
const progressed = { type: 'ImportProgressed', data: { ...progress } };
const further = {
  type: 'ImportProgressed',
  data: { ...progress, row: 5, tally: { ...tally, months: { '2026-02 EUR': { file: 1, log: 1 }, '2026-01 EUR': { file: 1, log: 1 } } } },
};
const complete = Object.assign(new CompleteImport(), { importId, clients: 2 });
const completed = { type: 'ImportCompleted', data: { importId, tally, clients: 2 } };

describe('An import', () => {
  it('starts', () => given().when(start).then(started));
  it('starts once', () => given(started).when(start).thenNothing());
  it('remembers what it is done with', () => given(started).when(progress).then(progressed));
  it('is done with a row once', () => given(started, progressed).when(progress).thenNothing());
  it('must have started', () => {
    given().when(progress).thenRejected('unknown-import');
    given().when(complete).thenRejected('unknown-import');
  });
  it('says at its end what became of all rows', () => {
    given(started, progressed).when(complete).then(completed);
    const months = { '2026-01 EUR': { file: 501, log: 301 }, '2026-02 EUR': { file: 1, log: 1 } };
    const whole = { ...NOTHING, rows: 4, accepted: 2, rejected: 2, months };
    given(started, progressed, further)
      .when(complete)
      .then({ type: 'ImportCompleted', data: { importId, tally: whole, clients: 2 } });
  });
  it('ends once', () => given(started, progressed, completed).when(complete).thenNothing());
  const undo = Object.assign(new UndoImport(), { importId, erased: 1, takenBack: 3, withdrawn: 0, kept: 1 });
  const undone = { type: 'ImportUndone', data: { ...undo } };
  it('is undone once, and then is over', () => {
    given(started, progressed, completed).when(undo).then(undone);
    given(started, undone).when(undo).thenNothing();
    given().when(undo).thenRejected('unknown-import');
    given(started, undone).when(progress).thenRejected('import-undone');
    given(started, undone).when(complete).thenRejected('import-undone');
  });
});
