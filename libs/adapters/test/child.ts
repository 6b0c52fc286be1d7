import { ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { transformFileSync } from '@swc/core';

const root = join(__dirname, '../../..');

/** Our libraries as JavaScript, where a process of its own finds them. */
const compile = (folder: string): void => {
  for (const library of ['eventsourcing', 'adapters']) {
    const source = join(root, 'libs', library, 'src');
    for (const name of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts') || /\.(spec|contract)\.ts$/.test(name)) continue;
      const target = join(folder, 'node_modules/@boucle', library, relative(source, join(source, name)).replace(/ts$/, 'js'));
      mkdirSync(dirname(target), { recursive: true });
      const { code } = transformFileSync(join(source, name), {
        swcrc: false,
        jsc: { parser: { syntax: 'typescript' }, target: 'es2021' },
        module: { type: 'commonjs' },
      });
      writeFileSync(target, code);
    }
  }
};

/** Runs a script that may require `@boucle/adapters` in a process of its own, by a shell command with `node` in it. */
export const startChild = (folder: string, script: string, command = 'exec node child.js'): ChildProcess => {
  compile(folder);
  writeFileSync(join(folder, 'child.js'), script);
  const path = `${dirname(process.execPath)}:${process.env.PATH}`;
  return spawn('sh', ['-c', command], {
    cwd: folder,
    env: { ...process.env, PATH: path, NODE_PATH: join(root, 'node_modules') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
};

/** All that a child says until it says this or ends. */
export const heard = async (child: ChildProcess, wanted?: string): Promise<string> => {
  let text = '';
  for await (const chunk of child.stdout!) {
    text += String(chunk);
    if (wanted !== undefined && text.includes(wanted)) break;
  }
  return text;
};

export const ended = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(null);
    else child.once('exit', resolve);
  });
