import { phoneNumber } from './phone.js';

describe('a phone number', () => {
  it.each([
    ['079 123 45 67', 'CH', '+41791234567', 'mobile'],
    ['+41 (0)44 668 18 00', null, '+41446681800', 'landline'],
    ['06 12 34 56 78', 'FR', '+33612345678', 'mobile'],
    ['0800 80 80 80', 'CH', '+41800808080', 'other'],
  ])('%s of %s is %s, %s', (written, country, number, line) => expect(phoneNumber(written, country)).toEqual({ number, line }));

  it.each([
    ['079 123 45 67', null],
    ['12', 'CH'],
    ['call me', 'CH'],
  ])('%s of %s is none', (written, country) => expect(phoneNumber(written, country)).toBeNull());
});
