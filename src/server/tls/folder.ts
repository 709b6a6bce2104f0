import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '../../schema/configuration-error.js';

/** Can others than its owner read a file, or write it? Windows has no such modes. */
export function isOpenToOthers(file: string): boolean {
  return platform() !== 'win32' && (statSync(file).mode & 0o077) !== 0;
}

/** A folder of secrets that several processes may write at the same time; each file is there whole or not at all. */
export class Folder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  file(name: string): string {
    return join(this.#path, name);
  }

  /** A file's text, `undefined` where there is none. */
  read(name: string): string | undefined {
    try {
      return readFileSync(this.file(name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw this.#unusable(error);
    }
  }

  /** A secret's text. @throws ConfigurationError where others could have read it. */
  readSecret(name: string): string | undefined {
    const text = this.read(name);
    const file = this.file(name);
    if (text === undefined || !isOpenToOthers(file)) return text;
    const mend = `if nobody can have read it, "chmod 600 ${file}"; else remove the folder, and trust the CA that is made then`;
    throw new ConfigurationError([
      `${file}: found a private key that is open to other users, expected mode 0600; ${mend}`,
    ]);
  }

  /** Adds a file and gives its text: that of another process, if it was faster. */
  publish(name: string, text: string, mode: number): string {
    const isFirst = this.#write(text, mode, (written) => {
      try {
        linkSync(written, this.file(name));
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
        throw error;
      }
    });
    return isFirst ? text : (this.read(name) ?? text);
  }

  /** Puts a file in the place of another. */
  replace(name: string, text: string, mode: number): void {
    this.#write(text, mode, (written) => renameSync(written, this.file(name)));
  }

  #write<T>(text: string, mode: number, publish: (written: string) => T): T {
    const written = this.file(`.${randomUUID()}`);
    try {
      mkdirSync(this.#path, { recursive: true, mode: 0o700 });
      writeFileSync(written, text, { mode, flag: 'wx' });
      return publish(written);
    } catch (error) {
      throw this.#unusable(error);
    } finally {
      rmSync(written, { force: true });
    }
  }

  #unusable(error: unknown): ConfigurationError {
    const { message } = error as Error;
    return new ConfigurationError([
      `${this.#path}: cannot hold the certificates: ${message}; name another folder with --tls-dir`,
    ]);
  }
}
