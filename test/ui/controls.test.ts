import { buffer } from 'node:stream/consumers';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeUi, look } from './support/browser.js';

const W = '/workspaces/default';

describeUi('controls', (stage) => {
  const control = async (path: string) => (await stage.server.control('GET', W + path)).body;
  const card = (page: Page, name: string) => page.locator('main').getByRole('region', { name, exact: true });

  it('set the clock, and show the call', async () => {
    const page = await stage.open('#/default/controls');
    const clock = card(page, 'Clock');
    await clock.getByRole('button', { name: '+1 hour' }).click();
    await expect.poll(() => control('/clock')).toMatchObject({ now: '2024-01-31T13:00:00.000Z', frozen: true });
    expect(await clock.locator('code').innerText()).toBe('POST /__mock/workspaces/default/clock/advance {"by":"PT1H"}');
    await clock.getByRole('button', { name: '+1 day' }).click();
    await expect.poll(() => control('/clock')).toMatchObject({ now: '2024-02-01T13:00:00.000Z' });
    await clock.getByRole('button', { name: '×3600' }).click();
    await expect.poll(() => control('/clock')).toMatchObject({ frozen: false, scale: 3600 });
    await clock.getByLabel('Set to').fill('2024-03-01T00:00:00Z');
    await clock.getByRole('button', { name: 'Freeze' }).click();
    await clock.getByRole('button', { name: 'Run' }).waitFor();
    await clock.getByRole('button', { name: 'Set', exact: true }).click();
    await expect.poll(() => control('/clock')).toMatchObject({ now: '2024-03-01T00:00:00.000Z', frozen: true });
    await clock.getByRole('button', { name: 'Reset' }).click();
    await expect.poll(() => control('/clock')).toMatchObject({ now: '2024-01-31T12:00:00.000Z' });
  });

  it('drain, refill, set and turn off the rate limit', async () => {
    const page = await stage.open('#/default/controls');
    const limit = card(page, 'Rate limit');
    for (const [name, state] of [
      ['Drain', { remaining: 0 }],
      ['Refill', { remaining: 250_000 }],
      ['Turn off', 'off'],
      ['Turn on', { capacity: 250_000 }],
    ] as const) {
      await limit.getByRole('button', { name }).click();
      await expect
        .poll(() => control('/rate-limit'))
        .toEqual(typeof state === 'string' ? state : expect.objectContaining(state));
    }
    await limit.getByLabel('Requests per hour').fill('5');
    await limit.getByRole('button', { name: 'Set', exact: true }).click();
    await expect.poll(() => control('/rate-limit')).toEqual({ capacity: 5, refillPerHour: 5, remaining: 5 });
    await limit.getByText('of 5 left').waitFor();
  });

  it('plan every preset and any other fault, count strikes, and remove them', async () => {
    await stage.server.control('POST', `${W}/reset`);
    const page = await stage.open('#/default/controls', { allow: /400/ });
    const faults = card(page, 'Faults');
    const presets = faults.locator('.tiles button');
    const count = await presets.count();
    expect(count).toBeGreaterThan(8);
    for (let index = 0; index < count; index++) {
      await presets.nth(index).click();
      await faults.getByText(index === 0 ? '1 fault' : `${index + 1} faults`).waitFor();
    }
    await stage.ask('segment_id=segment_1234&length=1');
    await look(page);
    await faults.getByText('1 strike of 1').first().waitFor();
    for (let left = count - 1; left >= 0; left--) {
      await faults.getByRole('button', { name: 'Remove' }).first().click();
      await expect.poll(() => faults.locator('.fault').count()).toBe(left);
    }
    await expect.poll(() => control('/faults')).toEqual({ faults: [] });
    await faults.getByLabel('A fault as JSON').fill('{"effect":{"status":200}}');
    await faults.getByRole('button', { name: 'Plan', exact: true }).click();
    await page.waitForSelector('text=$.effect.status: found 200');
  });

  it('plan a fault by its fields', async () => {
    await stage.server.control('POST', `${W}/reset`);
    const page = await stage.open('#/default/controls', { allow: /400/ });
    const faults = card(page, 'Faults');
    await faults.getByText('Another fault').click();
    const fill = async (fields: Record<string, string>) => {
      for (const [name, value] of Object.entries(fields)) await faults.getByLabel(name, { exact: true }).fill(value);
    };
    const plan = faults.getByRole('button', { name: 'Plan the fault' });
    await fill({ Value: '200' });
    await plan.click();
    await page.waitForSelector('text=$.effect.status: found 200');
    await fill({
      Value: '503',
      Segment: 'segment_1234',
      Strikes: '2',
      Probability: '0.5',
      Until: '2024-02-01T00:00:00Z',
    });
    await plan.click();
    await faults.getByLabel('Effect').selectOption('data');
    await faults.getByLabel('Value').selectOption('zero_dip');
    await fill({
      Segment: '',
      Strikes: '',
      Probability: '',
      Until: '',
      Path: '/segments/data_series',
      'Let through first': '3',
    });
    await plan.click();
    await faults.getByLabel('Effect').selectOption('delay');
    await fill({ Value: '5', Path: '', 'Let through first': '' });
    await plan.click();
    await faults.getByText('3 faults').waitFor();
    expect(await control('/faults')).toMatchObject({
      faults: [
        {
          trigger: { segmentId: 'segment_1234', times: 2, probability: 0.5, until: '2024-02-01T00:00:00Z' },
          effect: { status: 503 },
        },
        { trigger: { path: '/segments/data_series', after: 3 }, effect: { data: 'zero_dip' } },
        { effect: { delay: { kind: 'fixed', ms: 5 } } },
      ],
    });
  });

  it('show keys masked, reveal, add and revoke them', async () => {
    await stage.server.control('POST', `${W}/reset`);
    const page = await stage.open('#/default/controls');
    const keys = card(page, 'API keys');
    await keys.getByText('YOUR…').waitFor();
    expect(await page.content()).not.toContain('YOUR-REST-API-KEY');
    await keys.getByRole('button', { name: 'Show the key' }).first().click();
    await keys.getByText('YOUR-REST-API-KEY').waitFor();
    await keys.getByRole('button', { name: 'Hide the key' }).click();
    await keys.getByLabel('campaigns.list').uncheck();
    await keys.getByRole('button', { name: 'Add a key' }).click();
    await expect.poll(() => keys.locator('li').count()).toBe(3);
    await keys.getByText('segments.data_series, segments.list, segments.details', { exact: true }).waitFor();
  });

  it('revoke a key', async () => {
    await stage.server.control('POST', `${W}/reset`);
    const page = await stage.open('#/default/controls');
    const keys = card(page, 'API keys');
    await keys.getByRole('button', { name: 'Revoke' }).last().click();
    await expect.poll(() => keys.locator('li').count()).toBe(1);
    expect(await keys.locator('li').innerText()).toContain('YOUR…');
  });

  it('switch the profile, make and delete a workspace', async () => {
    const page = await stage.open('#/default/controls');
    page.on('dialog', (dialog) => void dialog.accept());
    await card(page, 'Profile and reset').getByRole('button', { name: 'observed' }).click();
    await expect.poll(() => control('/profile')).toEqual({ profile: 'observed' });
    const workspaces = card(page, 'Workspaces');
    await workspaces.getByLabel('Name of a new workspace').fill('mine');
    await workspaces.getByRole('button', { name: 'Make from default' }).click();
    await expect.poll(() => new URL(page.url()).hash).toBe('#/mine/controls');
    await page.evaluate(() => (location.hash = '#/default/controls'));
    await workspaces.getByRole('listitem').filter({ hasText: 'mine' }).getByRole('button', { name: 'Delete' }).click();
    await expect.poll(async () => (await stage.server.control('GET', '/workspaces/mine')).status).toBe(404);
  });

  it('save a workspace and restore it', async () => {
    await stage.server.control('POST', '/workspaces', { name: 'mine' });
    const page = await stage.open('#/mine/controls');
    const workspaces = card(page, 'Workspaces');
    await stage.server.control('PUT', '/workspaces/mine/rate-limit', { capacity: 7 });
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      workspaces.getByRole('button', { name: 'Save as fixture' }).click(),
    ]);
    await stage.server.control('PUT', '/workspaces/mine/rate-limit', 'off');
    await workspaces.locator('input[type=file]').setInputFiles({
      name: 'mine.json',
      mimeType: 'application/json',
      buffer: await buffer(await file.createReadStream()),
    });
    await expect
      .poll(async () => (await stage.server.control('GET', '/workspaces/mine/rate-limit')).body)
      .toMatchObject({ capacity: 7 });
  });
});
