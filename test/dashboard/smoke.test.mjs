// A short look at every page: it is shown without errors, its numbers equal SQL, a number opens its tickets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWindow, pages, serve, settled, show, shownNumbers, sql } from './harness.mjs';

const { url } = await serve('dash_full', ['--role', 'reader']);

test('the first page', async () => {
  const page = await openWindow();
  await show(page, url);
  assert.equal(await page.locator('h1').innerText(), 'Overview');
  assert.deepEqual(page.problems, []);
});

for (const name of pages) {
  test(`${name} is shown`, async () => {
    const page = await openWindow();
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: 900 });
      await show(page, `${url}/${name}`);
      assert.ok((await shownNumbers(page)).length >= 10);
      assert.equal(await page.locator('.empty.failed').count(), 0);
      assert.ok(
        await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth),
        `${width} px`,
      );
    }
    assert.deepEqual(page.problems, []);
  });
}

test('numbers equal SQL, with a filter, too', async () => {
  const page = await openWindow();
  await show(page, `${url}/overview?kpi=tickets`);
  for (const condition of ['true', `team = 'Billing'`]) {
    const rows = await sql(
      'dash_full',
      `SELECT date_trunc('month', created_at AT TIME ZONE 'Europe/Berlin')::date AS period, count(*) AS n
      FROM tickets WHERE ${condition} GROUP BY 1`,
    );
    const shown = (await shownNumbers(page)).filter((s) => s.panel === 'trend');
    assert.ok(shown.length >= 12);
    for (const s of shown) assert.equal(s.value, rows.find((r) => r.period === s.period)?.n ?? 0);
    await page.locator('[data-filter=team]').selectOption('Billing');
    await settled(page);
  }
});

test('a number opens the tickets behind it', async () => {
  const page = await openWindow();
  await show(page, `${url}/overview`);
  const n = await page.locator('[data-tile=nps] .figure').getAttribute('data-n');
  await page.locator('[data-tile=nps] button.figure').click();
  await page.waitForSelector('[data-ticket]');
  assert.equal(await page.locator('[data-kpi=explain_counted]').getAttribute('data-value'), n);
});
