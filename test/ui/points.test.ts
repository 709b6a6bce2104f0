import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeUi } from './support/browser.js';

const SEGMENT = '/workspaces/default/segments/segment_5678';

describeUi('a file dropped onto a segment', (stage) => {
  const points = async () => {
    const { body } = await stage.server.control('GET', SEGMENT);
    return (body as { points: Record<string, number> }).points;
  };
  const drop = async (page: Page, target: Locator, files: [name: string, text: string][]) => {
    const dataTransfer = await page.evaluateHandle((given) => {
      const transfer = new DataTransfer();
      for (const [name, text] of given) transfer.items.add(new File([text], name));
      return transfer;
    }, files);
    await target.dispatchEvent('dragover', { dataTransfer });
    await target.dispatchEvent('drop', { dataTransfer });
  };
  const notice = (page: Page) => page.getByRole('status');

  it('sets its points, tells what was read, and the chart follows', async () => {
    const page = await stage.open('#/default/segments/segment_5678?table=1');
    const detail = page.locator('section.detail');
    await drop(page, detail, [['sizes.csv', 'date,size\n2024-01-29,4711\n2024-01-31,4713\n']]);
    await notice(page)
      .getByText('sizes.csv: 2 points, 2024-01-29 to 2024-01-31, in place of those of segment_5678')
      .waitFor();
    expect(await points()).toEqual({ '2024-01-29': 4711, '2024-01-31': 4713 });
    await page.locator('[data-day="2024-01-29"]').getByText('4,711').first().waitFor();
    await drop(page, detail, [['reply.json', '{"data":[{"time":"2024-01-30T00:00:00+00:00","size":7}]}']]);
    await notice(page).getByText('1 point, 2024-01-30 to 2024-01-30').waitFor();
    expect(await points()).toEqual({ '2024-01-30': 7 });
  });

  it('in the list sets the points of its row', async () => {
    const page = await stage.open('#/default/segments/segment_1234');
    await drop(page, page.locator('[data-row=segment_5678]'), [['a.csv', '2024-01-28,1']]);
    await notice(page).getByText('in place of those of segment_5678').waitFor();
    expect(await points()).toEqual({ '2024-01-28': 1 });
  });

  it.each<[string, [string, string][], string]>([
    ['a broken line', [['a.csv', '2024-01-01,1\n2024-01-02,x']], 'Line 2: found 2024-01-02,x'],
    ['a day that the mock refuses', [['a.csv', '2024-01-01,1\n2024-02-30,2']], '$.points[1].time'],
    [
      'two files',
      [
        ['a.csv', '2024-01-01,1'],
        ['b.csv', '2024-01-01,1'],
      ],
      'Drop one file only',
    ],
  ])('changes nothing: %s', async (_what, files, problem) => {
    await stage.server.control('PATCH', SEGMENT, { points: [{ time: '2024-01-05', size: 5 }] });
    const page = await stage.open('#/default/segments/segment_5678', { allow: /400/ });
    await drop(page, page.locator('section.detail'), files);
    await notice(page).getByText(problem).waitFor();
    expect(await points()).toEqual({ '2024-01-05': 5 });
  });

  it('can be chosen by keyboard too, and one that misses does not leave the page', async () => {
    const page = await stage.open('#/default/segments/segment_5678');
    const input = page.getByLabel('Points from a file');
    await input.focus();
    expect(await input.evaluate((element) => document.activeElement === element)).toBe(true);
    await input.setInputFiles({ name: 'b.csv', mimeType: 'text/csv', buffer: Buffer.from('2024-01-03,3') });
    await notice(page).getByText('b.csv: 1 point').waitFor();
    expect(await points()).toEqual({ '2024-01-03': 3 });
    const missed = await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['x'], 'x.csv'));
      return !document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    });
    expect(missed).toBe(true);
  });
});
