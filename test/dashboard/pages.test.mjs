// Every page in both themes and three widths, with much, few, no and many data: no error, no horizontal scroll, accessible.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axePath, openWindow, pages, quick, serve, settled, show, sql } from './harness.mjs';

const marts = ['full', 'few', 'empty', 'forty'];
const servers = Object.fromEntries(
  await Promise.all(marts.map(async (m) => [m, await serve(`dash_${m}`, ['--role', 'reader'])])),
);

/** What reaches over the right edge of the window; scrolling inside a part of the page is fine. */
const tooWide = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** How much of the page is below the window, and how much is left empty at its end. */
const empty = (page) =>
  page.evaluate(() => {
    const { scrollHeight, clientHeight } = document.documentElement;
    const end = Math.max(...[...document.querySelectorAll('.page > *')].map((e) => e.getBoundingClientRect().bottom));
    return { below: scrollHeight - clientHeight, left: scrollHeight - end - scrollY };
  });

async function violations(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await axeSource());
  const { violations: found } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return found
    .filter((v) => ['serious', 'critical'].includes(v.impact))
    .map(
      (v) =>
        `${v.id}: ${v.nodes
          .map((n) => n.html.slice(0, 120))
          .slice(0, 3)
          .join(' | ')}`,
    );
}
let source;
const axeSource = async () => (source ??= (await import('node:fs')).readFileSync(axePath, 'utf8'));

async function look(page, mart, name, width, { accessible }) {
  await page.setViewportSize({ width, height: 900 });
  await show(page, `${servers[mart].url}/${name}`);
  assert.equal(
    await page.locator('.empty.failed').count(),
    0,
    `${name}: ${await page.locator('.empty.failed').allInnerTexts()}`,
  );
  assert.equal(await tooWide(page), 0, `${name} at ${width} px scrolls to the side`);
  const { below, left } = await empty(page);
  assert.ok(left <= 100 || below <= 0, `${name} at ${width} px ends with ${left} px of nothing`);
  if (accessible) assert.deepEqual(await violations(page), [], `${name} at ${width} px`);
}

// how each mart is shown: a theme, and widths
const themes = ['light', 'dark'];
const looks = quick
  ? {
      full: [
        ['light', 1440, 900],
        ['dark', 360],
      ],
      few: [['light', 360]],
      empty: [['dark', 1440]],
      forty: [['dark', 360]],
    }
  : Object.fromEntries(marts.map((mart) => [mart, themes.map((theme) => [theme, 1440, 900, 360])]));
for (const [mart, ways] of Object.entries(looks)) {
  for (const [theme, ...widths] of ways) {
    test(`${mart}, ${theme}: pages at ${widths.join(', ')} px`, async () => {
      const page = await openWindow({ theme });
      for (const name of pages) {
        for (const width of widths) await look(page, mart, name, width, { accessible: width !== 900 });
      }
      assert.deepEqual(page.problems, []);
    });
  }
}

test('the tickets behind a number, in three widths', async () => {
  for (const [theme, widths] of [
    ['light', [1440, 900]],
    ['dark', [360]],
  ]) {
    const page = await openWindow({ theme });
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      await show(page, `${servers.full.url}/overview`);
      await page.locator('[data-tile=csat_pct] button.figure').click();
      await page.waitForSelector('[data-ticket]');
      assert.equal(await tooWide(page), 0);
      assert.deepEqual(await violations(page), [], `${width} px`);
    }
    assert.deepEqual(page.problems, []);
  }
});

test('an empty mart says what is missing, and how to add it', async () => {
  const page = await openWindow();
  for (const name of pages) {
    await show(page, `${servers.empty.url}/${name}`);
    const texts = await page.locator('.empty').allInnerTexts();
    assert.ok(texts.length > 0, name);
    for (const text of texts) assert.match(text, /\.$/, name);
    assert.equal(await page.locator('[data-value]:not([data-value="0"])').count(), 0, `${name} shows a number`);
  }
});

test('few tickets are grey: no status, no arrow', async () => {
  const page = await openWindow();
  await show(page, `${servers.few.url}/overview`);
  const few = await page.evaluate(() =>
    [...document.querySelectorAll('.figure[data-n]')]
      .filter((f) => Number(f.dataset.n) < 30 && !['tickets', 'resolved', 'backlog'].includes(f.dataset.kpi))
      .map((f) => {
        const near = f.closest('.tile, tr');
        return {
          kpi: f.dataset.kpi,
          n: f.dataset.n,
          grey: f.classList.contains('grey'),
          status: near.querySelector('[data-status]')?.dataset.status,
          arrow: /[▲▼]/.test(near.querySelector('.change')?.textContent ?? ''),
        };
      }),
  );
  assert.ok(few.length >= 3);
  for (const f of few) assert.deepEqual([f.grey, f.status, f.arrow], [true, 'Too few', false], `${f.kpi} of ${f.n}`);
});

test('a running month has no status, no change and a dashed line', async () => {
  const page = await openWindow();
  await show(page, `${servers.full.url}/overview?kpi=csat_pct`);
  const running = await page.evaluate(() => {
    document.querySelector('details').open = true;
    return [...document.querySelectorAll('.behind tbody tr')]
      .filter((r) => /running/.test(r.innerText))
      .map((r) => r.innerText);
  });
  const [{ counts, has_begun }] = await sql(
    'dash_full',
    `SELECT EXISTS (SELECT FROM tickets WHERE csat_score IS NOT NULL
      AND coalesce(resolved_at, closed_at) AT TIME ZONE 'Europe/Berlin' >= month) AS counts,
      EXISTS (SELECT FROM care.executive_monthly AS e WHERE e.month = m.month) AS has_begun
    FROM date_trunc('month', now() AT TIME ZONE 'Europe/Berlin') AS m (month)`,
  );
  // a month that has just begun has a row before the first score of it
  assert.equal(running.length, counts || has_begun ? 1 : 0);
  for (const row of running) assert.match(row, counts ? /Still running|Too few|Too wide/ : /Too few|nothing counted/);
});

test('forty teams: all are shown, and each can be chosen', async () => {
  const page = await openWindow();
  await show(page, `${servers.forty.url}/team`);
  assert.equal(await page.locator('[data-panel=teams] tbody tr').count(), 40);
  assert.equal(await page.locator('[data-filter=team] option').count(), 41);
  await page.locator('[data-panel=teams] tbody tr button.link', { hasText: 'Team 17' }).click();
  await settled(page);
  assert.match(page.url(), /team=Team\+17/);
});

test('the pages print on one sheet', async () => {
  const page = await openWindow();
  for (const name of pages) {
    await show(page, `${servers.full.url}/${name}`);
    const pdf = await page.pdf({ format: 'A4', landscape: true, printBackground: true });
    const sheets = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length;
    assert.equal(sheets, 1, `${name} prints on ${sheets} sheets`);
  }
});
