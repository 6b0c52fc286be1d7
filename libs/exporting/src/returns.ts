import { Message } from '@boucle/eventsourcing';
import { isInstant, RETURN_REASONS } from '@boucle/clients';
import { plainText } from './cells.js';
import { Coded } from './export-rows.js';

/** What comes back with the codes of an export. */
export const RETURN_KINDS = ['returned-mail', 'call-outcomes'] as const;
export type ReturnKind = (typeof RETURN_KINDS)[number];

/** What is read of a line. */
export type ReturnLine = Readonly<Record<string, string | undefined>>;

/** What is wrong with a line, and what helps. */
export interface LineProblem {
  readonly field: string;
  readonly reason: string;
}

/** The columns that a file of each kind must have, and those that it may have; all others are passed over. */
export const RETURN_COLUMNS: Readonly<Record<ReturnKind, { readonly needed: readonly string[]; readonly known: readonly string[] }>> = {
  'returned-mail': { needed: ['code', 'reason'], known: [] },
  'call-outcomes': { needed: ['code', 'outcome'], known: ['at', 'opposes', 'note'] },
};

const YES = ['x', 'yes', 'true', '1', 'ja', 'oui', 'si', 'sì'];
const NO = ['', 'no', 'false', '0', 'nein', 'non'];
const DAY = /^\d{4}-\d\d-\d\d$/;

/** Words are compared as people write them. */
const word = (text: string | undefined): string => plainText(text ?? '').trim();

const returnedMail = (line: ReturnLine, { clientId, pointId, order }: Coded): Message[] | LineProblem => {
  if (order.preset !== 'post' || pointId === null)
    return { field: 'code', reason: 'The code is of an export that was not for letters: enter what came of calls among the call outcomes' };
  const reason = word(line.reason).toLowerCase();
  if (!RETURN_REASONS.some((known) => known === reason))
    return { field: 'reason', reason: `reason must be ${RETURN_REASONS.join(', ')}, not "${reason}": correct it and enter the line again` };
  return [{ type: 'ReportReturnedMail', data: { clientId, addressId: pointId, reason } }];
};

const callOutcome = (line: ReturnLine, { clientId, order, code }: Coded): Message[] | LineProblem => {
  if (order.preset !== 'calls')
    return { field: 'code', reason: 'The code is of an export that was not for calls: enter what came back by post as returned mail' };
  const [outcome, at, note, opposes] = [line.outcome, line.at, line.note, line.opposes].map(word);
  const opposed = YES.includes(opposes.toLowerCase());
  if (!opposed && !NO.includes(opposes.toLowerCase()))
    return { field: 'opposes', reason: `opposes must be yes or no, not "${opposes}": correct it and enter the line again` };
  const instant = DAY.test(at) ? `${at}T00:00:00Z` : at;
  if (instant !== '' && !isInstant(instant))
    return {
      field: 'at',
      reason: 'at must be a day such as 2026-03-01, or an instant with its time zone such as 2026-03-01T14:30:00+01:00',
    };
  if (outcome === '' && at === '' && note === '' && !opposed) return [];
  const when = instant === '' ? {} : { occurredAt: instant };
  // a call of another day is another call
  const contactId = instant === '' ? code : `${code}.${new Date(instant).toISOString().replace(/\D/g, '').slice(0, 14)}`;
  const told = { ...(outcome !== '' && { outcome }), ...(note !== '' && { note }) };
  const call = { type: 'RecordContact', data: { clientId, contactId, kind: 'call', channel: 'phone', ...told, ...when } };
  const opposition = { type: 'DeclareOpposition', data: { clientId, oppositionId: code, channel: 'phone', how: 'call', ...when } };
  return opposed ? [opposition, call] : [call];
};

/** What a line tells of the person behind its code: nothing where no call was made. */
export const toldBy = (kind: ReturnKind, line: ReturnLine, row: Coded): Message[] | LineProblem =>
  kind === 'returned-mail' ? returnedMail(line, row) : callOutcome(line, row);
