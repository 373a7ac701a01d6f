// Filters, each alone and together, change the numbers rightly; the address reproduces the page; the back button works.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWindow, oracle, parameter, same, serve, settled, show, shownNumbers, sql } from './harness.mjs';

const { url } = await serve('dash_full', ['--role', 'reader']);
const columns = { team: 'team', channel: 'channel', category: 'category', tier: 'customer_tier', agent: 'agent_id' };

const choose = async (page, filter, value) => {
  await page.locator(`[data-filter=${filter}]`).selectOption(value);
  await settled(page);
};
const tiles = async (page) => (await shownNumbers(page)).filter((s) => s.tile);

/** Compares the tiles of Overview with SQL under the filters chosen. */
async function compare(page, chosen) {
  const filtered = Object.fromEntries(Object.entries(chosen).map(([f, v]) => [columns[f], v]));
  const rows = await oracle('month', null, filtered);
  let compared = 0;
  for (const s of await tiles(page)) {
    if (['backlog', 'churn_pct'].includes(s.kpi)) continue;
    const row = rows.find((r) => r.kpi === s.kpi && r.period === s.period);
    assert.ok(
      row && same(row.value, s.value) && row.n === s.n,
      `${JSON.stringify(chosen)}: ${s.kpi} is ${s.value}, SQL says ${row?.value}`,
    );
    compared++;
  }
  assert.ok(compared >= 4, `${compared} numbers`);
}

for (const [filter, value] of Object.entries({
  team: 'Technical',
  channel: 'chat',
  category: 'Login',
  tier: 'Enterprise',
  agent: null,
})) {
  test(`${filter} alone`, async () => {
    const page = await openWindow();
    await show(page, `${url}/overview`);
    const options = await page.locator(`[data-filter=${filter}] option`).evaluateAll((all) => all.map((o) => o.value));
    assert.ok(options.length > 2);
    const chosen = options.includes(value) ? value : options[1];
    await choose(page, filter, chosen);
    assert.equal(parameter(page, filter), chosen);
    await compare(page, { [filter]: chosen });
    assert.deepEqual(page.problems, []);
  });
}

test('filters together, in turn, and back', async () => {
  const page = await openWindow();
  await show(page, `${url}/overview`);
  const steps = [
    ['team', 'First line'],
    ['channel', 'email'],
    ['category', 'Login'],
    ['tier', 'Basic'],
  ];
  const seen = [await tiles(page)];
  const chosen = {};
  for (const [filter, value] of steps) {
    await choose(page, filter, value);
    chosen[filter] = value;
    await compare(page, chosen);
    seen.push(await tiles(page));
    assert.notDeepEqual(seen.at(-1), seen.at(-2), `${filter} changes nothing`);
  }
  for (const before of seen.slice(0, -1).reverse()) {
    await page.goBack();
    await settled(page);
    assert.deepEqual(await tiles(page), before);
  }
  for (const next of seen.slice(1)) {
    await page.goForward();
    await settled(page);
    assert.deepEqual(await tiles(page), next);
  }
  // a colleague who gets the address sees the same
  const other = await openWindow();
  await show(other, page.url());
  assert.deepEqual(await tiles(other), seen.at(-1));
  for (const [filter, value] of steps) assert.equal(await other.locator(`[data-filter=${filter}]`).inputValue(), value);
  // filters go along to other pages, and can be cleared
  await other.locator('nav a', { hasText: 'Team' }).click();
  await settled(other);
  for (const [filter, value] of steps) assert.equal(parameter(other, filter), value);
  await other.locator('.clear').click();
  await settled(other);
  assert.equal(new URL(other.url()).search, '');
  assert.deepEqual([...page.problems, ...other.problems], []);
});

test('periods', async () => {
  const page = await openWindow();
  await show(page, `${url}/explore?kpi=tickets&by=team`);
  const [days] = await sql(
    'dash_full',
    `SELECT today::text, (today - 7)::text AS week_ago, date_trunc('month', today)::date::text AS month,
    (date_trunc('month', today) - interval '1 month')::date::text AS last_month,
    (date_trunc('month', today) - interval '24 months')::date::text AS months_25
    FROM (SELECT (as_of AT TIME ZONE 'Europe/Berlin')::date AS today FROM care.kpi_state) AS s`,
  );
  const total = async (since, until) =>
    (
      await sql(
        'dash_full',
        `SELECT count(*) AS n FROM tickets
    WHERE created_at >= ($1::timestamp AT TIME ZONE 'Europe/Berlin') AND created_at < ($2::timestamp AT TIME ZONE 'Europe/Berlin')`,
        [since, until],
      )
    )[0].n;
  for (const [period, since, until] of [
    ['last-month', days.last_month, days.month],
    ['25-months', days.months_25, 'infinity'],
  ]) {
    await choose(page, 'period', period);
    const members = (await shownNumbers(page)).filter((s) => s.panel === 'members');
    assert.equal(
      members.reduce((sum, m) => sum + m.value, 0),
      await total(since, until),
      period,
    );
  }
  await choose(page, 'period', 'custom');
  assert.ok(parameter(page, 'from') && parameter(page, 'to'));
  await page.locator('[data-filter=from]').fill('2026-03-01');
  await settled(page);
  await page.locator('[data-filter=to]').fill('2026-04-30');
  await settled(page);
  const members = (await shownNumbers(page)).filter((s) => s.panel === 'members');
  assert.equal(
    members.reduce((sum, m) => sum + m.value, 0),
    await total('2026-03-01', '2026-05-01'),
  );
  assert.deepEqual(page.problems, []);
});

test('a number that cannot follow a filter says so', async () => {
  const page = await openWindow();
  await show(page, `${url}/overview?category=Login`);
  for (const kpi of ['churn_pct', 'backlog'])
    assert.match(await page.locator(`[data-tile=${kpi}] .ignored`).innerText(), /cannot follow the filter category/);
  assert.equal(await page.locator('[data-tile=csat_pct] .ignored').count(), 0);
  await show(page, `${url}/customers?team=Billing`);
  assert.ok((await page.locator('.ignored').count()) >= 3);
});

test('a filter that matches nothing, and a page that does not exist', async () => {
  const page = await openWindow();
  await show(page, `${url}/overview?team=Nobody`);
  assert.match(
    await page.locator('[data-missing~=nps]').innerText(),
    /^Net promoter score .*\s+No ticket .*fewer filters/s,
  );
  await page.locator('.clear').click();
  await settled(page);
  assert.ok((await tiles(page)).length >= 9);
  await show(page, `${url}/overview?period=nonsense`);
  await page.locator('.failed button').click();
  await settled(page);
  assert.ok((await tiles(page)).length >= 9);
  assert.equal((await fetch(`${url}/nothing`)).status, 404);
});
