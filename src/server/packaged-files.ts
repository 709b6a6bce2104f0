import type { Buffer } from 'node:buffer';

/**
 * The generated files that are served, each read on its first request. Only success is cached: after a failed read the
 * next request tries again. A dynamic import() would not do: Node caches its failure.
 */
export class PackagedFiles {
  readonly #read: (path: string) => Buffer;
  readonly #contents = new Map<string, Buffer>();

  constructor(read: (path: string) => Buffer) {
    this.#read = read;
  }

  /** `path` is one in `dist`, such as `ui/app.js`. */
  read(path: string): Buffer {
    const known = this.#contents.get(path);
    if (known !== undefined) return known;
    const content = this.#read(path);
    this.#contents.set(path, content);
    return content;
  }
}
