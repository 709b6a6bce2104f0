import type { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The files of the package that are served, each read once. Only success is cached: after a failed read (no file
 * descriptor free, a package that is being replaced) the next call tries again. A dynamic import() would not do: Node
 * caches its failure.
 */
export class PackagedFiles {
  readonly #folder: string;
  readonly #contents = new Map<string, Buffer>();

  /** `folder` is the package's own. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(...path: string[]): Promise<Buffer> {
    const file = join(this.#folder, ...path);
    const known = this.#contents.get(file);
    if (known !== undefined) return known;
    const content = await readFile(file);
    this.#contents.set(file, content);
    return content;
  }
}
