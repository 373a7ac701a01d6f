// Charts: the unit of the axis, charts side by side, and first periods that are not whole; tiles on phones.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWindow, serve, settled, show } from './harness.mjs';

const servers = Object.fromEntries(
  await Promise.all(
    ['full', 'few', 'forty'].map(async (m) => [m, (await serve(`dash_${m}`, ['--role', 'reader'])).url]),
  ),
);

test('the value at the end of a line is in the unit of the axis', async () => {
  const page = await openWindow();
  await show(page, `${servers.full}/volume`);
  for (const kpi of ['handle_median_seconds', 'wait_p90_seconds']) {
    const chart = page.locator(`[data-panel=trend-${kpi}] .plot`);
    const end = (await chart.locator('.line-end').innerHTML()).replace(/<[^>]*>/g, '');
    const texts = await chart.locator('text').evaluateAll((all) => all.map((t) => t.textContent));
    assert.ok(texts.includes(end.split('\u202f')[1]), `${end} beside ${texts}`);
  }
});

test('charts side by side begin at the same height', async () => {
  const page = await openWindow();
  await show(page, `${servers.full}/volume`);
  const tops = await page.locator('.columns .plot').evaluateAll((all) => all.map((p) => p.getBoundingClientRect().top));
  assert.equal(tops.length, 4);
  assert.equal(tops[0], tops[1]);
  assert.equal(tops[2], tops[3]);
});

test('tickets of a first period are not compared, because it may be no whole one', async () => {
  const page = await openWindow();
  await show(page, `${servers.few}/volume`);
  const chart = page.locator('[data-panel=trend-tickets]');
  const dots = await chart.locator('.plot circle').evaluateAll((all) => all.map((c) => c.getAttribute('fill')));
  assert.equal(dots[0], 'var(--card)');
  assert.equal(dots[1], 'var(--accent)');
  await chart.locator('summary').click();
  assert.match(await chart.locator('tbody tr').last().innerText(), /first tickets/);
  // the year before begins with a whole week, too
  await show(page, `${servers.forty}/team?kpi=tickets`);
  await page.locator('.behind summary').click();
  const years = await page.locator('.behind tbody tr td:nth-child(3)').evaluateAll((all) =>
    all
      .map((td) => td.innerText)
      .filter(Boolean)
      .map(Number),
  );
  assert.ok(years.length >= 8 && years.every((n) => n > 250), `${years}`);
});

test('short periods are shown day by day, with four weeks before them', async () => {
  const page = await openWindow();
  for (const [period, note] of [
    ['yesterday', /the last day that is over/],
    ['today', /not over yet/],
  ]) {
    await show(page, `${servers.full}/overview?kpi=tickets&period=${period}`);
    assert.match(await page.locator('#title-tiles').innerText(), note);
    assert.equal(await page.locator('[data-panel=trend] .plot circle').count(), 28);
    assert.match(await page.locator('[data-missing=churn_pct]').innerText(), /counted by month/);
  }
});

test('on phones, tiles are side by side, and cut no text', async () => {
  const page = await openWindow({ width: 360, height: 740 });
  for (const name of ['overview', 'team']) {
    await show(page, `${servers.full}/${name}`);
    const boxes = await page.locator('.tile').evaluateAll((all) =>
      all.map((tile) => {
        const { left, right, top } = tile.getBoundingClientRect();
        const inside = [...tile.querySelectorAll('h3, .figure, span')].map((e) => e.getBoundingClientRect());
        return { top, cut: inside.some((b) => b.width > 0 && (b.right > right || b.left < left)) };
      }),
    );
    assert.equal(boxes[0].top, boxes[1].top);
    assert.deepEqual(
      boxes.filter((b) => b.cut),
      [],
    );
  }
  await page.locator('[data-tile=reopen_pct] h3 button').click();
  await settled(page);
  assert.deepEqual(page.problems, []);
});
