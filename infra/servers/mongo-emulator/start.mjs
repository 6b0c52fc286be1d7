import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installed, say } from '../../run.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const pom = join(here, 'pom.xml');
const source = join(here, 'EmulatorMain.java');
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const HEAP = '-Xmx3g';
const REMEDY = {
  mvn: 'install Maven (Debian, Ubuntu: apt-get install maven)',
  javac: 'install a Java 17 development kit (Debian, Ubuntu: apt-get install openjdk-17-jdk-headless)',
  java: 'install Java 17 (Debian, Ubuntu: apt-get install openjdk-17-jdk-headless)',
};

/** Starts an emulator of MongoDB on a free port of 127.0.0.1; what it needs is kept in the folder for the next time. */
export async function startMongoEmulator(folder = installed('.cache/boucle/servers')) {
  const built = await build(folder);
  const child = spawn('java', ['-XX:+UseSerialGC', HEAP, '-cp', classPath(built), 'EmulatorMain'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  const url = await new Promise((resolve, reject) => {
    let said = '';
    child.once('error', (error) => reject(missing('java', error)));
    child.once('exit', (code) => reject(new Error(`The emulator of MongoDB ended with code ${code} before it was ready`)));
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const ready = /^READY (\S+)$/m.exec(said);
      if (ready) resolve(ready[1]);
    });
  });
  const stop = async () => {
    child.kill('SIGKILL'); // it lives in memory: there is nothing to put away
    await ended;
  };
  return { url, stop };
}

/** The folder with jars and classes; made aside and renamed, so that it is whole or not there. */
async function build(folder) {
  const version = createHash('sha256').update(readFileSync(pom)).update(readFileSync(source)).digest('hex').slice(0, 12);
  const built = join(folder, `mongo-emulator-${version}`);
  if (existsSync(built)) return built;
  mkdirSync(folder, { recursive: true });
  const aside = mkdtempSync(`${built}.`);
  try {
    await run('mvn', ['-q', '-B', '-f', pom, COPY, `-DoutputDirectory=${aside}`]);
    await run('javac', ['-cp', classPath(aside), '-d', aside, source]);
    renameSync(aside, built);
  } catch (error) {
    if (!existsSync(built)) throw error; // else another process was faster
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return built;
}

const classPath = (built) => [built, join(built, '*')].join(delimiter);

function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    child.once('error', (error) => reject(missing(command, error)));
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} could not prepare the emulator of MongoDB (code ${code}):\n${said.trim()}`));
    });
  });
}

const missing = (command, error) =>
  error.code === 'ENOENT'
    ? new Error(`The emulator of MongoDB needs ${command}, which cannot be found: ${REMEDY[command]}`)
    : new Error(`${command} cannot be started: ${error.message}`);

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { url, stop } = await startMongoEmulator();
  say('An emulator of MongoDB, in memory; Ctrl-C ends it.');
  console.log(url);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
}
