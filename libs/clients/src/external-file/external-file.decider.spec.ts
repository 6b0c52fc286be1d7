import { specDecider, specProjection } from '../../../eventsourcing/src/testing.js';
import { day, faults, order } from '../testing.js';
import { DescribeExternalFile, ExpireExternalFile } from './external-file.commands.js';
import { externalFileDecider } from './external-file.decider.js';
import { externalFilesProjection } from './external-files.projection.js';

const given = specDecider(externalFileDecider, day(0));
const file = { source: 'Adress AG', licence: 'L-17', wording: { de: 'Ihre Adresse: Adress AG' }, expiresOn: '2026-12-31' };
const described = { type: 'ExternalFileDescribed', data: { fileId: 'broker-7', file } };
const expired = { type: 'ExternalFileExpired', data: { fileId: 'broker-7', erased: 2, kept: 1 } };

describe('DescribeExternalFile', () => {
  const command = order(DescribeExternalFile, { fileId: 'broker-7', ...file });
  it('says what was bought, until when', () => given().when(command).then(described));
  it('is repeatable', () => given(described).when(command).thenNothing());
  it('may say it otherwise', () =>
    given({ ...described, data: { fileId: 'broker-7', file: { ...file, expiresOn: null } } })
      .when(command)
      .then(described));
  it('is refused once the licence is over', () =>
    given(described, expired)
      .when(order(DescribeExternalFile, { fileId: 'broker-7', ...file, expiresOn: '2027-12-31' }))
      .thenRejected('file-expired'));
  it('names its source and what is to be said of it', () =>
    expect(faults(DescribeExternalFile, { fileId: 'broker-7', licence: 'L', wording: {}, expiresOn: 'soon' })).toEqual([
      'source',
      'wording',
      'expiresOn',
    ]));
});

describe('ExpireExternalFile', () => {
  const command = order(ExpireExternalFile, { fileId: 'broker-7', erased: 2, kept: 1 });
  it('counts who is gone and who stays', () => given(described).when(command).then(expired));
  it('is repeatable', () => given(described, expired).when(command).thenNothing());
  it('needs a file', () => given().when(command).thenRejected('unknown-external-file'));
});

it('is read as one document', () =>
  specProjection(externalFilesProjection, day(0))(described, expired).then('broker-7', {
    fileId: 'broker-7',
    ...file,
    expired: { at: day(0), erased: 2, kept: 1 },
  }));
