import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { installed, root, runNode, say } from './run.mjs';

/** On two cores the slowest file takes a third of it. */
const LONGEST_FILE_MS = 20 * 60_000;
const LONGEST_REST_MS = 60_000;

/** Runs jest, says what was skipped and why, and gives its exit code; the last line on stdout are the counts. */
export async function runJest(options, args, { env = {}, remarks = [] } = {}) {
  let result;
  let jest;
  const limits = new Map();
  const began = (what, longest) => {
    const giveUp = () => {
      say(`${what} does not end: stopped.`);
      jest.kill('SIGKILL');
    };
    limits.set(what, setTimeout(giveUp, longest));
  };
  const ended = (what) => clearTimeout(limits.get(what));
  const reporters = ['--reporters=default', `--reporters=${join(root, 'infra/test-reporter.cjs')}`];
  // an option with one value comes last, else jest takes the first argument for one more reporter
  const code = await runNode([installed('jest/bin/jest.js'), ...reporters, ...options, '--config=jest.config.cjs', ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    onStart: (child) => (jest = child),
    onMessage: (message) => {
      if (message.began) began(message.began, LONGEST_FILE_MS);
      if (message.ended) ended(message.ended);
      if (!message.counts) return;
      result = message.counts;
      began('Something that a test has left behind', LONGEST_REST_MS);
    },
  });
  [...limits.keys()].forEach(ended);

  if (result) {
    const chosen = args.some((arg) => arg.startsWith('-t') || arg.startsWith('--testNamePattern'));
    if (!chosen) for (const [group, tests] of Object.entries(result.skippedIn)) say(`skipped: ${group} (${tests})`);
    const folder = resolve(root, process.env.BOUCLE_DATA_DIR ?? 'data');
    if (!existsSync(folder)) say(`Tests on recorded data are skipped: folder ${folder} not found; set BOUCLE_DATA_DIR.`);
    if (result.broken > 0) say(`${result.broken} test file(s) did not run to the end; each counts as one failed test.`);
    remarks.forEach(say);
  }
  const { passed, failed, skipped } = result ?? { passed: 0, failed: 0, skipped: 0 };
  if (result || code !== 0) console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  const nothingRan = passed + failed === 0 && args.length === 0;
  return code === 0 && nothingRan ? 1 : code;
}
