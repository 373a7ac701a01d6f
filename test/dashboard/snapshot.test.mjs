// The snapshot that --export writes: everything that can be clicked shows numbers, and they are those of the server.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { after, test } from 'node:test';
import { openWindow, quick, serve, settled, show, shownNumbers } from './harness.mjs';

const types = { html: 'text/html', js: 'text/javascript', css: 'text/css', json: 'application/json' };
const temporary = mkdtempSync(`${tmpdir()}/snapshot-`);
after(() => rmSync(temporary, { recursive: true }));

/** Writes a snapshot of dash_few, and serves its files below a folder, as any web server does. */
async function snapshot(name, options) {
  const directory = `${temporary}/${name}`;
  execFileSync(
    process.execPath,
    [
      `${process.env.DASHBOARD}/dist/server/main.js`,
      '--schema',
      'care',
      '--role',
      'reader',
      '--export',
      directory,
      ...options,
    ],
    { env: { ...process.env, PGDATABASE: 'dash_few', PGUSER: 'dashboard' }, stdio: 'pipe' },
  );
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname
      .replace(/^\/care/, '')
      .replace(/^\/$/, '/index.html');
    try {
      const body = readFileSync(directory + path);
      response.writeHead(200, { 'content-type': types[path.replace(/.*\./, '')] ?? 'application/octet-stream' });
      response.end(body);
    } catch {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  const texts = readdirSync(`${directory}/data`).map((file) => readFileSync(`${directory}/data/${file}`, 'utf8'));
  return { url: `http://localhost:${server.address().port}/care/`, texts };
}

/** Looks at what is shown after a click. */
async function works(page, what) {
  await settled(page);
  assert.equal(await page.locator('.empty.failed').count(), 0, `${what}: ${page.url()}`);
}

for (const [name, options, pages] of [
  ['without tickets', [], ['Overview', 'Team', 'Volume', 'Explore']],
  ['with tickets', ['--with-tickets'], ['Overview', 'Team', 'Agent', 'Customers', 'Volume', 'Explore']],
]) {
  const { url, texts } = await snapshot(name, options);

  test(`a snapshot ${name}: every filter, comparison and name`, async () => {
    const page = await openWindow();
    await show(page, url);
    assert.deepEqual(await page.locator('nav a').allInnerTexts(), pages);
    for (const shown of pages) {
      const go = async (to = shown) => {
        await page.locator('nav a', { hasText: to }).click();
        await works(page, to);
      };
      await go();
      for (const filter of await page.locator('select[data-filter]').all()) {
        const values = await filter.evaluate((s) => [...s.options].map((o) => o.value));
        for (const value of quick ? values.slice(0, 2) : values) {
          await filter.selectOption(value);
          await works(page, `${shown}, ${value}`);
          assert.equal(await filter.inputValue(), value);
        }
      }
      if (!quick) for (const other of pages) await go(other);
      await show(page, `${url}?page=${shown.toLowerCase()}`);
      const splits = await page.locator('[data-panel=trend] [data-split]').count();
      for (let i = 0; i < splits; i++) {
        await page.locator('[data-panel=trend] [data-split]').nth(i).click();
        await works(page, `${shown}, comparison ${i}`);
        assert.ok((await page.locator('[data-panel=members] tbody tr').count()) > 0);
        await page.goBack();
        await works(page, shown);
      }
      for (const link of await page.locator('[data-panel] tbody button.link').all()) {
        await link.click();
        await works(page, `${shown}, a name`);
        await page.goBack();
        await works(page, shown);
      }
    }
    assert.deepEqual(page.problems, []);
  });

  test(`a snapshot ${name} has agents and customers only with tickets`, () => {
    for (const part of ['<iframe', 'alert(7)']) {
      assert.equal(
        texts.some((text) => text.includes(part)),
        options.length > 0,
        part,
      );
    }
  });
}

test('a snapshot has the numbers of the server', async () => {
  const [{ url }, live] = await Promise.all([snapshot('same', []), serve('dash_few', ['--role', 'reader'])]);
  const page = await openWindow();
  await show(page, url);
  const numbers = await shownNumbers(page);
  await show(page, `${live.url}/overview?period=13-months`);
  const of = (all) =>
    all.filter((s) => s.tile).map(({ kpi, value, n, low, high, period }) => ({ kpi, value, n, low, high, period }));
  assert.ok(of(numbers).length >= 4);
  assert.deepEqual(of(numbers), of(await shownNumbers(page)));
});
