import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { axeProblems, describeUi, look, NOW } from './support/browser.js';

const W = '/workspaces/default';

describeUi('storyboards', (stage) => {
  const control = (...args: Parameters<typeof stage.server.control>) => stage.server.control(...args);
  const card = (page: Page) => page.locator('main').getByRole('region', { name: 'Storyboards', exact: true });
  const timeline = (page: Page, name: string) => card(page).getByRole('region', { name: `Storyboard ${name}` });
  const playing = async () => {
    const { body } = await control('GET', `${W}/storyboards`);
    return (body as { playing: { name: string }[] }).playing.map(({ name }) => name);
  };
  const open = async (...args: Parameters<typeof stage.open>) => {
    await control('POST', `${W}/reset`);
    await control('PUT', `${W}/clock`, { now: NOW, frozen: true });
    return stage.open(...args);
  };

  it('play and stop with a click, and show their calls', async () => {
    const page = await open('#/default/controls');
    await card(page)
      .getByRole('button', { name: /^outage/ })
      .click();
    await timeline(page, 'outage').getByText('on now').waitFor();
    expect(await playing()).toEqual(['outage']);
    expect(await card(page).locator('.call-line code').innerText()).toBe(
      'POST /__mock/workspaces/default/storyboards {"name":"outage"}',
    );
    expect(
      await card(page)
        .getByRole('button', { name: /^outage/ })
        .count(),
    ).toBe(0);
    await timeline(page, 'outage').getByRole('button', { name: 'Stop' }).click();
    await card(page)
      .getByRole('button', { name: /^outage/ })
      .waitFor();
    expect(await playing()).toEqual([]);
  });

  it('follow the requests and the clock, with the present moment', async () => {
    const page = await open('#/default/controls');
    const faults = [
      { trigger: { times: 2 }, effect: { status: 503 } },
      { trigger: { from: 'PT10M', until: 'PT40M' }, effect: { status: 500 } },
    ];
    // Begun elsewhere, it appears by itself.
    await control('POST', `${W}/storyboards`, { name: 'mine', faults });
    const tracks = timeline(page, 'mine').getByRole('listitem');
    await tracks.nth(1).getByText('to come').waitFor();
    expect(await tracks.nth(1).getByRole('img').getAttribute('aria-label')).toBe('from 10 min to 40 min; now 0 s');
    await stage.ask('segment_id=segment_1234&length=7');
    await look(page);
    await tracks.nth(0).getByText('1 strike', { exact: true }).waitFor();
    await tracks.nth(0).getByText('from request 1 to 2; 1 request so far').waitFor();
    await stage.ask('segment_id=segment_1234&length=7');
    await look(page);
    await tracks.nth(0).getByText('over').waitFor();
    const place = () =>
      tracks
        .nth(1)
        .locator('.rail b')
        .evaluate(({ style }) => Number.parseFloat(style.left));
    const before = await place();
    await control('POST', `${W}/clock/advance`, { by: 'PT20M' });
    await look(page);
    await tracks.nth(1).getByText('on now').waitFor();
    await tracks.nth(1).getByText('from 10 min to 40 min; now 20 min').waitFor();
    expect((await place()) - before).toBeCloseTo((20 / 40 / 1.05) * 100, 0);
    await control('POST', `${W}/clock/advance`, { by: 'PT30M' });
    await look(page);
    await tracks.nth(1).getByText('over').waitFor();
    await control('DELETE', `${W}/storyboards/mine`);
    await look(page);
    await timeline(page, 'mine').waitFor({ state: 'detached' });
  });

  it('move on while the clock runs, at the scale that shows their end', async () => {
    const page = await open('#/default/controls');
    await control('POST', `${W}/storyboards`, { name: 'quota-squeeze' });
    await timeline(page, 'quota-squeeze').getByRole('button', { name: 'Clock ×900' }).click();
    await expect
      .poll(async () => (await control('GET', `${W}/clock`)).body)
      .toMatchObject({ scale: 900, frozen: false });
    await timeline(page, 'quota-squeeze').getByText('over').waitFor();
    expect(await timeline(page, 'quota-squeeze').getByRole('button', { name: 'Clock ×900' }).count()).toBe(0);
  });

  it("of one's own are played as JSON, and refusals are shown", async () => {
    const page = await open('#/default/controls', { allow: /40\d/ });
    const field = card(page).getByLabel('A storyboard as JSON');
    const play = card(page).getByRole('button', { name: 'Play', exact: true });
    await field.fill('{"name":"mine","faults":[{"effect":{"status":503}}]}');
    await play.click();
    await timeline(page, 'mine').waitFor();
    await play.click();
    await page.getByRole('status').getByText('playing already; end it first').waitFor();
    await field.fill('{"name":');
    await play.click();
    await card(page).getByText(/JSON/, { exact: false }).last().waitFor();
    expect(await playing()).toEqual(['mine']);
  });

  it.each([
    [1440, 'light'],
    [1000, 'dark'],
  ] as const)('are readable and reachable by keyboard at %i px, %s', async (width, colorScheme) => {
    const page = await open('#/default/controls', { viewport: { width, height: 900 }, colorScheme });
    await control('POST', `${W}/storyboards`, { name: 'bad-morning' });
    await timeline(page, 'bad-morning').getByText('to come').first().waitFor();
    expect(await axeProblems(page)).toEqual([]);
    const [box, outer] = await Promise.all([timeline(page, 'bad-morning').boundingBox(), card(page).boundingBox()]);
    expect(box!.x + box!.width).toBeLessThanOrEqual(outer!.x + outer!.width);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const stop = timeline(page, 'bad-morning').getByRole('button', { name: 'Stop' });
    await stop.focus();
    await page.keyboard.press('Enter');
    await timeline(page, 'bad-morning').waitFor({ state: 'detached' });
    expect(await playing()).toEqual([]);
  });
});
