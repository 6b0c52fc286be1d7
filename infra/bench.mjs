import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ready } from './ready.mjs';
import { root, runNode, say } from './run.mjs';

await ready();

const main = join(root, 'dist/test/benchmarks/main.js');
if (existsSync(main)) {
  process.exitCode = await runNode(['--expose-gc', main, ...process.argv.slice(2)]);
} else {
  say('There are no benchmarks: test/benchmarks/main.ts is missing.');
  process.exitCode = 1;
}
