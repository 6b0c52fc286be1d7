import { createReadStream, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { createInterface } from 'node:readline';

/** Folders of files that are there for a while only, such as uploads and exports, in a folder or wherever their paths say; a line of a file speaks of one person. */
export class TemporaryFiles {
  constructor(
    private readonly dir: string,
    private readonly folders: readonly string[],
  ) {}

  /** The files, as paths inside the data folder, that have a line for which this holds. */
  async with(holds: (line: string) => boolean): Promise<string[]> {
    const found: string[] = [];
    for (const name of this.names()) if (await this.someLine(name, holds)) found.push(name);
    return found;
  }

  remove(names: readonly string[]): void {
    for (const name of names) rmSync(join(this.dir, name), { force: true });
  }

  /** Removes what was written last before an instant, ISO. */
  expire(before: string): void {
    this.remove(this.names().filter((name) => statSync(join(this.dir, name)).mtime.toISOString() < before));
  }

  private names(): string[] {
    return this.folders.flatMap((folder) => {
      const path = resolve(this.dir, folder);
      if (!existsSync(path)) return [];
      const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      return files.map(({ parentPath, name }) => relative(this.dir, join(parentPath, name)).split(sep).join('/')).sort();
    });
  }

  private async someLine(name: string, holds: (line: string) => boolean): Promise<boolean> {
    const input = createReadStream(join(this.dir, name), 'utf8');
    try {
      for await (const line of createInterface({ input, crlfDelay: Infinity })) if (holds(line)) return true;
      return false;
    } finally {
      input.destroy();
    }
  }
}
