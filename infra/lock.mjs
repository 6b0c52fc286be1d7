import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, say } from './run.mjs';

const lock = join(root, '.boucle.lock');
const MINUTE = 60_000;

/** Does the work while no other process of this checkout does: one directory is the lock, the file in it names its owner. */
export async function alone(work) {
  for (let told = false; !taken(); told = true) {
    const owner = ownerOf(lock);
    if (isStale(owner)) {
      giveBack(owner);
      continue;
    }
    if (!told) say('Another process is making the workspace ready; waiting for it…');
    await sleep(100);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function taken() {
  try {
    mkdirSync(lock);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(lock, 'owner'), `${hostname()} ${process.pid}`);
  return true;
}

function ownerOf(directory) {
  try {
    return readFileSync(join(directory, 'owner'), 'utf8');
  } catch {
    return '';
  }
}

/** The owner died without giving the lock back; one on another machine, or without a name, is only judged by age. */
function isStale(owner) {
  let age;
  try {
    age = Date.now() - statSync(lock).mtimeMs;
  } catch {
    return false; // just given back
  }
  const [host, pid] = owner.split(' ');
  if (!pid) return age > MINUTE / 6;
  if (age > 30 * MINUTE) return true;
  return host === hostname() && !isAlive(Number(pid));
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Takes a dead owner's lock away; one that changed hands since it was looked at is put back. */
function giveBack(owner) {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    if (ownerOf(aside) === owner) rmSync(aside, { recursive: true, force: true });
    else renameSync(aside, lock);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
