import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alone } from './lock.mjs';
import { installed, root, run, runNode, say } from './run.mjs';

const lockFile = join(root, 'package-lock.json');
const dependencyStamp = installed('.boucle-lock');
const sourceStamp = join(root, 'dist/.boucle-sources');
/** What the programs run behind the runner print belongs on stderr, as do its own words. */
const quietly = { cwd: root, stdio: ['ignore', 2, 2] };

/** Makes the workspace ready to run: dependencies as locked, dist as the sources say. Costs one look when both are. */
export async function ready() {
  if (isInstalled() && isBuilt()) return;
  try {
    await alone(async () => {
      if (!isInstalled()) await install();
      if (!isBuilt()) await build();
    });
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    say(error.code > 128 ? 'Interrupted.' : error.message);
    process.exit(error.code);
  }
}

class NotReady extends Error {
  constructor(message, code = 1) {
    super(message);
    this.code = code;
  }
}

const isInstalled = () => read(dependencyStamp) === dependencies();
const isBuilt = () => read(sourceStamp) === sources();

/** Compiled dependencies fit one Node only, so it is part of the stamp. */
function dependencies() {
  const node = [process.platform, process.arch, process.versions.modules];
  return hash([node.join(' '), read(lockFile)]);
}

function sources() {
  const folders = ['apps', 'libs'].flatMap((group) => subfolders(group).map((name) => join(group, name, 'src')));
  const settings = readdirSync(root).filter(
    (name) => name === 'nest-cli.json' || name === 'package-lock.json' || /^tsconfig.*\.json$/.test(name),
  );
  const files = [...folders, 'test/benchmarks', 'test/support/eventstoredb-server']
    .flatMap(filesIn)
    .filter((file) => !/\.(spec|e2e-spec|servers-spec|contract)\.ts$/.test(file));
  return hash([...settings, ...files].sort().flatMap((file) => [file, read(join(root, file))]));
}

async function install() {
  if (!isAsLocked() || whyNotSqlite()) {
    say('Installing dependencies (once; a few minutes)…');
    // spelt out, because an outer `npm run --silent` or a NODE_ENV would reach into this npm
    const args = ['ci', '--include=dev', '--loglevel=error', '--no-audit', '--no-fund', '--no-update-notifier'];
    const code = await run('npm', args, { ...quietly, shell: process.platform === 'win32', env: { ...process.env, ...nodeHeaders() } });
    const missing = missingCompilers();
    if (code !== 0 && missing.length > 0) throw new NotReady(adviceOn(missing), code);
    if (code !== 0) throw new NotReady('The dependencies could not be installed; npm says why above.', code);
    const reason = whyNotSqlite();
    if (reason) throw new NotReady(missing.length > 0 ? adviceOn(missing) : `better-sqlite3 is installed but does not load: ${reason}`);
  }
  writeFileSync(dependencyStamp, dependencies());
}

/** Whether somebody has already installed what the lock file asks for, by hand. */
function isAsLocked() {
  const locked = JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  const present = JSON.parse(read(installed('.package-lock.json')) || '{}').packages;
  if (present) {
    return Object.entries(locked).every(([path, { version, optional, extraneous }]) => {
      return path === '' || (present[path] ? present[path].version === version : optional || extraneous);
    });
  }
  return Object.keys({ ...locked[''].dependencies, ...locked[''].devDependencies }).every((name) => {
    const found = read(installed(`${name}/package.json`));
    return found && JSON.parse(found).version === locked[`node_modules/${name}`].version;
  });
}

/** better-sqlite3 is compiled on the machine; opening a database shows that it was, and for this Node. */
function whyNotSqlite() {
  try {
    const Database = createRequire(lockFile)('better-sqlite3');
    new Database(':memory:').close();
    return undefined;
  } catch (error) {
    return error.message.split('\n')[0];
  }
}

/** Headers that came with Node spare the compiler a download. */
function nodeHeaders() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include/node/node.h')) ? { npm_config_nodedir: process.env.npm_config_nodedir ?? prefix } : {};
}

function missingCompilers() {
  if (process.platform === 'win32') return [];
  const found = (name) => (process.env.PATH ?? '').split(delimiter).some((folder) => isExecutable(join(folder, name)));
  return [
    ['python3', ['python3', 'python']],
    ['make', ['make', 'gmake']],
    ['g++', ['g++', 'c++', 'clang++']],
  ].flatMap(([name, programs]) => (programs.some(found) ? [] : [name]));
}

const adviceOn = (missing) =>
  `better-sqlite3 could not be built because ${missing.join(', ')} cannot be found. ` +
  `Install what is missing (Debian, Ubuntu: apt-get install ${missing.join(' ')}) and run the command again.`;

async function build() {
  say('Building…');
  // taken before the build: a file saved meanwhile asks for one more
  const stamp = sources();
  const code = await runNode([installed('@nestjs/cli/bin/nest.js'), 'build', 'engine'], quietly);
  if (code !== 0) throw new NotReady('The sources could not be built; the compiler says why above.', code);
  writeFileSync(sourceStamp, stamp);
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function entries(folder, options) {
  return existsSync(join(root, folder)) ? readdirSync(join(root, folder), { withFileTypes: true, ...options }) : [];
}

const subfolders = (folder) => entries(folder).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

const filesIn = (folder) =>
  entries(folder, { recursive: true }).flatMap((entry) =>
    entry.isFile() ? [relative(root, join(entry.parentPath ?? entry.path, entry.name))] : [],
  );

const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Each part is led by its length, so that no two lists of parts run together. */
function hash(parts) {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(`${Buffer.byteLength(part)}:`).update(part);
  return digest.digest('hex');
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await ready();
