import { execFile } from 'node:child_process';
import { createServer, request } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import { describeUi } from './support/browser.js';

const run = promisify(execFile);

/** What a click on a button copies. */
async function copied(page: Page, click: () => Promise<void>): Promise<string> {
  await page.evaluate(() => {
    Object.assign(globalThis, { copied: undefined });
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: { writeText: (text: string) => Promise.resolve(Object.assign(globalThis, { copied: text })) },
    });
  });
  await click();
  const read = () => page.evaluate(() => (globalThis as unknown as { copied?: string }).copied);
  await expect.poll(read).toBeTypeOf('string');
  return (await read()) as string;
}

/** Runs a text as a shell, Node or Python program, and reads the JSON that it prints. */
async function printed(command: string, flags: string[], text: string): Promise<unknown> {
  return JSON.parse((await run(command, [...flags, text])).stdout) as unknown;
}

describeUi('what is copied', (stage) => {
  it('from the window picker does as curl, fetch and Python what a client does', async () => {
    const page = await stage.open('#/default/segments/segment_1234');
    const panel = page.getByRole('region', { name: 'What a client gets' });
    await panel.getByLabel('ending_at').fill('2024-01-15T00:00:00+02:00');
    await panel.getByText('ending_at=2024-01-15T00').waitFor();
    const path = '/workspaces/default/segments/segment_1234/reply?length=14&ending_at=2024-01-15T00:00:00%2B02:00';
    const { body } = (await stage.server.control('GET', path)).body as { body: unknown };
    const copy = (name: string) => copied(page, () => panel.getByRole('button', { name, exact: true }).click());
    expect(await printed('sh', ['-c'], (await copy('curl')).replace('curl', 'curl --silent'))).toEqual(body);
    const asModule = `${await copy('fetch')}\nconsole.log(JSON.stringify(body));`;
    expect(await printed(process.execPath, ['--input-type=module', '--eval'], asModule)).toEqual(body);
    expect(await printed('python3', ['-c'], `${await copy('Python')}\nprint(json.dumps(body))`)).toEqual(body);
    const test = await copy('Vitest');
    expect(test).toContain('useMock({ clock: "2024-01-31T12:00:00.000Z", profile: "documented" })');
    const expected = /toEqual\((\{.*\})\);\n\}\);$/s.exec(test)?.[1] ?? '';
    expect(JSON.parse(expected)).toEqual(body);
  });

  it('from a request asks the same again, and an action’s call does the same by curl', async () => {
    await stage.ask('segment_id=segment_1234&length=500');
    const page = await stage.open('#/default/requests');
    await page.locator('a[data-row]').first().click();
    const drawer = page.getByRole('complementary');
    await drawer.getByText('length must be a whole number').first().waitFor();
    const again = await copied(page, () => page.keyboard.press('c'));
    expect(await printed('sh', ['-c'], again.replace('curl', 'curl --silent'))).toMatchObject({
      errors: [{ code: 'length_invalid' }],
    });
    await page.keyboard.press('3');
    const clock = page.locator('main').getByRole('region', { name: 'Clock' });
    await clock.getByRole('button', { name: '+1 day' }).hover();
    const call = await copied(page, () => clock.getByRole('button', { name: 'Copy as curl' }).click());
    expect(await printed('sh', ['-c'], call.replace('curl', 'curl --silent'))).toMatchObject({
      now: '2024-02-01T12:00:00.000Z',
    });
  });
});

describeUi(
  'with a base path, what is copied',
  (stage) => {
    it('calls beneath it', async () => {
      const page = await stage.open('#/default/requests');
      await page.waitForSelector(`text=${stage.server.url}/segments/data_series?segment_id=`);
      const first = await copied(page, () => page.getByRole('button', { name: 'Copy with the whole key' }).click());
      expect(await printed('sh', ['-c'], first.replace('curl', 'curl --silent'))).toHaveProperty('data');
      await page.locator('a[data-row]').first().click();
      const sendAgain = page.getByRole('button', { name: 'Send again' });
      await sendAgain.waitFor();
      const again = await copied(page, () => page.keyboard.press('c'));
      expect(await printed('sh', ['-c'], again.replace('curl', 'curl --silent'))).toHaveProperty('data');
      await sendAgain.click();
      await page.waitForSelector('text=Sent again: 200');
      await page.goto(`${stage.server.origin}/__mock/ui#/default/segments/segment_1234`);
      const panel = page.getByRole('region', { name: 'What a client gets' });
      await panel.getByText('/api/v1/segments/data_series?segment_id=segment_1234').waitFor();
      const copy = (name: string) => copied(page, () => panel.getByRole('button', { name, exact: true }).click());
      const asModule = `${await copy('fetch')}\nconsole.log(JSON.stringify(body));`;
      expect(await printed(process.execPath, ['--input-type=module', '--eval'], asModule)).toHaveProperty('data');
      const test = await copy('Vitest');
      expect(test).toContain('profile: "documented", basePath: "/api/v1" })');
      expect(test).toContain('fetch(mock.url + "/segments/data_series?segment_id=segment_1234&');
    });
  },
  { basePath: '/api/v1' },
);

describeUi('behind the path of a reverse proxy', (stage) => {
  it('the page works, with its stream and its URLs', async () => {
    const proxy = createServer((incoming, outgoing) => {
      const path = incoming.url?.replace(/^\/tools\/mock/, '') ?? '/';
      const { headers, method } = incoming;
      const onward = request(new URL(path, stage.server.url), { headers, method: method ?? 'GET' }, (reply) => {
        outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(outgoing);
      });
      onward.on('error', () => outgoing.destroy());
      outgoing.on('close', () => onward.destroy());
      incoming.pipe(onward);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    onTestFinished(() => {
      proxy.closeAllConnections();
      proxy.close();
    });
    const prefix = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/tools/mock`;
    const page = await stage.browser.newPage();
    onTestFinished(() => page.close());
    const strayed: string[] = [];
    page.on('request', (asked) => {
      if (!asked.url().startsWith(`${prefix}/`)) strayed.push(asked.url());
    });
    await page.goto(`${prefix}/__mock/ui#/default/requests`);
    await page.waitForSelector('text=live');
    await page.waitForSelector(`text=${prefix}/segments/data_series`);
    await stage.ask('segment_id=segment_1234&length=1');
    await page.locator('a[data-row]').first().click();
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.waitForSelector('text=Sent again: 200');
    await page.keyboard.press('1');
    await page.waitForSelector('text=Active in the last 30');
    expect(strayed).toEqual([]);
  });
});

describeUi('a link', (stage) => {
  it('shows the same segment, range and comparison, and the same filters, of another workspace', async () => {
    const page = await stage.open('#/large/segments');
    await page.waitForSelector('text=120 segments');
    await page.locator('[data-row]').nth(2).click();
    await page.getByRole('button', { name: '1 y' }).click();
    await page.getByLabel('Compare with').selectOption('year');
    await page.getByLabel('Filter segments').fill('a');
    await page.getByRole('button', { name: 'Table' }).click();
    const title = await page.locator('h2.title').innerText();
    const { hash } = new URL(page.url());
    expect(hash).toMatch(/^#\/large\/segments\/.+range=365.*compare=year/);
    const other = await stage.open(hash);
    await other.getByRole('heading', { name: title }).waitFor();
    await other.waitForSelector('role=table[name="Sizes by day"]');
    expect(await other.getByRole('button', { name: '1 y' }).getAttribute('aria-pressed')).toBe('true');
    expect(await other.getByLabel('Compare with').inputValue()).toBe('year');
    expect(await other.getByLabel('Filter segments').inputValue()).toBe('a');
  });
});
