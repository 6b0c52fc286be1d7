import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ended, heard, startChild } from '../test/child.js';
import { openFolder } from './folder.js';

describe('A data folder', () => {
  let place: string;
  let path: string;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'boucle-folder-'));
    path = join(place, 'deep', 'data');
  });
  afterEach(() => rmSync(place, { recursive: true }));

  it('is made if it is not there, and names what lies in it', () => {
    const folder = openFolder(path);
    expect(existsSync(path)).toBe(true);
    expect(folder.path('log.sqlite')).toBe(join(path, 'log.sqlite'));
    folder.close();
  });

  it('refuses a second engine, and says what to do', () => {
    const folder = openFolder(path);
    expect(() => openFolder(path)).toThrow(`${path} is in use by another engine: stop that one, or choose another folder`);
    expect(() => openFolder(path)).toThrow('in use');
    folder.close();
  });

  it('is free once it is closed', () => {
    openFolder(path).close();
    openFolder(path).close();
  });

  it('does not blame another engine for what is no lock', () => {
    openFolder(path).close();
    writeFileSync(join(path, 'lock.sqlite'), 'this is not a database, whatever its name says; '.repeat(50));
    expect(() => openFolder(path)).toThrow('not a database');
  });

  it('is held by another process until that is killed', async () => {
    // who takes it need not hold on to what he was given
    const script = `
      require('@boucle/adapters').openFolder(${JSON.stringify(path)});
      setImmediate(() => { gc(); console.log('held'); });
      setInterval(() => {}, 1000);`;
    const child = startChild(place, script, 'exec node --expose-gc child.js');
    try {
      expect(await heard(child, 'held')).toContain('held');
      expect(() => openFolder(path)).toThrow('in use');
    } finally {
      child.kill('SIGKILL');
      await ended(child);
    }
    openFolder(path).close();
  });
});
