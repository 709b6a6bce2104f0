import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeUi, type OpenOptions, type Stage } from './support/browser.js';

async function openDocs(stage: Stage, options: OpenOptions = {}): Promise<Page> {
  const page = await stage.open('', options);
  await page.goto(`${stage.server.origin}/__mock/docs`);
  await page.waitForSelector('.opblock');
  return page;
}

describeUi(
  '/__mock/docs with a base path',
  (stage) => {
    it('calls the endpoints beneath it, and the control API beside it', async () => {
      const page = await openDocs(stage);
      for (const operation of ['endpoints-getList', 'mock-readiness']) {
        const block = page.locator(`#operations-${operation}`);
        await block.locator('.opblock-summary-control').click();
        await block.getByRole('button', { name: 'Execute' }).click();
        const status = block.locator('.live-responses-table .response-col_status').last();
        await expect.poll(() => status.innerText()).toMatch(/^200/);
      }
    });
  },
  { basePath: '/v1' },
);

describeUi('/__mock/docs', (stage) => {
  it('has no HEAD twins, padlocks only where a key is needed, and a key filled in', async () => {
    const page = await openDocs(stage);
    expect(await page.locator('.opblock-head').count()).toBe(0);
    const locked = await page.locator('.opblock:has(.authorization__btn) .opblock-summary-path').allInnerTexts();
    expect(locked.filter((path) => path.replaceAll('\u200B', '').startsWith('/__mock'))).toEqual([]);
    expect(locked.length).toBeGreaterThan(2);
    await page.waitForSelector('#operations-endpoints-getList .authorization__btn .locked');
    expect(await page.locator('.opblock .authorization__btn .unlocked').count()).toBe(0);
    await page.locator('#operations-endpoints-getList .opblock-summary-control').click();
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.waitForSelector('.live-responses-table .response-col_status >> text=200');
  });

  it('fits a phone, and is dark where the system is', async () => {
    const page = await openDocs(stage, { viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
    expect(await page.evaluate(() => [document.documentElement.className, innerWidth])).toEqual(['dark-mode', 390]);
    const [red = 255] =
      (await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).match(/\d+/g) ?? [];
    expect(Number(red)).toBeLessThan(80);
  });
});
