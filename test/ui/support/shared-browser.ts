import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';

export const BROWSER = process.env['CHROMIUM'] ?? '/usr/bin/chromium-headless-shell';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser of all files listens; empty without a browser. */
    browserEndpoint: string;
  }
}

/** Starts one browser for all test files; starting one in each takes longer than most of their tests. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  project.provide('browserEndpoint', '');
  if (!existsSync(BROWSER)) {
    const what = `${BROWSER} is missing: apt-get install chromium-headless-shell, or set CHROMIUM to a browser`;
    if (process.env['BROWSER_REQUIRED'] !== undefined) throw new Error(what);
    console.warn(`skipped the tests of /__mock/ui in a browser: ${what}`);
    return undefined;
  }
  const server = await chromium.launchServer({ executablePath: BROWSER, args: ['--no-sandbox'], timeout: 180_000 });
  project.provide('browserEndpoint', server.wsEndpoint());
  return () => server.close();
}
