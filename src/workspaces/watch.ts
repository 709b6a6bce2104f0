import { statSync } from 'node:fs';
import { ConfigurationError } from '../configuration-error.js';
import type { Mock } from '../mock.js';
import { fixtureFilesAt, type LoadedFile, loadFixtureFiles } from './load.js';

/** What a look at the fixture files came to. */
export type Look = { changed: string[] } | { problems: readonly string[] } | undefined;

/**
 * Reloads fixture files that changed. It looks at their dates instead of waiting for the file system to tell:
 * files mounted into a container, or shared over a network, change without a word.
 */
export class FixtureWatch {
  readonly #mock: Mock;
  readonly #path: string;
  #loaded: LoadedFile[];
  #seen: string;
  #settled: string;

  constructor(mock: Mock, path: string, loaded: LoadedFile[]) {
    this.#mock = mock;
    this.#path = path;
    this.#loaded = loaded;
    this.#seen = this.#dates();
    this.#settled = this.#seen;
  }

  /**
   * Looks at the files. A change is taken up once it has stood for two looks, so that no half-written file is read;
   * only the workspaces of changed files start anew. Where a file has problems, the last good state goes on.
   */
  look(): Look {
    const dates = this.#dates();
    const stands = dates === this.#seen;
    this.#seen = dates;
    if (!stands || dates === this.#settled) return undefined;
    this.#settled = dates;
    try {
      return this.#reload();
    } catch (error) {
      if (error instanceof ConfigurationError) return { problems: error.problems };
      throw error;
    }
  }

  #reload(): Look {
    const files = loadFixtureFiles(this.#path);
    const isSame = (one: LoadedFile) => (other: LoadedFile) => one.file === other.file && one.text === other.text;
    const gone = this.#loaded.filter((file) => !files.some(isSame(file)));
    const come = files.filter((file) => !this.#loaded.some(isSame(file)));
    if (gone.length + come.length === 0) return undefined;
    const loaded = files.map((file) => this.#loaded.find(isSame(file)) ?? file);
    this.#mock.replace(loaded.flatMap((file) => file.workspaces));
    this.#loaded = loaded;
    return { changed: [...new Set([...gone, ...come].map(({ file }) => file))] };
  }

  #dates(): string {
    try {
      return fixtureFilesAt(this.#path)
        .map((file) => [file, statSync(file).mtimeMs, statSync(file).size].join(' '))
        .join('\n');
    } catch (error) {
      return String(error);
    }
  }
}
