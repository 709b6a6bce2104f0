import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { axeProblems, describeUi, look } from './support/browser.js';
import { burst } from './support/burst.js';

const SERIES = 'segment_id=segment_1234';

describeUi('conduct', (stage) => {
  const finding = (page: Page, rule: string) =>
    page.getByRole('region', { name: 'Findings' }).getByRole('listitem').filter({ hasText: rule });
  const drawer = (page: Page) => page.getByRole('complementary');

  it('is watched live, worst first, each finding with links to its requests', async () => {
    await stage.server.control('POST', '/reset');
    const page = await stage.open('#/default/requests');
    await page.getByRole('link', { name: 'Conduct' }).click();
    await page.getByText('No findings').waitFor();
    expect(new URL(page.url()).hash).toBe('#/default/requests?tab=conduct');
    await stage.ask(`${SERIES}&lenght=5&length=3`);
    await finding(page, 'misspelt-parameter').getByText('warning').waitFor();
    await stage.ask(`${SERIES}&length=500`);
    await stage.ask(`${SERIES}&length=500`);
    await look(page);
    const repeated = finding(page, 'repeated-refusal');
    await repeated.getByText('do not retry these').waitFor();
    const rules = await page.getByRole('region', { name: 'Findings' }).locator('li code').allInnerTexts();
    expect(rules).toEqual(['repeated-refusal', 'misspelt-parameter']);
    const link = repeated.getByRole('link');
    await link.click();
    await drawer(page).getByText('length_invalid').first().waitFor();
    expect(await link.getAttribute('aria-current')).toBe('true');
    await page.reload();
    await drawer(page).getByText('length_invalid').first().waitFor();
    await stage.server.control('POST', '/workspaces/default/reset');
    await look(page);
    await page.getByText('No findings').waitFor();
  });

  it('has the requests without a valid key apart, with links to their tab', async () => {
    await stage.server.control('POST', '/reset');
    for (let count = 0; count < 5; count++) await stage.ask(`${SERIES}&length=5`, 'A-KEY-THAT-OPENS-NOTHING');
    const page = await stage.open('#/default/requests?tab=conduct');
    await page.getByRole('heading', { name: 'Without a valid key' }).waitFor();
    await finding(page, 'hammered-unauthorized').getByRole('link').last().click();
    await drawer(page).getByText('api_key_invalid').first().waitFor();
    expect(new URL(page.url()).hash).toMatch(/^#\/default\/requests\/\d+\?tab=strays$/);
  });

  it('opens a request that the page does not keep, and says where the mock does not either', async () => {
    await stage.server.control('POST', '/reset');
    await stage.ask(`${SERIES}&length=500`);
    const page = await stage.open('#/default/requests/99?tab=conduct', { allow: /404/ });
    await drawer(page).getByText('request 99 not found').waitFor();
    await page.keyboard.press('Escape');
    await drawer(page).waitFor({ state: 'detached' });
    const kept = 1000;
    await stage.server.control('DELETE', '/workspaces/default/requests');
    await stage.server.control('PUT', '/workspaces/big', {
      apiKeys: [{ key: 'BIG-KEY' }],
      segments: [{ id: 'segment_1234' }],
      journalSize: 5000,
    });
    await burst(stage.server.url, kept + 1, 'BIG-KEY');
    await page.goto(`${page.url().replace(/#.*/, '')}#/big/requests/1`);
    await drawer(page).getByRole('heading', { name: 'Answered as asked' }).waitFor();
    expect(await page.locator('a[data-row="1"]').count()).toBe(0);
  });

  it.each([
    [1440, 'light'],
    [1000, 'dark'],
  ] as const)('is readable and reachable by keyboard at %i px, %s', async (width, colorScheme) => {
    await stage.server.control('POST', '/reset');
    for (let count = 0; count < 3; count++) await stage.ask(`${SERIES}&length=500`);
    const page = await stage.open('#/default/requests?tab=conduct', { viewport: { width, height: 800 }, colorScheme });
    await finding(page, 'repeated-refusal').waitFor();
    expect(await axeProblems(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const first = await finding(page, 'repeated-refusal').getByRole('link').first().getAttribute('aria-label');
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    await page.keyboard.press('j');
    expect(await focused()).toBe(first);
    await page.keyboard.press('Enter');
    await drawer(page).waitFor();
    await page.keyboard.press('Escape');
    await drawer(page).waitFor({ state: 'detached' });
    await expect.poll(focused).toBe(first);
  });
});
