/** `npm run screenshots`: takes the pictures of docs/images, from the built command and a real browser. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';

const BROWSER = process.env['CHROMIUM'] ?? '/usr/bin/chromium-headless-shell';
const KEY = 'YOUR-REST-API-KEY';

/** Requests with several outcomes; the last one is the one that is opened. */
const QUERIES = [
  'segment_id=segment_1234&length=14',
  'segment_id=segment_5678&length=30&ending_at=2024-05-31',
  'segment_id=segment_server_error&length=1',
  'segment_id=segment_1234&length=7&ending_date=2024-05-31',
  'segment_id=segment_without_analytics&length=2',
  'segment_id=segment_bought&length=100',
  'segment_id=segment_12345&length=7',
  'segment_id=segment_9012&length=500',
];

type Shot = {
  file: string;
  hash: string;
  sign: string;
  colorScheme?: 'dark';
  size?: [number, number];
  act?: (page: Page) => Promise<void>;
};

const SHOTS: Shot[] = [
  {
    file: 'segment',
    size: [1280, 800],
    hash: '#/default/segments/segment_seasonal?range=365&compare=year',
    sign: 'text=Largest jump',
  },
  { file: 'requests', hash: '#/default/requests/8', sign: 'text=length must be a whole number' },
  {
    file: 'conduct',
    hash: '#/default/requests?tab=conduct',
    sign: 'text=misspelt-parameter',
    act: async (page) => {
      for (let times = 0; times < 3; times++) {
        // Calls on several connections in a row can be those of concurrent workers, which repeat nothing.
        await page.waitForTimeout(300);
        await ask('segment_id=segment_9012&length=500');
      }
      await page.getByRole('listitem').filter({ hasText: 'repeated-refusal' }).getByRole('link').last().click();
      await page.getByText('length_invalid').first().waitFor();
    },
  },
  {
    file: 'controls-dark',
    size: [1440, 1040],
    hash: '#/default/controls',
    sign: 'text=Two failures',
    colorScheme: 'dark',
    act: async (page) => {
      await page.getByRole('button', { name: /^bad-morning/ }).click();
      for (let times = 0; times < 4; times++) await ask('segment_id=segment_1234&length=7');
      await page.getByText('4 requests so far').first().waitFor();
      await page.evaluate(() => document.querySelector('main')?.scrollTo(0, 0));
    },
  },
  { file: 'phone', hash: '#/default/segments/segment_5678?range=365', sign: 'text=Largest jump', size: [390, 844] },
];

mkdirSync('docs/images', { recursive: true });
const mock = spawn(
  process.execPath,
  ['dist/cli.js', '--port', '0', '--clock', '2024-06-14T09:30:00Z', '--log-level', 'silent'],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
const [line] = (await once(mock.stdout, 'data')) as [Buffer];
const { url, ui } = JSON.parse(line.toString()) as { url: string; ui: string };
const ask = async (query: string) => {
  const headers = { authorization: `Bearer ${KEY}` };
  await (await fetch(`${url}/segments/data_series?${query}`, { headers })).arrayBuffer();
};
for (const query of QUERIES) await ask(query);
await fetch(`${url}/segments/list`);
const browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });
for (const { file, hash, sign, colorScheme = 'light', size: [width, height] = [1440, 900], act } of SHOTS) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
  await page.goto(ui + hash);
  await page.waitForSelector(sign);
  await page.waitForSelector('text=live');
  await act?.(page);
  await page.waitForLoadState('networkidle', { timeout: 3000 }).catch(() => undefined);
  await page.screenshot({ path: `docs/images/${file}.png` });
  await page.close();
}
await browser.close();
mock.kill();
