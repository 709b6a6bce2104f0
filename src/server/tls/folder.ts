import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { platform } from 'node:os';
import { dirname, join } from 'node:path';
import { ConfigurationError } from '../../schema/configuration-error.js';
import { readRegularFile } from '../../system/regular-file.js';
import { unusable } from './pem.js';

/** Can users other than the owner read or write a file? Always false on Windows, which has no file modes. */
export function isOpenToOthers(file: string): boolean {
  return platform() !== 'win32' && (statSync(file).mode & 0o077) !== 0;
}

/** A folder of secrets that several processes may write concurrently. Files appear atomically. */
export class Folder {
  constructor(private readonly path: string) {}

  file(name: string): string {
    return join(this.path, name);
  }

  read(name: string): string | undefined {
    try {
      return readRegularFile(this.file(name)).toString('utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw this.#unusable(error);
    }
  }

  /** A secret's text. @throws ConfigurationError if other users can read the file. */
  readSecret(name: string): string | undefined {
    const text = this.read(name);
    const file = this.file(name);
    if (text === undefined || !isOpenToOthers(file)) return text;
    const remedy = `if no other user can have read it, run "chmod 600 ${file}"; otherwise remove the folder and trust the new CA`;
    throw unusable(file, 'a private key that is open to other users', 'mode 0600', remedy);
  }

  /** Adds a file and returns its text. If another process was faster, its file wins. */
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

  replace(name: string, text: string, mode: number): void {
    this.#write(text, mode, (written) => renameSync(written, this.file(name)));
  }

  #write<T>(text: string, mode: number, publish: (written: string) => T): T {
    const written = this.file(`.${randomUUID()}`);
    try {
      makeFolder(this.path);
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
      `${this.path}: cannot hold the certificates: ${message}; name another folder with --tls-dir`,
    ]);
  }
}

/** Makes a folder with its parents. Node's `recursive` never returns in `/proc` (checked on Node 20.20). */
function makeFolder(path: string): void {
  const attempt = () => {
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      // What exists may be a file; writing to it says so.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  };
  try {
    attempt();
  } catch (error) {
    // Not looked for before: Node's permission model may deny reading a parent that is there.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error;
    makeFolder(dirname(path));
    attempt();
  }
}
