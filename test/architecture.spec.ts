import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');

interface Piece {
  file: string;
  code: string;
}

/** Which rules each piece of code breaks; in a process of its own, as the configuration is an ES module. Types are left out. */
function lint(pieces: Piece[]): string[][] {
  const program = `
    import { ESLint } from 'eslint';
    import tseslint from 'typescript-eslint';
    let input = '';
    for await (const chunk of process.stdin) input += chunk;
    const eslint = new ESLint({ overrideConfig: [tseslint.configs.disableTypeChecked] });
    const broken = [];
    for (const { file, code } of JSON.parse(input)) {
      const [result] = await eslint.lintText(code, { filePath: file });
      broken.push(result.messages.map(({ ruleId, message }) => ruleId ?? message));
    }
    console.log(JSON.stringify(broken));`;
  const args = ['--input-type=module', '--eval', program];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: root, input: JSON.stringify(pieces), encoding: 'utf8' }));
}

const IMPORTS = '@typescript-eslint/no-restricted-imports';
const importing = (file: string, from: string): Piece => ({ file, code: `import * as it from '${from}';\nexport const kept = it;\n` });

const refused: [file: string, from: string][] = [
  ['libs/eventsourcing/src/saga.ts', '@boucle/adapters'],
  ['libs/eventsourcing/src/saga.spec.ts', '@boucle/campaigns'],
  ['libs/eventsourcing/src/codec.ts', 'node:crypto'],
  ['libs/eventsourcing/src/hash.ts', 'node:fs'],
  ['libs/eventsourcing/src/deep/hash.ts', 'node:crypto'],
  ['libs/targeting/src/random.ts', '@boucle/eventsourcing'],
  ['libs/targeting/src/random.ts', 'crypto'],
  ['libs/contracts/src/waves.schema.ts', '@boucle/campaigns'],
  ['libs/segments/src/grammar.ts', '@boucle/clients'],
  ['libs/clients/src/client/client.decider.ts', '@boucle/campaigns'],
  ['libs/clients/src/client/client.decider.ts', '../../campaigns/src/wave.events.js'],
  ['libs/clients/src/client/client.decider.ts', 'fs/promises'],
  ['libs/clients/src/client/client.commands.ts', '@nestjs/common'],
  ['libs/clients/src/client/client.commands.ts', 'node:util'],
  ['libs/clients/src/client/client.events.ts', '@nestjs/swagger'],
  ['libs/campaigns/src/closed-loop.saga.ts', '@boucle/delivery'],
  ['libs/campaigns/src/closed-loop.saga.ts', '../../../apps/engine/src/config.js'],
  ['libs/campaigns/src/closed-loop.saga.ts', '@boucle/clients/src/index.js'],
  ['libs/campaigns/src/closed-loop.saga.ts', '@nestjs/cqrs'],
  ['libs/campaigns/src/wave.decider.spec.ts', '@nestjs/testing'],
  ['libs/campaigns/src/decisions.ts', 'better-sqlite3'],
  ['libs/campaigns/src/decisions.ts', 'mongodb'],
  ['libs/delivery/src/email.ts', '@boucle/adapters'],
  ['libs/delivery/src/email.ts', 'kafkajs'],
  ['libs/delivery/src/email.ts', '@eventstore/db-client'],
  ['libs/adapters/src/event-store/embedded.ts', '@boucle/clients'],
  ['libs/adapters/src/event-store/embedded.ts', '../../../targeting/src/random.js'],
  ['libs/adapters/src/event-store/embedded.ts', '@nestjs/common'],
];

const welcome: [file: string, from: string][] = [
  ['libs/eventsourcing/src/hash.ts', 'node:crypto'],
  ['libs/eventsourcing/src/saga.ts', './stream/events.js'],
  ['libs/eventsourcing/src/saga.spec.ts', 'node:timers/promises'],
  ['libs/targeting/src/random.spec.ts', 'node:fs'],
  ['libs/segments/src/compiled.ts', '@boucle/eventsourcing'],
  ['libs/clients/src/client/profile.projection.ts', '@boucle/segments'],
  ['libs/clients/src/client/client.commands.ts', '@nestjs/swagger'],
  ['libs/clients/src/client/client.commands.ts', 'class-validator'],
  ['libs/clients/src/client/client.decider.spec.ts', '../../eventsourcing/src/testing.js'],
  ['libs/campaigns/src/regulation.ts', '@boucle/targeting'],
  ['libs/campaigns/src/attribution.ts', '@boucle/clients'],
  ['libs/delivery/src/post.ts', '@boucle/campaigns'],
  ['libs/adapters/src/event-store/embedded.ts', '@boucle/eventsourcing'],
  ['libs/adapters/src/event-store/embedded.ts', 'better-sqlite3'],
  ['libs/adapters/src/event-store/embedded.ts', 'node:path'],
  ['libs/adapters/src/event-store/embedded.spec.ts', './event-store.contract.js'],
  ['apps/engine/src/engine.module.ts', '@boucle/delivery'],
  ['apps/engine/src/engine.module.ts', '@nestjs/common'],
];

const habits: [what: string, piece: Piece, rule: string][] = [
  ['console in a library', { file: 'libs/adapters/src/a.ts', code: `console.log('here');` }, 'no-console'],
  ['a default export', { file: 'libs/clients/src/a.ts', code: 'export default 1;' }, 'no-restricted-exports'],
  ['an import that is an expression', { file: 'libs/clients/src/a.ts', code: `void import('@boucle/delivery');` }, 'no-restricted-syntax'],
  ['an import in a type', { file: 'libs/clients/src/a.ts', code: `export type P = import('node:path').Path;` }, 'no-restricted-syntax'],
];

const libraries = readdirSync(join(root, 'libs'));
const upwards = (library: string) => importing(`libs/${library}/src/a.ts`, '../../../apps/cli/src/main.js');

describe('The architecture', () => {
  const broken = new Map<string, string[]>();
  const rulesBrokenBy = (piece: Piece) => broken.get(JSON.stringify(piece));

  beforeAll(() => {
    const pairs = [...refused, ...welcome].map(([file, from]) => importing(file, from));
    const pieces = [...pairs, ...libraries.map(upwards), ...habits.map(([, piece]) => piece)];
    lint(pieces).forEach((rules, n) => broken.set(JSON.stringify(pieces[n]), rules));
  });

  it.each(refused)('%s may not import %s', (file, from) => expect(rulesBrokenBy(importing(file, from))).toEqual([IMPORTS]));
  it.each(welcome)('%s may import %s', (file, from) => expect(rulesBrokenBy(importing(file, from))).toEqual([]));
  it.each(libraries)('libs/%s has its place in the directions', (library) => expect(rulesBrokenBy(upwards(library))).toEqual([IMPORTS]));
  it.each(habits)('refuses %s', (_, piece, rule) => expect(rulesBrokenBy(piece)).toEqual([rule]));
});
