// Wall screens: each page is one or more screens that fit, which turn; and what charts write on lines.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWindow, parameter, serve, settled, show } from './harness.mjs';

const servers = Object.fromEntries(
  await Promise.all(['full', 'forty'].map(async (m) => [m, (await serve(`dash_${m}`, ['--role', 'reader'])).url])),
);

/** Texts that are cut: by the window, or by the panel that they are in. */
const cut = (page) =>
  page.evaluate(() => {
    const texts = [];
    const walker = document.createTreeWalker(document.querySelector('.app'), NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!node.data.trim() || parent.closest('.unseen, .skip, option, title')) continue;
      range.selectNodeContents(node);
      const text = range.getBoundingClientRect();
      if (text.width === 0) continue;
      const frame = (parent.closest('.tile, .panel') ?? document.documentElement).getBoundingClientRect();
      const [right, bottom] = [Math.min(frame.right, innerWidth), Math.min(frame.bottom, innerHeight)];
      if (text.left < frame.left || text.top < frame.top || text.right > right + 1 || text.bottom > bottom + 1)
        texts.push(node.data.trim());
    }
    return texts;
  });

for (const [width, height] of [
  [1920, 1080],
  [1366, 768],
  [3840, 2160],
]) {
  test(`all screens fit ${width} by ${height} pixels`, async () => {
    const page = await openWindow({ width, height });
    for (const [mart, url] of Object.entries(servers)) {
      for (const [name, panels] of [
        ['overview', ['tiles trend']],
        ['team', ['tiles trend', 'teams']],
        ['agent', ['open', 'agents', 'days']],
        ['volume', ['heatmap staffing', /^(trend-\w+ ?)+$/]],
      ]) {
        for (const [i, expected] of panels.entries()) {
          await show(page, `${url}/${name}?kiosk=600&screen=${i + 1}`);
          const shown = await page.locator('main [data-panel]').evaluateAll((all) => all.map((p) => p.dataset.panel));
          if (expected instanceof RegExp) assert.match(shown.join(' '), expected);
          else assert.equal(shown.join(' '), expected);
          assert.deepEqual(await cut(page), [], `${mart}, ${name}, screen ${i + 1}`);
        }
      }
    }
    assert.deepEqual(page.problems, []);
  });
}

test('a wall shows all forty teams, one screen after the other, and then the next page', async (t) => {
  const page = await openWindow({ width: 1920, height: 1080 });
  // no other test shall have its clock
  t.after(() => page.context().close());
  await page.clock.install();
  await show(page, `${servers.forty}/team?kiosk=30&team=`);
  const teams = new Set();
  for (let screen = 2; screen <= 5; screen++) {
    await page.clock.runFor(30_000);
    await settled(page);
    assert.equal(parameter(page, 'screen'), String(screen));
    for (const team of await page.locator('[data-panel=teams] tbody th').allInnerTexts()) teams.add(team);
  }
  assert.equal(teams.size, 40);
  await page.clock.runFor(30_000);
  await settled(page);
  assert.equal(new URL(page.url()).pathname, '/agent');
  assert.equal(parameter(page, 'screen'), null);
});

test('the last value is the same text at the end of the line, in the sentence above and in the table', async () => {
  const page = await openWindow();
  for (const kpi of ['nps', 'csat_pct', 'response_p90_seconds', 'tickets', 'backlog', 'fcr_pct']) {
    await show(page, `${servers.full}/overview?kpi=${kpi}`);
    const end = await page.locator('[data-panel=trend] .line-end').innerHTML();
    const text = end.replace(/<[^>]*>/g, '');
    assert.ok(text, kpi);
    const readout = await page.locator('[data-panel=trend] .readout').innerText();
    await page.locator('.behind summary').click();
    const rows = page.locator('.behind tbody tr');
    // a month that has just begun may have no value: then the line ends before it
    const isEmpty = /nothing counted/.test(await rows.first().innerText());
    assert.ok(readout.includes(isEmpty ? ': nothing counted' : `: ${text}`), `${kpi}: ${text} is at the line, ${readout}`);
    assert.equal(await rows.nth(isEmpty ? 1 : 0).locator('.figure').innerText(), text, kpi);
  }
});

test('names of lines cover no dot of the curve', async () => {
  for (const width of [360, 900, 1440]) {
    const page = await openWindow({ width });
    for (const kpi of [
      'nps',
      'csat_pct',
      'fcr_pct',
      'response_p90_seconds',
      'sla_response_pct',
      'negative_sentiment_pct',
    ]) {
      await show(page, `${servers.full}/overview?kpi=${kpi}`);
      const covered = await page.evaluate(() => {
        const box = (e) => e.getBoundingClientRect();
        const dots = [...document.querySelectorAll('[data-panel=trend] .plot circle')].map(box);
        if (dots.length < 12) return ['no dots'];
        return [...document.querySelectorAll('[data-panel=trend] .line-name')].flatMap((name) => {
          const n = box(name);
          const hit = dots.some((d) => d.left < n.right && n.left < d.right && d.top < n.bottom && n.top < d.bottom);
          return hit ? [name.textContent] : [];
        });
      });
      assert.deepEqual(covered, [], `${kpi} at ${width} px`);
    }
  }
});
