import { ClientEvent } from '@boucle/clients';
import { RecordedEvent } from '@boucle/eventsourcing';
import { takingBack } from './taking-back.js';

const told = (correlationId: string, event: object, n: number): RecordedEvent<ClientEvent> =>
  ({
    ...{ stream: 'client-ann', revision: n, position: n, recordedAt: '2026-03-01T09:00:00.000Z', ...event },
    metadata: {
      id: `${n}`,
      schemaVersion: 1,
      occurredAt: '2026-03-01T09:00:00.000Z',
      correlationId,
      causationId: 'row',
      actor: 'import:shop',
    },
  }) as RecordedEvent<ClientEvent>;

it('A number that an import gave to somebody who was there before stays, and is named', () => {
  const history = [
    told('hand', { type: 'ClientRegistered', data: { clientId: 'ann', attributes: {}, personal: {} } }, 0),
    told('import', { type: 'ReferenceAssigned', data: { clientId: 'ann', system: 'shop', lookup: 'l-1', personal: { number: '7' } } }, 1),
    told('import', { type: 'EmailAdded', data: { clientId: 'ann', emailId: 'e-1', lookup: 'l-2', personal: { email: 'a@b.example' } } }, 2),
  ];
  const { erase, retract, left } = takingBack('import', 'ann', history);
  expect([erase, retract?.pointIds]).toEqual([false, ['e-1']]);
  expect(left).toEqual([{ what: 'ReferenceAssigned', because: 'number-stays' }]);
});
