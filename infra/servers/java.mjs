import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { installed, say } from '../run.mjs';

const cache = installed('.cache/boucle/servers');
const REMEDY = 'Java 17 and Maven are needed (Debian, Ubuntu: apt-get install openjdk-17-jdk-headless maven).';
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const LONGEST_START_MS = 180_000;

const execute = promisify(execFile);

/** Runs a program of Java or Maven to its end; gives what it said. */
export async function call(program, args, options) {
  try {
    const { stdout, stderr } = await execute(program, args, { maxBuffer: 1e8, ...options });
    return stdout + stderr;
  } catch (error) {
    if (error.code === 'ENOENT') throw new Error(`${program} was not found. ${REMEDY}`, { cause: error });
    throw new Error(`${program} failed (exit code ${error.code}):\n${(error.stdout + error.stderr).slice(-4000)}`);
  }
}

/** The class path of what a pom.xml asks for; fetched once, and again when the pom.xml has changed. */
export async function classPath(pom) {
  const version = /version "(\d+)/.exec(await call('java', ['-version']))?.[1];
  if (Number(version) < 17) throw new Error(`Java ${version} is too old. ${REMEDY}`);
  const folder = join(cache, `${basename(dirname(pom))}-${createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12)}`);
  if (!existsSync(folder)) {
    say(`Fetching the jars of ${pom} (once)…`);
    mkdirSync(cache, { recursive: true });
    const aside = mkdtempSync(join(cache, 'fetching-'));
    copyFileSync(pom, join(aside, 'pom.xml'));
    try {
      await call('mvn', ['-q', '-B', COPY, `-DoutputDirectory=${join(aside, 'jars')}`], { cwd: aside });
      renameSync(join(aside, 'jars'), folder);
    } catch (error) {
      // another process may have been faster
      if (!existsSync(folder)) throw error;
    } finally {
      rmSync(aside, { recursive: true, force: true });
    }
  }
  return join(folder, '*');
}

/** Starts a Java program and waits until it says that it is ready; it ends with this process. */
export async function startJava(args, ready) {
  const child = spawn('java', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  process.prependOnceListener('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  let said = '';
  const problem = await new Promise((resolve) => {
    setTimeout(() => resolve(`was not ready after ${LONGEST_START_MS / 1000} s`), LONGEST_START_MS).unref();
    const listen = (chunk) => {
      said = (said + chunk).slice(-10_000);
      if (said.includes(ready)) resolve(null);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', listen);
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code) => resolve(`ended with exit code ${code} before it was ready`));
  });
  if (problem === null) return child;
  kill();
  throw new Error(`java ${args.at(-2)} ${problem}:\n${said}`);
}

/** Ends a program at once, as a power cut would. */
export async function kill(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Ports that nobody listens on now. */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
