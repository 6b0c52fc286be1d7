import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runJest } from './jest.mjs';
import { ready } from './ready.mjs';
import { root } from './run.mjs';

await ready();

const args = process.argv.slice(2);
const onServers = ['apps', 'libs', 'test']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }))
  .filter((file) => file.endsWith('.servers-spec.ts'));
const remark = `${onServers.length} test files (*.servers-spec.ts) need real servers and were left out: npm run test:servers runs them (Java 17 and Maven).`;
process.exitCode = await runJest([], args, { remarks: args.length === 0 ? [remark] : [] });
