import { createHmac } from 'node:crypto';
import { Lookup } from '@boucle/eventsourcing';
import fc from 'fast-check';
import { EXPORT_ID, exportIdFrom, readReplyCode, replyCode } from './reply-code.js';

const lookupWith =
  (secret: string): Lookup =>
  (kind, value) =>
    createHmac('sha256', secret).update(`${kind} ${value}`).digest('base64url');
const lookup = lookupWith('ours');
const places = fc.record({
  exportId: fc.uint8Array({ minLength: 9, maxLength: 9 }).map(exportIdFrom),
  row: fc.integer({ min: 1, max: 999_999_999 }),
});

describe('a reply code', () => {
  it('leads to its row, however it was typed', () => {
    fc.assert(
      fc.property(places, (place) => {
        expect(place.exportId).toMatch(EXPORT_ID);
        const code = replyCode(lookup, place);
        expect(readReplyCode(lookup, code)).toEqual(place);
        expect(readReplyCode(lookup, ` ${code.toLowerCase().replaceAll('-', ' \u2013 ')} `)).toEqual(place);
        // letters that look like figures are figures; in a number there are none
        const [id, row, check] = code.split('-');
        const misread = (letters: string): string => letters.replaceAll('0', 'O').replaceAll('1', 'l');
        expect(readReplyCode(lookup, [misread(id), row, misread(check)].join('-'))).toEqual(place);
      }),
    );
  });
  it('is no code of ours if a figure of it was changed, or if it was made up elsewhere', () => {
    fc.assert(
      fc.property(places, (place) => {
        const code = replyCode(lookup, place);
        const next = replyCode(lookup, { ...place, row: place.row + 1 });
        if (next.slice(-4) !== code.slice(-4)) expect(readReplyCode(lookup, `${next.slice(0, -4)}${code.slice(-4)}`)).toBeNull();
        const other = replyCode(lookupWith('theirs'), place);
        if (other !== code) expect(readReplyCode(lookup, other)).toBeNull();
      }),
    );
  });
  it.each(['', 'X', 'ann', '1-2-3', 'X123456789-0-AAAA', 'X123456789-1-AAAAA'])('is not %j', (text) =>
    expect(readReplyCode(lookup, text)).toBeNull(),
  );
});
