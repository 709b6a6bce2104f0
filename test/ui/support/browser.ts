import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { beforeAll, describe, expect, onTestFinished } from 'vitest';
import { openTestServer, type TestServer, type TestServerOptions } from '../../support/server.js';

const BROWSER = process.env['CHROMIUM'] ?? '/usr/bin/chromium-headless-shell';
const isThere = existsSync(BROWSER);

if (!isThere) {
  const what = `${BROWSER} is missing: apt-get install chromium-headless-shell, or set CHROMIUM to a browser`;
  if (process.env['BROWSER_REQUIRED'] !== undefined) throw new Error(what);
  console.warn(`skipped the tests of /__mock/ui in a browser: ${what}`);
}

export const NOW = '2024-01-31T12:00:00Z';

export interface Stage {
  server: TestServer;
  browser: Browser;
  /** Opens the page at a hash. What it logs as an error, and what it asks of another host, fails the test. */
  open: (hash?: string, options?: BrowserContextOptions & { allow?: RegExp }) => Promise<Page>;
  /** Sends a request with the built-in key, or with another one. */
  ask: (query: string, key?: string) => Promise<void>;
}

/** Tests of the page in a browser; they share one server, on a frozen clock, and one browser. */
export function describeUi(title: string, tests: (stage: Stage) => void, options: TestServerOptions = {}): void {
  (isThere ? describe : describe.skip)(title, () => {
    const stage = {} as Stage;
    beforeAll(async () => {
      const server = await openTestServer({ clock: NOW, ...options });
      const browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });
      const ask = async (query: string, key = 'YOUR-REST-API-KEY') => {
        const headers = { authorization: `Bearer ${key}` };
        await (await fetch(`${server.url}/segments/data_series?${query}`, { headers })).arrayBuffer();
      };
      Object.assign(stage, { server, browser, ask, open: opener(server, browser) });
      return async () => {
        await browser.close();
        await server.stop();
      };
    });
    tests(stage);
  });
}

function opener(server: TestServer, browser: Browser): Stage['open'] {
  return async (hash = '', { allow, ...options } = {}) => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    context.setDefaultTimeout(Number(process.env['UI_TIMEOUT'] ?? 60_000));
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') wrong.push(message.text());
    });
    page.on('pageerror', (error) => wrong.push(String(error)));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(`${server.url}/`) && !/^(blob|data):/.test(url)) wrong.push(`asked ${url}`);
    });
    onTestFinished(async () => {
      await context.close();
      expect(wrong.filter((text) => allow?.test(text) !== true)).toEqual([]);
    });
    await page.goto(`${server.url}/__mock/ui${hash}`);
    return page;
  };
}

/** What axe finds wrong with a page. */
export async function axeProblems(page: Page): Promise<string[]> {
  // What is still fading in has less contrast.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map(({ finished }) => finished)).then(() => undefined),
  );
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: { run: () => Promise<Axe> } }).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
}

interface Axe {
  violations: { id: string; nodes: { html: string }[] }[];
}
