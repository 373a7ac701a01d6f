// Asks the dashboard questions, each answered from the first page in at most three clicks. A choice in a list is two: it is
// opened, and a value is clicked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWindow, serve, settled, show, sql } from './harness.mjs';

const { url } = await serve('dash_full', ['--role', 'reader']);
export const rows = (text, values) => sql('dash_full', text, values);
export const one = async (text, values) => (await rows(text, values))[0];
export const today = `(SELECT (as_of AT TIME ZONE 'Europe/Berlin')::date FROM care.kpi_state)`;
export const lastMonth = `(date_trunc('month', ${today}) - interval '1 month')::date`;
export const figure = (where) => where.locator('.figure').first().getAttribute('data-value').then(Number);
export const close = (a, b) =>
  assert.ok(Math.abs(a - b) < 1e-9 * Math.max(1, Math.abs(b)), `${a} is shown, SQL says ${b}`);

/**
 * Asks a question: answer gets the page and ways to click, which counts. With the keyboard, a click is the key Enter. Options
 * are those of the window.
 */
export function question(text, answer, { keyboard = false, ...options } = {}) {
  test(text, async (t) => {
    const page = await openWindow(options);
    await show(page, url);
    let clicks = 0;
    const click = async (place) => {
      clicks++;
      if (keyboard) await place.press('Enter');
      else await place.click();
      await settled(page);
    };
    const choose = async (list, value) => {
      clicks += 2;
      await page.locator(list).selectOption(value);
      await settled(page);
    };
    await answer({
      page,
      click,
      choose: (filter, value) => choose(`[data-filter=${filter}]`, value),
      sortBy: (list, value) => choose(`[data-sort=${list}]`, value),
      sort: (panel, column) => click(page.locator(`[data-panel=${panel}] .sort`, { hasText: column })),
      go: (name) => click(page.locator('nav a', { hasText: name })),
    });
    t.diagnostic(`${clicks} clicks`);
    assert.ok(clicks <= 3, `${clicks} clicks`);
    assert.deepEqual(page.problems, []);
  });
}
