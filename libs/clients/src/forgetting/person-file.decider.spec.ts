import { specDecider } from '../../../eventsourcing/src/testing.js';
import { ExportPersonFile } from './person-file.commands.js';
import { personFileDecider } from './person-file.decider.js';
import { day, faults, order } from '../testing.js';

const given = specDecider(personFileDecider, day(0));
const fields = { clientId: 'ann', exportId: 'export-1', purpose: 'requested-by-person', events: 7 } as const;
const exported = (exportId: string) => ({ type: 'PersonFileExported', data: { ...fields, exportId } });

describe('ExportPersonFile', () => {
  const command = order(ExportPersonFile, fields);
  it('tells who was handed out, and what for', () => given().when(command).then(exported('export-1')));
  it('is repeatable', () => given(exported('export-1')).when(command).thenNothing());
  it('tells every export', () => given(exported('export-0')).when(command).then(exported('export-1')));
  it('has a purpose', () => expect(faults(ExportPersonFile, { purpose: 'curiosity' })).toEqual(['purpose']));
});
