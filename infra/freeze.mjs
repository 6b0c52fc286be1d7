import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ready } from './ready.mjs';
import { root, say } from './run.mjs';

await ready();
const { breakingRevision, PUBLIC_TOPICS, revisionOf } = createRequire(import.meta.url)(join(root, 'dist/libs/contracts/src/index.js'));

// Appends what changed to the published revisions of each topic; a change that breaks a reader needs a new version of its topic instead.
for (const topic of PUBLIC_TOPICS) {
  const file = join(root, 'libs/contracts/published', `${topic.name}.json`);
  const revisions = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  const now = JSON.parse(JSON.stringify(revisionOf(topic)));
  if (isDeepStrictEqual(revisions.at(-1), now)) continue;
  const broken = revisions.flatMap((before) => breakingRevision(before, now));
  if (broken.length > 0) {
    say(`${topic.name}: not published, as it would break those who read it:\n  ${broken.join('\n  ')}`);
    process.exitCode = 1;
    continue;
  }
  writeFileSync(file, `${JSON.stringify([...revisions, now], null, 2)}\n`);
  say(`${topic.name}: revision ${revisions.length + 1} published`);
}
