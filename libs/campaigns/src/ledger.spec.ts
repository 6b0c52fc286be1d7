import { createHash } from 'node:crypto';
import { merkleTree } from '@boucle/eventsourcing';
import { ledgerLine } from './ledger.js';
import { Decision } from './wave.events.js';

const drawn: Decision = { clientId: 'b', cell: 'region=north', arm: 'mail', propensities: { mail: 700_000, letter: 300_000 } };
const heldOut: Decision = { clientId: 'a', cell: 'all', reason: 'hold-out', shadow: true };

describe('ledger', () => {
  it('has one line of canonical JSON per decision, without position, time or event id', () => {
    expect(ledgerLine(2, drawn)).toBe(
      '{"arm":"mail","cell":"region=north","clientId":"b","propensities":{"letter":300000,"mail":700000},"wave":2}',
    );
    expect(ledgerLine(2, heldOut)).toBe('{"cell":"all","clientId":"a","reason":"hold-out","wave":2}');
  });
  it('leaves out whether a held-out client would have been mailed', () =>
    expect(ledgerLine(2, { ...heldOut, shadow: false })).toBe(ledgerLine(2, heldOut)));
  it('writes the same line whatever order the fields come in', () =>
    expect(ledgerLine(2, { propensities: { letter: 300_000, mail: 700_000 }, arm: 'mail', cell: 'region=north', clientId: 'b' })).toBe(
      ledgerLine(2, drawn),
    ));
  it('is sealed by a root that anyone can compute again', () => {
    const lines = [ledgerLine(2, heldOut), ledgerLine(2, drawn), ledgerLine(2, { ...heldOut, clientId: 'c' })];
    const tree = merkleTree();
    for (const line of lines) tree.add(line);
    const sha256 = (...parts: readonly (string | Buffer)[]) =>
      createHash('sha256')
        .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
        .digest();
    const [a, b, c] = lines.map((line) => sha256('\u0000', line));
    expect(tree.root()).toBe(sha256('\u0001', sha256('\u0001', a, b), c).toString('hex'));
  });
});
