import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { beforeAll, describe, expect, inject, onTestFinished } from 'vitest';
import { openTestServer, type TestServer, type TestServerOptions } from '../../support/server.js';

const endpoint = inject('browserEndpoint');
/** Waiting ends a failed test; it fails no slow one. */
const WAIT_MS = 120_000;

export const NOW = '2024-01-31T12:00:00Z';

export interface OpenOptions {
  /** Errors that are expected. */
  allow?: RegExp;
  /** Default: 1440 × 900. */
  viewport?: { width: number; height: number };
  /** Default: light. */
  colorScheme?: 'light' | 'dark';
}

export interface Stage {
  server: TestServer;
  browser: Browser;
  /** Opens the page at a hash. What it logs as an error, and what it asks of another host, fails the test. */
  open: (hash?: string, options?: OpenOptions) => Promise<Page>;
  /** Sends a request with the built-in key, or with another one. */
  ask: (query: string, key?: string) => Promise<void>;
}

/** Tests of the page in a browser; they share one server, on a frozen clock. */
export function describeUi(title: string, tests: (stage: Stage) => void, options: TestServerOptions = {}): void {
  (endpoint !== '' ? describe : describe.skip)(title, () => {
    const stage = {} as Stage;
    beforeAll(async () => {
      const server = await openTestServer({ clock: NOW, ...options });
      const browser = await chromium.connect(endpoint, { timeout: WAIT_MS });
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

const EVENTS = ['console', 'pageerror', 'request', 'dialog'] as const;

function opener(server: TestServer, browser: Browser): Stage['open'] {
  /** Those of earlier tests: starting a renderer and compiling the page's code takes it 0.3 s of CPU. */
  const idle: Page[] = [];
  return async (hash = '', { allow, viewport = { width: 1440, height: 900 }, colorScheme = 'light' } = {}) => {
    const page = idle.pop() ?? (await (await browser.newContext()).newPage());
    page.setDefaultTimeout(WAIT_MS);
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: null });
    const wrong: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') wrong.push(message.text());
    });
    page.on('pageerror', (error) => wrong.push(String(error)));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(`${server.origin}/`) && !/^(blob|data):/.test(url)) wrong.push(`asked ${url}`);
    });
    onTestFinished(async ({ task }) => {
      if (task.result?.state === 'fail') return page.context().close();
      await page.evaluate(() => [localStorage, sessionStorage].forEach((storage) => storage.clear()));
      await page.goto('about:blank');
      for (const event of EVENTS) page.removeAllListeners(event);
      idle.push(page);
      expect(wrong.filter((text) => allow?.test(text) !== true)).toEqual([]);
    });
    await page.goto(`${server.origin}/__mock/ui${hash}`);
    return page;
  };
}

/** Has a page read the state of the mock at once, as it does when it is shown again, and not with its next poll. */
export function look(page: Page): Promise<unknown> {
  return page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
}

/** What axe finds wrong with a page, by all of its rules or by some of them. */
export async function axeProblems(page: Page, rules?: string[]): Promise<string[]> {
  await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null);
  // What is still fading in has less contrast. Not awaited: a page that shows no frames never ends an animation.
  await page.evaluate(() => {
    for (const animation of document.getAnimations())
      if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish();
  });
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  return page.evaluate(async (values) => {
    const { run } = (globalThis as unknown as { axe: { run: (options: object) => Promise<Axe> } }).axe;
    const { violations } = await run(values === undefined ? {} : { runOnly: { type: 'rule', values } });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  }, rules);
}

interface Axe {
  violations: { id: string; nodes: { html: string }[] }[];
}
