import { specDecider, specProjection } from '../../eventsourcing/src/testing.js';
import { faults, order } from '../../clients/src/testing.js';
import {
  AnswerRentedRow,
  ExpireRentedFile,
  HandOutRentedRows,
  ReceiveRentedRows,
  RentedRow,
  RentFile,
  StoreRentedRows,
  UseRentedFile,
} from './rented-file.commands.js';
import { batchOf, rentedFileDecider, rentedFileStream } from './rented-file.decider.js';
import { rentedFilesProjection } from './rented-files.projection.js';
import { rentedRowsDecider, rentedRowsStream } from './rented-rows.decider.js';

const NOW = '2026-03-01T09:00:00.000Z';
const LATE = '2026-05-01T00:00:00.000Z';
const given = specDecider(rentedFileDecider, NOW);
const fileId = 'X7Q2M9KA4Z';
const terms = { broker: 'smith-lists', uses: 2, expiresOn: '2026-04-30' };
const rent = order(RentFile, { fileId, ...terms });
const receive = (batchId = 'a') => order(ReceiveRentedRows, { fileId, batchId, rows: 500 });
const use = (useId: string, addressing: 'post' | 'email' = 'post') =>
  order(UseRentedFile, { fileId, useId, addressing, purpose: 'marketing' });
const counts = { rows: 500, net: 480, leftOut: { ours: 20 } };
const handOut = order(HandOutRentedRows, { fileId, useId: 'spring', takingId: 't-1', ...counts });
const answer = (row = 17) => order(AnswerRentedRow, { fileId, row, clientId: 'ann' });
const expire = order(ExpireRentedFile, { fileId });

const rented = { type: 'FileRented', data: { fileId, ...terms } };
const received = (batchId: string, first: number) => ({ type: 'RentedRowsReceived', data: { fileId, batchId, first, rows: 500 } });
const used = (useId: string) => ({ type: 'RentedFileUsed', data: { fileId, useId, addressing: 'post', purpose: 'marketing' } });
const handedOut = { type: 'RentedRowsHandedOut', data: { fileId, useId: 'spring', takingId: 't-1', ...counts } };
const answered = { type: 'RentedRowAnswered', data: { fileId, row: 17, batchId: 'a', clientId: 'ann' } };
const expired = { type: 'RentedFileExpired', data: { fileId } };
const filled = [rented, received('a', 1)];

it('has a stream of its own, and one for each batch of its people', () => {
  expect(rentedFileDecider.stream(rent)).toBe(rentedFileStream(fileId));
  const store = order(StoreRentedRows, { fileId, batchId: 'a', rows: [{ lastName: 'Keller' }] });
  expect(rentedRowsDecider.stream(store)).toBe(rentedRowsStream(fileId, 'a'));
  const stored = { type: 'RentedRowsStored', data: { fileId, batchId: 'a', personal: { rows: [{ lastName: 'Keller' }] } } };
  specDecider(rentedRowsDecider, NOW)().when(store).then(stored);
  specDecider(rentedRowsDecider, NOW)(stored).when(store).thenNothing();
});

describe('a rented file', () => {
  it('has terms', () => {
    given().when(rent).then(rented);
    given(rented).when(rent).thenNothing();
    given()
      .when(order(RentFile, { fileId, ...terms, expiresOn: '2026-02-28' }))
      .thenRejected('wrong-day');
  });
  it('takes its rows once, one batch behind the other', () => {
    given(rented).when(receive()).then(received('a', 1));
    given(...filled)
      .when(receive())
      .thenNothing();
    given(...filled)
      .when(receive('b'))
      .then(received('b', 501));
  });
  it.each([
    ['unknown-file', [], NOW],
    ['file-used', [...filled, used('spring')], NOW],
    ['file-expired', [...filled, expired], NOW],
    ['file-expired', filled, LATE],
  ] as const)('takes no rows more: %s', (code, past, now) =>
    given(...past)
      .when(receive('b'), now)
      .thenRejected(code),
  );
  it('is used as often as its terms say, and the same use is no further one', () => {
    given(...filled)
      .when(use('spring'))
      .then(used('spring'));
    given(...filled, used('spring'))
      .when(use('spring'))
      .thenNothing();
    given(...filled, used('spring'), used('summer'), expired)
      .when(use('summer'))
      .thenNothing();
  });
  it.each([
    ['unknown-file', [], use('spring'), NOW],
    ['file-empty', [rented], use('spring'), NOW],
    ['use-exists', [...filled, used('spring')], use('spring', 'email'), NOW],
    ['uses-exhausted', [...filled, used('spring'), used('summer')], use('autumn'), NOW],
    ['file-expired', filled, use('spring'), LATE],
  ] as const)('is not used: %s', (code, past, command, now) =>
    given(...past)
      .when(command, now)
      .thenRejected(code),
  );
  it('says how much of it was handed out, each time', () => {
    given(...filled, used('spring'))
      .when(handOut)
      .then(handedOut);
    given(...filled, used('spring'), handedOut)
      .when(handOut)
      .thenNothing();
    given(...filled)
      .when(handOut)
      .thenRejected('unknown-use');
  });
  it('gives away who answers, once', () => {
    given(...filled)
      .when(answer())
      .then(answered);
    given(...filled, answered, expired)
      .when(answer())
      .thenNothing();
    given(...filled)
      .when(answer(501))
      .thenRejected('unknown-row');
    given(...filled)
      .when(answer(), LATE)
      .thenRejected('file-expired');
  });
  it('expires', () => {
    given(...filled)
      .when(expire)
      .then(expired);
    given(...filled, expired)
      .when(expire)
      .thenNothing();
    given().when(expire).thenRejected('unknown-file');
  });
  it('knows the batch of each row', () => {
    const file = { ...rentedFileDecider.initial, batches: [{ batchId: 'a', first: 1, rows: 2 }, { batchId: 'b', first: 3, rows: 1 }] }; // prettier-ignore
    expect([0, 1, 2, 3, 4].map((row) => batchOf(file, row)?.batchId)).toEqual([undefined, 'a', 'a', 'b', undefined]);
  });
});

it('is read with its uses and the counts for the broker', () =>
  specProjection(rentedFilesProjection, NOW)(...filled, used('spring'), handedOut, answered, expired).then(fileId, {
    ...{ fileId, broker: 'smith-lists', licensed: 2, expiresOn: '2026-04-30', rentedAt: NOW, rows: 500, answered: 1, expiredAt: NOW },
    uses: [
      { useId: 'spring', addressing: 'post', purpose: 'marketing', at: NOW, by: 'spec', takings: [{ at: NOW, by: 'spec', ...counts }] },
    ],
  }));

describe('a command', () => {
  it.each<[object, string[]]>([
    [terms, []],
    [{ ...terms, broker: 'Smith & Co' }, ['broker']],
    [{ ...terms, uses: 0 }, ['uses']],
    [{ ...terms, expiresOn: 'soon' }, ['expiresOn']],
  ])('that rents is %j', (data, fields) => expect(faults(RentFile, data)).toEqual(fields));
  it.each<[object, string[]]>([
    [{ lastName: 'Keller', address: { locality: 'Bern', country: 'CH' } }, []],
    [{ email: 'nobody' }, ['email']],
    [{ address: { locality: 'Bern' } }, ['address.country']],
    [{ firstName: ' Anna' }, ['firstName']],
  ])('that is a row is %j', (data, fields) => expect(faults(RentedRow, data)).toEqual(fields));
  it('that uses names a way of addressing', () =>
    expect(faults(UseRentedFile, { useId: 'spring', addressing: 'fax', purpose: 'for fun' })).toEqual(['addressing', 'purpose']));
});
