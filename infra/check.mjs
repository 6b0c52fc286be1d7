import { join } from 'node:path';
import { ready } from './ready.mjs';
import { installed, root, runNode, say } from './run.mjs';

await ready();

const steps = {
  prettier: [installed('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'],
  eslint: [installed('eslint/bin/eslint.js'), '.', '--max-warnings', '0'],
  types: [installed('typescript/bin/tsc'), '-p', 'tsconfig.json'],
  tests: [join(root, 'infra/test.mjs')],
};
if (process.argv.includes('--static')) delete steps.tests;

const failed = [];
for (const [name, args] of Object.entries(steps)) {
  const started = Date.now();
  const code = await runNode(args, { cwd: root });
  if (code !== 0) failed.push(name);
  say(`${name}: ${code === 0 ? 'passed' : 'FAILED'} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  if (code > 128) break;
}
if (failed.length > 0) say(`Failed: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
