import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A file of an installed package, to be run by this Node: faster than npx, and the same on every system. */
export const installed = (path) => join(root, 'node_modules', path);

/** Progress of the runner itself; stdout belongs to the program that is run. */
export const say = (text) => process.stderr.write(`${text}\n`);

/** Runs a program, hands signals on to it and gives its exit code (128 + n where signal n ended it). */
export function run(command, args, { onStart, onMessage, ...options } = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  onStart?.(child);
  const handOn = (signal) => {
    // Ctrl-C in a terminal has reached the child already
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, handOn);
  if (onMessage) child.on('message', onMessage);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  }).finally(() => {
    for (const signal of signals) process.off(signal, handOn);
  });
}

/** Runs a JavaScript file with this Node. */
export const runNode = (args, options) => run(process.execPath, args, options);
