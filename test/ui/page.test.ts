import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { axeProblems, describeUi } from './support/browser.js';

/** Every screen, and what tells that it is there. */
const SCREENS: [screen: string, hash: string, sign: string][] = [
  ['the list of segments', '#/default/segments', 'text=Active in the last 30'],
  ['a segment', '#/default/segments/segment_seasonal?range=all', 'role=region[name="Trend"] >> text=Largest jump'],
  ['the table of a segment', '#/default/segments/segment_with_gaps?table=1', 'role=table[name="Sizes by day"]'],
  ['a funnel', '#/default/segments/segment_carted', 'role=region[name="Funnel"] >> text=Bought'],
  ['the requests', '#/default/requests', '[data-row]'],
  ['a request', '#/default/requests/2', 'text=length must be a whole number'],
  ['requests without a valid key', '#/default/requests?tab=strays', '[data-row]'],
  ['the controls', '#/default/controls', 'text=Two failures'],
];

describeUi('every screen', (stage) => {
  const fill = async () => {
    await stage.ask('segment_id=segment_1234&length=7&ending_date=2024-01-01');
    await stage.ask('segment_id=segment_1234&length=500');
    await stage.ask('segment_id=segment_1234&length=7', 'WRONG-KEY');
  };

  it.each(['light', 'dark'] as const)('passes axe in the %s theme', async (colorScheme) => {
    await fill();
    const page = await stage.open('', { colorScheme });
    const found: [string, string[]][] = [];
    for (const [screen, hash, sign] of SCREENS) {
      await page.evaluate((next) => (location.hash = next), hash);
      await page.waitForSelector(sign);
      // The other rules do not depend on the theme.
      found.push([screen, await axeProblems(page, colorScheme === 'dark' ? ['color-contrast'] : undefined)]);
    }
    expect(found.filter(([, problems]) => problems.length > 0)).toEqual([]);
  });

  it('fits into 390 pixels', async () => {
    await fill();
    const page = await stage.open('', { viewport: { width: 390, height: 844 } });
    for (const [screen, hash, sign] of SCREENS) {
      await page.evaluate((next) => (location.hash = next), hash);
      await page.waitForSelector(sign);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect([screen, width]).toEqual([screen, 390]);
    }
  });
});

describeUi('the page', (stage) => {
  it('cannot be framed', async () => {
    const attacker = createServer((_request, reply) => {
      reply.setHeader('content-type', 'text/html').end(`<iframe src="${stage.server.url}/__mock/ui"></iframe>`);
    }).listen(0, '127.0.0.1');
    await once(attacker, 'listening');
    onTestFinished(() => void attacker.close());
    const page = await stage.browser.newPage();
    onTestFinished(() => page.close());
    const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
    await page.goto(`http://127.0.0.1:${(attacker.address() as AddressInfo).port}/`);
    await refused;
    const [, frame] = page.frames();
    expect(await frame?.content()).not.toContain('ui/app.js');
  });

  it('goes to the default workspace, and each view has a key', async () => {
    const page = await stage.open();
    await page.waitForSelector('text=Active in the last 30');
    expect(hashOf(page)).toBe('#/default/segments');
    // A newcomer sees a curve at once.
    await page.getByRole('img', { name: /size/i }).waitFor();
    for (const [key, view] of [
      ['3', 'controls'],
      ['2', 'requests'],
      ['1', 'segments'],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(() => hashOf(page)).toBe(`#/default/${view}`);
    }
    await page.keyboard.press('/');
    await page.keyboard.type('loyal');
    await expect.poll(() => page.locator('[data-row]').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForSelector('role=region[name="Loyalty members"]');
    await page.keyboard.press('?');
    await page.waitForSelector('role=dialog[name="Keys"]');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect.poll(() => hashOf(page)).toBe('#/default/segments?q=loyal');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-row')))
      .toBe('segment_dynamic');
  });

  it('keeps the theme that was chosen', async () => {
    const page = await stage.open('', { colorScheme: 'light' });
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await background();
    await page.getByRole('button', { name: 'System' }).click();
    expect(await background()).not.toBe(light);
    await page.reload();
    await page.getByRole('button', { name: 'Dark' }).click();
    expect(await background()).toBe(light);
  });

  it('reports an unknown workspace, and shows another one', async () => {
    const page = await stage.open('#/nobody/segments', { allow: /404/ });
    await page.waitForSelector('text=unknown workspace "nobody"');
    await page.getByText('Go to the default workspace').click();
    await page.waitForSelector('text=Active in the last 30');
    expect(hashOf(page)).toBe('#/default/segments');
  });
});

describeUi(
  'with a control token',
  (stage) => {
    it('asks once, and everything works, the stream too', async () => {
      const page = await stage.open('#/default/requests', { allow: /401/ });
      for (const token of ['wrong', 'S3cret']) {
        await page.getByRole('textbox', { name: 'Token' }).fill(token);
        await page.keyboard.press('Enter');
        if (token === 'wrong') await page.waitForSelector('text=That was not the token.');
      }
      await page.waitForSelector('text=live');
      expect(await page.locator('dialog').count()).toBe(0);
      await stage.ask('segment_id=segment_1234&length=3');
      await page.waitForSelector('[data-row] >> text=success');
      await page.keyboard.press('1');
      await page.waitForSelector('text=Active in the last 30');
      expect(await page.evaluate(() => JSON.stringify([localStorage, sessionStorage, document.cookie]))).not.toContain(
        'S3cret',
      );
    });
  },
  { controlToken: 'S3cret' },
);

function hashOf(page: Page): string {
  return new URL(page.url()).hash;
}
