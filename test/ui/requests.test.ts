import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { openTestServer } from '../support/server.js';
import { describeUi, NOW } from './support/browser.js';
import { burst } from './support/burst.js';

const rows = (page: Page) => page.locator('a[data-row]');

describeUi('requests', (stage) => {
  it('arrive live, newest first, and are filtered', async () => {
    const page = await stage.open('#/default/requests');
    await page.waitForSelector('text=No requests yet');
    await stage.ask('segment_id=segment_1234&length=7');
    await stage.ask('segment_id=segment_5678&length=500');
    await stage.ask('segment_id=segment_1234&lenght=7&length=2');
    await expect.poll(() => rows(page).count()).toBe(3);
    expect(await rows(page).first().innerText()).toContain('success');
    const shown: [act: () => Promise<unknown>, count: number][] = [
      [() => page.getByRole('button', { name: '4xx' }).click(), 1],
      [() => page.getByRole('button', { name: '4xx' }).click(), 3],
      [() => page.getByRole('button', { name: 'warnings' }).click(), 1],
      [() => page.getByRole('button', { name: 'warnings' }).click(), 3],
      [() => page.getByLabel('Outcome').selectOption('length_invalid'), 1],
      [() => page.getByLabel('Outcome').selectOption(''), 3],
      [() => page.getByLabel('Filter requests').fill('5678'), 1],
    ];
    for (const [act, count] of shown) {
      await act();
      await expect.poll(() => rows(page).count()).toBe(count);
    }
    await page.reload();
    await expect.poll(() => rows(page).count()).toBe(1);
  });

  it('open to their checks, warnings, headers and reply, in both profiles', async () => {
    await stage.server.control('POST', '/workspaces/default/reset');
    await stage.ask('segment_id=segment_1234&lenght=7&length=2');
    const page = await stage.open('#/default/requests');
    const id = await rows(page).first().getAttribute('data-row');
    await rows(page).first().click();
    const drawer = page.getByRole('complementary');
    await drawer.getByText('did you mean length?').waitFor();
    expect(await drawer.getByRole('list', { name: 'Checks' }).locator('.check').count()).toBe(11);
    await drawer.getByRole('region', { name: 'Window' }).getByText('2 days served').waitFor();
    await drawer.getByText('authorization: Bearer YOUR…').waitFor();
    await drawer.getByText('"2024-01-31T00:00:00+00:00"').waitFor();
    await drawer.getByRole('button', { name: 'Compare with observed' }).click();
    await drawer.getByText('body.data[1].time').waitFor();
    await drawer.getByText('"2024-01-30"').first().waitFor();
    await drawer.getByRole('button', { name: 'Send again' }).click();
    await page.waitForSelector('text=Sent again: 200');
    await expect.poll(() => rows(page).count()).toBe(2);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-row'))).toBe(id);
  });

  it('show which days were left out, and why', async () => {
    await stage.ask('segment_id=segment_young&length=100');
    const page = await stage.open('#/default/requests');
    await rows(page).first().click();
    const window = page.getByRole('region', { name: 'Window' });
    expect(await window.innerText()).toMatch(/\d+ of 100 days served; left out: \d+ before/);
  });

  it('are filtered by key', async () => {
    await stage.server.control('POST', '/workspaces/default/api-keys', { key: 'OTHER-REST-API-KEY' });
    await stage.server.control('DELETE', '/workspaces/default/requests');
    await stage.ask('segment_id=segment_1234&length=1');
    await stage.ask('segment_id=segment_1234&length=1', 'OTHER-REST-API-KEY');
    const page = await stage.open('#/default/requests');
    await rows(page).first().click();
    await page.getByRole('button', { name: 'Only this key' }).click();
    await expect.poll(() => rows(page).count()).toBe(1);
    expect(new URL(page.url()).hash).toContain('key=OTHE');
    await page.getByRole('button', { name: /^key OTHE/ }).click();
    await expect.poll(() => rows(page).count()).toBe(2);
  });

  it('without a valid key have a tab of their own, with a count', async () => {
    await stage.ask('segment_id=segment_1234&length=7', 'WRONG-KEY');
    const page = await stage.open('#/default/requests');
    await page.getByRole('link', { name: 'Without a valid key 1' }).click();
    await rows(page).first().click();
    const drawer = page.getByRole('complementary');
    await drawer.getByText('api_key_invalid').first().waitFor();
    expect(await page.content()).not.toContain('WRONG-KEY');
    expect(await page.content()).not.toContain('YOUR-REST-API-KEY');
    expect(await drawer.locator('.dash').count()).toBe(6);
  });

  it('that come while the user reads are counted, and do not move the rows', async () => {
    await stage.server.control('DELETE', '/workspaces/default/requests');
    await burst(stage.server.url, 80);
    const page = await stage.open('#/default/requests');
    // A row slides in for 150 ms, and its place is measured.
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await expect.poll(() => rows(page).count()).toBe(80);
    const list = page.getByRole('region', { name: 'List of requests' });
    await list.evaluate((element) => (element.scrollTop = 640));
    const top = await rows(page).nth(30).boundingBox();
    await burst(stage.server.url, 12);
    await page.waitForSelector('text=12 new requests');
    expect(await rows(page).nth(30).boundingBox()).toEqual(top);
    await page.getByText('12 new requests').click();
    await expect.poll(() => rows(page).count()).toBe(92);
  });

  it('by the ten thousand leave at most 200 rows, rendered in batches, and the rest is told', async () => {
    await stage.server.control('DELETE', '/workspaces/default/requests');
    const page = await stage.open('#/default/requests');
    await page.waitForSelector('text=live');
    await page.evaluate(() => {
      const seen = { most: 0, renders: [] as number[] };
      Object.assign(globalThis, { seen });
      const list = document.querySelector('.request-list') as HTMLElement;
      new MutationObserver(() => {
        seen.most = Math.max(seen.most, document.querySelectorAll('a[data-row]').length);
        seen.renders.push(performance.now());
      }).observe(list, { childList: true });
    });
    await burst(stage.server.url, 10_000);
    await expect.poll(() => page.locator('.list-foot').innerText()).toMatch(/of 1,000 requests/);
    const { most, renders } = await page.evaluate(
      () => (globalThis as unknown as { seen: { most: number; renders: number[] } }).seen,
    );
    expect(most).toBeLessThanOrEqual(200);
    const spanMs = (renders.at(-1) ?? 0) - (renders[0] ?? 0);
    expect(renders.length).toBeLessThanOrEqual(spanMs / 250 + 3);
    await page.getByRole('button', { name: 'Older' }).click();
    await page.waitForSelector('text=101–200 of 1,000 requests');
    expect(await rows(page).count()).toBe(100);
  });
});

describeUi('a mock that is restarted', (stage) => {
  it('is found again, and that is said', async () => {
    const first = await openTestServer({ clock: NOW });
    const page = await stage.browser.newPage();
    await page.goto(`${first.url}/__mock/ui#/default/requests`);
    await first.get('/segments/list');
    await page.waitForSelector('a[data-row]');
    await first.stop();
    await page.waitForSelector('text=The mock does not answer; trying again.');
    const second = await openTestServer({ clock: NOW, port: Number(new URL(first.url).port) });
    await page.waitForSelector('text=The mock was restarted. This is its new state.');
    await expect.poll(() => page.locator('.connection').innerText()).toBe('live');
    await page.close();
    await second.stop();
  });
});
