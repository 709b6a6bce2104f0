import { buffer } from 'node:stream/consumers';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { SeriesDay, Trend } from '../../src/ui/api/replies.js';
import { describeUi, look } from './support/browser.js';

const SEGMENTS = '/workspaces/default/segments';

async function saved(page: Page, item: string): Promise<Buffer> {
  await page.locator('summary', { hasText: 'Export' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: item, exact: true }).click(),
  ]);
  return buffer(await file.createReadStream());
}

describeUi('segments', (stage) => {
  it('are filtered and sorted, and only the rows in sight are there', async () => {
    const { control } = stage.server;
    const segments = Array.from({ length: 2000 }, (_, index) => ({ id: `many_${index}`, size: 1000 + index }));
    await control('POST', '/workspaces', { name: 'many', segments });
    const page = await stage.open('#/many/segments');
    await page.waitForSelector('text=2,000 segments');
    expect(await page.locator('[data-row]').count()).toBeLessThan(60);
    await page.getByRole('listbox').evaluate((list) => (list.scrollTop = list.scrollHeight));
    await page.waitForSelector('[data-row=many_1999]');
    await page.getByLabel('Filter segments').fill('many_19 dynamic');
    await page.waitForSelector('text=2,000 segments, 111 shown');
    await page.getByRole('button', { name: 'Name' }).click();
    await page.getByRole('button', { name: 'Name' }).click();
    await expect.poll(() => page.locator('[data-row]').first().getAttribute('data-row')).toBe('many_1999');
    await page.getByRole('button', { name: 'Today' }).click();
    const first = page.locator('[data-row]').first().locator('.number');
    const { body } = await control('GET', `/workspaces/many/segments/many_1999/series?from=2024-01-31&to=2024-01-31`);
    expect(body).toHaveProperty('series');
    await expect.poll(async () => Number((await first.textContent())?.replace(/,/g, ''))).toBeGreaterThan(2900);
  });

  it.each(['segment_1234', 'segment_with_gaps', 'segment_young'])(
    '%s: the table has the numbers of the API',
    async (id) => {
      const query = 'from=2023-11-03&to=2024-01-31';
      const { body } = await stage.server.control('GET', `${SEGMENTS}/${id}/series?${query}`);
      const { series } = body as { series: SeriesDay[] };
      const page = await stage.open(`#/default/segments/${id}?table=1`, { viewport: { width: 1440, height: 4000 } });
      await page.getByRole('rowgroup').evaluate((list) => (list.style.cssText = 'flex: none; height: 3000px'));
      await expect.poll(() => page.locator('[data-day]').count()).toBe(90);
      const rows = await page
        .locator('[data-day]')
        .evaluateAll((found) =>
          found.map((row) => [
            row.getAttribute('data-day'),
            ...[...row.children].slice(1, 4).map((cell) => cell.textContent),
          ]),
        );
      const number = (size: number | null) => (size === null ? '–' : size.toLocaleString('en-US'));
      const expected = series.map(({ day, estimatedSize, trueSize, source }) => [
        day,
        number(estimatedSize),
        number(trueSize),
        source ?? '–',
      ]);
      expect(rows).toEqual(expected.toReversed());
    },
  );

  it('exports are the bytes of the API', async () => {
    const page = await stage.open('#/default/segments/segment_1234?range=30');
    await page.waitForSelector('role=img');
    const path = `${SEGMENTS}/segment_1234`;
    for (const format of ['csv', 'json'] as const) {
      const { text } = await stage.server.control(
        'GET',
        `${path}/series?from=2024-01-02&to=2024-01-31&format=${format}`,
      );
      expect((await saved(page, format.toUpperCase())).toString()).toBe(text);
      await page.keyboard.press('Escape');
    }
    const fixture = JSON.parse((await saved(page, 'Fixture')).toString()) as { workspaces: { segments: unknown[] }[] };
    expect(fixture.workspaces[0]?.segments).toEqual([(await stage.server.control('GET', path)).body]);
    await page.keyboard.press('Escape');
    expect((await saved(page, 'PNG of the chart')).subarray(1, 4).toString()).toBe('PNG');
  });

  it('the trend is that of the API', async () => {
    const path = `${SEGMENTS}/segment_seasonal/trend?from=2021-01-31&to=2024-01-31`;
    const trend = (await stage.server.control('GET', path)).body as Trend;
    const page = await stage.open('#/default/segments/segment_seasonal');
    const panel = page.getByRole('region', { name: 'Trend' });
    await panel.getByText('Largest jump').waitFor();
    await panel.getByText(Math.round(trend.mean7 ?? 0).toLocaleString('en-US'), { exact: true }).waitFor();
    const text = await panel.innerText();
    expect(text).toContain(`${trend.days.toLocaleString('en-US')} days`);
    for (const [index, name] of ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].entries())
      expect(await panel.locator(`li[title^="${name}:"]`).getAttribute('title')).toBe(
        `${name}: ×${trend.weekday[index]?.toFixed(4)}`,
      );
  });

  it('the window picker has the reply of the API, live', async () => {
    const page = await stage.open('#/default/segments/segment_1234');
    const panel = page.getByRole('region', { name: 'What a client gets' });
    for (const [length, endingAt, profile] of [
      ['3', '2024-01-15', 'observed'],
      ['500', '', 'documented'],
    ] as const) {
      await panel.getByLabel('length').fill(length);
      await panel.getByLabel('ending_at').fill(endingAt);
      await panel.getByRole('button', { name: profile }).click();
      const query = `length=${length}${endingAt && `&ending_at=${endingAt}`}&profile=${profile}`;
      const { body } = await stage.server.control('GET', `${SEGMENTS}/segment_1234/reply?${query}`);
      const reply = body as { url: string; status: number; body: unknown };
      await panel.getByText(reply.url, { exact: false }).first().waitFor();
      await expect
        .poll(async () => JSON.parse((await panel.locator('pre.body').textContent()) ?? '') as unknown)
        .toEqual(reply.body);
      expect(await panel.locator('.status').textContent()).toBe(String(reply.status));
    }
  });

  it('the chart is zoomed by dragging, and walked through by keys', async () => {
    const page = await stage.open('#/default/segments/segment_1234?range=30');
    const chart = page.locator('canvas');
    const box = await chart.boundingBox();
    await page.mouse.move(box!.x + 200, box!.y + 100);
    await page.mouse.down();
    await page.mouse.move(box!.x + 500, box!.y + 100);
    await page.mouse.up();
    await page.getByRole('button', { name: 'Whole range' }).waitFor();
    await chart.dblclick();
    await expect.poll(() => page.getByRole('button', { name: 'Whole range' }).count()).toBe(0);
    await chart.focus();
    await page.mouse.move(0, 0);
    await page.keyboard.press('ArrowLeft');
    await page.waitForSelector('text=Tue 30 Jan 2024');
  });

  it('tracking is switched, and a definition edited with the server’s problems beside the lines', async () => {
    const page = await stage.open('#/default/segments/segment_static', { allow: /400/ });
    await page.getByRole('button', { name: 'Tracking on' }).click();
    await page.waitForSelector('text=Tracking off');
    const panel = page.getByRole('region', { name: 'Definition' });
    await panel.getByRole('button', { name: 'Edit' }).click();
    const area = panel.getByRole('textbox');
    await area.fill('{\n  "name": "Mine",\n  "size": -5,\n  "typ": "static"\n}');
    await panel.getByRole('button', { name: 'Save' }).click();
    await panel.getByText('Line 3: $.size: found -5').waitFor();
    await panel.getByText('Line 4: $.typ').waitFor();
    await area.fill('{\n  "na');
    await panel.getByRole('button', { name: 'name', exact: true }).waitFor();
    await area.press('Tab');
    await page.keyboard.type('"Mine" }');
    expect(await area.inputValue()).toBe('{\n  "name": "Mine" }');
    await area.press('Control+Enter');
    await page.waitForSelector('role=region[name="Mine"]');
    const { body } = await stage.server.control('GET', `${SEGMENTS}/segment_static`);
    expect(body).toMatchObject({ name: 'Mine', analyticsTrackingEnabled: true });
  });

  it('a segment is made and deleted, and the list is read once for each', async () => {
    const page = await stage.open();
    page.on('dialog', (dialog) => void dialog.accept());
    await page.waitForSelector('[data-row] .number:not(:empty)');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
    const path = '/__mock/workspaces/default';
    const lookOnce = () =>
      Promise.all([page.waitForResponse((response) => new URL(response.url()).pathname === path), look(page)]);
    const listedOnce = async () => {
      await lookOnce();
      // What a look asks for is under way at the next one.
      await lookOnce();
      expect(asked.filter((call) => call === `GET ${path}/segments`)).toHaveLength(1);
      asked.length = 0;
    };
    await page.getByRole('button', { name: 'New segment' }).click();
    await page.getByLabel('Segment API identifier').fill('made here');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.waitForSelector('role=region[name="New segment"] >> text=made here');
    await page.waitForSelector('[data-row="made here"] .number:not(:empty)');
    expect((await stage.server.control('GET', `${SEGMENTS}/made%20here`)).status).toBe(200);
    await listedOnce();
    await page.getByRole('button', { name: 'Delete the segment' }).click();
    await expect.poll(() => page.locator('[data-row="made here"]').count()).toBe(0);
    expect((await stage.server.control('GET', `${SEGMENTS}/made%20here`)).status).toBe(404);
    await listedOnce();
  });

  it('a funnel has the share of each step', async () => {
    const sizes = await Promise.all(
      ['segment_visited', 'segment_carted', 'segment_bought'].map(async (id) => {
        const { body } = await stage.server.control('GET', `${SEGMENTS}/${id}/series?from=2024-01-31&to=2024-01-31`);
        return (body as { series: SeriesDay[] }).series[0]?.estimatedSize ?? 0;
      }),
    );
    const page = await stage.open('#/default/segments/segment_carted');
    const steps = page.getByRole('region', { name: 'Funnel' }).locator('li');
    await expect.poll(async () => (await steps.last().innerText()).includes('%')).toBe(true);
    const numbers = await steps.locator('.number').allInnerTexts();
    const share = (part: number, whole: number) => `${((part / whole) * 100).toFixed(1).replace(/\.0$/, '')}%`;
    const [visited = 0, carted = 0, bought = 0] = sizes;
    const shown = [visited, '', carted, share(carted, visited), bought, share(bought, carted)];
    expect(numbers).toEqual(shown.map((value) => value.toLocaleString('en-US')));
  });
});
