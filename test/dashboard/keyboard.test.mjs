// All that a mouse does, with the keyboard alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWindow, parameter, serve, settled, show } from './harness.mjs';

const { url } = await serve('dash_full', ['--role', 'reader']);

/** Presses Tab until what has the focus matches a selector. Every stop on the way must be seen to have the focus. */
async function tabTo(page, selector, most = 120) {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate((s) => {
      const e = document.activeElement;
      const style = getComputedStyle(e);
      const box = e.getBoundingClientRect();
      return {
        matches: e.matches(s),
        seen: e === document.body || (style.outlineStyle !== 'none' && box.width > 0 && box.height > 0),
        html: e.outerHTML.slice(0, 100),
      };
    }, selector);
    assert.ok(at.seen, `the focus is not seen on ${at.html}`);
    if (at.matches) return;
  }
  assert.fail(`Tab does not reach ${selector}`);
}

test('skip the navigation, choose a page', async () => {
  const page = await openWindow();
  await show(page, url);
  await tabTo(page, '.skip', 1);
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
  await page.reload();
  await settled(page);
  await tabTo(page, 'nav a[href^="/team"]', 6);
  await page.keyboard.press('Enter');
  await settled(page);
  assert.equal(new URL(page.url()).pathname, '/team');
});

test('choose a filter, and clear it', async () => {
  const page = await openWindow();
  await show(page, `${url}/overview`);
  await tabTo(page, '[data-filter=team]', 20);
  await page.keyboard.type('Bill');
  await page.keyboard.press('Enter');
  await page.waitForURL(/team=Billing/);
  await settled(page);
  assert.equal(parameter(page, 'team'), 'Billing');
  assert.equal(await page.evaluate(() => document.activeElement.dataset.filter), 'team');
  await tabTo(page, '.clear', 6);
  await page.keyboard.press('Enter');
  await page.waitForURL((u) => u.search === '');
  await settled(page);
  assert.equal(parameter(page, 'team'), null);
});

test('read a chart, open the table behind it, and the tickets behind a number', async () => {
  const page = await openWindow();
  await show(page, `${url}/overview`);
  await tabTo(page, '[data-tile=csat_pct] h3 button', 40);
  await page.keyboard.press('Enter');
  await settled(page);
  assert.equal(
    await page.locator('[data-panel=trend] h2').innerText(),
    await page.locator('[data-tile=csat_pct] h3').innerText(),
  );
  await tabTo(page, '.plot-box');
  const readout = page.locator('[data-panel=trend] .readout');
  const last = await readout.innerText();
  await page.keyboard.press('ArrowLeft');
  assert.notEqual(await readout.innerText(), last);
  await tabTo(page, '.behind summary');
  await page.keyboard.press('Enter');
  assert.ok(await page.locator('.behind table').isVisible());
  await tabTo(page, '.behind button.figure');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-ticket]');
  // the focus stays within what is open
  assert.ok(await page.evaluate(() => document.querySelector('dialog').contains(document.activeElement)));
  await page.keyboard.press('Escape');
  await page.waitForSelector('dialog', { state: 'detached' });
  assert.equal(parameter(page, 'open'), null);
  assert.ok(
    await page.evaluate(() => document.activeElement.matches('.behind button.figure')),
    'the focus is back on the number',
  );
  assert.deepEqual(page.problems, []);
});

test('read the heatmap as a table', async () => {
  const page = await openWindow();
  await show(page, `${url}/volume`);
  const cell = page.locator('[data-panel=heatmap] td[data-kpi]').first();
  assert.match(await cell.textContent(), /^[A-Z][a-z]+day [0-9]+:00: [0-9.]+ tickets per hour/);
  const headers = await page.locator('[data-panel=heatmap] th[scope]').count();
  assert.equal(headers, 31);
});
