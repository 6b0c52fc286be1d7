import { CHANNELS } from '../client/channel.js';
import { BASES } from './consent.events.js';
import { CONSENT_POLICY, ruleFor } from './consent-policy.js';

const tables = [...Object.entries(CONSENT_POLICY.countries), ['elsewhere', CONSENT_POLICY.elsewhere] as const];
const chains = tables.flatMap(([country, table]) => CHANNELS.map((channel) => [country, channel, table[channel]] as const));

it.each(chains)('the rules of %s for %s are whole', (country, channel, rules) => {
  expect(rules[0].from).toBeNull();
  const begins = rules.map(({ from }) => from ?? '');
  expect(begins).toEqual([...new Set(begins)].sort());
  for (const { name, from, bases, unlessOpposed, despiteLists } of rules) {
    expect(name.startsWith(`${country}.${channel}`)).toBe(true);
    expect(from === null || new Date(from).toISOString() === from).toBe(true);
    expect(BASES).toEqual(expect.arrayContaining([...bases, ...despiteLists]));
    // somebody can always say yes
    expect(unlessOpposed || ['consent', 'double-opt-in'].every((basis) => bases.includes(basis as (typeof BASES)[number]))).toBe(true);
  }
});

it('names each rule once', () => {
  const names = chains.flatMap(([, , rules]) => rules.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
});

it('writes to nobody by e-mail or short message who has not said yes, or bought', () => {
  for (const [, channel, rules] of chains)
    if (channel === 'email' || channel === 'sms')
      for (const { unlessOpposed, bases } of rules) expect(unlessOpposed || bases.includes('legitimate-interest')).toBe(false);
});

it('asks for consent wherever it knows no law', () => {
  const unknown = [null, 'ZZ', 'constructor', '__proto__'];
  for (const country of unknown)
    for (const channel of CHANNELS)
      expect(ruleFor(CONSENT_POLICY, country, channel, '2026-03-01T00:00:00.000Z')).toMatchObject({
        unlessOpposed: false,
        bases: ['consent', 'double-opt-in'],
      });
});
