import { Rules } from '@boucle/eventsourcing';
import { Client } from '../client/client.js';
import { known } from '../client/registration.js';
import { OPEN_PREFIX } from './coded-fields.js';
import { namesOf, newIn } from '../person/person.js';
import { PersonChanges, PersonEvent } from '../person/person.events.js';
import { LeaveValueWaiting, SettleWaitingValue } from './waiting-value.commands.js';
import { WaitingValueEvent, WaitingPlace } from './waiting-value.events.js';

const commands = { LeaveValueWaiting, SettleWaitingValue };

type Place = Pick<WaitingPlace, 'field' | 'recordId'>;

const isAt = (a: Place, b: Place): boolean => a.field === b.field && a.recordId === b.recordId;

/** What is said of the person himself. */
const changesTo = (field: string, code: string): PersonChanges =>
  field.startsWith(OPEN_PREFIX) ? { fields: { [field.slice(OPEN_PREFIX.length)]: code } } : { [field]: code };

/** Those that still wait once something else was said of these fields. */
export const stillWaiting = <T extends Place>(waiting: readonly T[], changed: readonly string[]): readonly T[] =>
  waiting.filter(({ field, recordId }) => recordId !== null || !changed.includes(field.replace(OPEN_PREFIX, '')));

/** The rules of what a file says and no catalogue knows; of one field the last value waits, until something else is said of it. */
export const waitingValueRules: Rules<
  Client,
  typeof commands,
  WaitingValueEvent,
  Extract<PersonEvent, { type: 'ClientDetailsChanged' }>
> = {
  commands,
  decide: {
    LeaveValueWaiting: (client, { clientId, valueId, field, recordId, source, catalogue, text }) => {
      known(client, clientId);
      if (client.waiting.some((one) => isAt(one, { field, recordId }) && one.valueId === valueId)) return [];
      // the row that it stands in was refused
      if (recordId !== null && !client.records.includes(recordId)) return [];
      return [{ type: 'ValueLeftWaiting', data: { clientId, valueId, field, recordId, source, catalogue, personal: { text } } }];
    },
    SettleWaitingValue: (client, { clientId, valueId, field, recordId, code }) => {
      if (!client.waiting.some((one) => isAt(one, { field, recordId }) && one.valueId === valueId)) return [];
      const changes = code === null || recordId !== null || field === 'originHow' ? {} : newIn(changesTo(field, code), client.person);
      const changed = namesOf(changes);
      return [
        ...(changed.length > 0 ? [{ type: 'ClientDetailsChanged' as const, data: { clientId, changed, personal: changes } }] : []),
        { type: 'WaitingValueSettled', data: { clientId, valueId, field, recordId, code } },
      ];
    },
  },
  evolve: {
    ValueLeftWaiting: (client, { valueId, field, recordId }) => ({
      ...client,
      waiting: [...client.waiting.filter((one) => !isAt(one, { field, recordId })), { valueId, field, recordId }],
    }),
    WaitingValueSettled: (client, { field, recordId, code }) => ({
      ...client,
      waiting: client.waiting.filter((one) => !isAt(one, { field, recordId })),
      origin: client.origin && field === 'originHow' && code !== null ? { ...client.origin, how: code } : client.origin,
    }),
  },
};
