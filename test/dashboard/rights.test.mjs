// Each reader sees what their role may see: tickets, customers, rows of policies, and nothing after REVOKE.
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { openWindow, pages, serve, settled, show, shownNumbers, sql } from './harness.mjs';

const logins = `${mkdtempSync(`${tmpdir()}/kpi-logins.`)}/logins`;
writeFileSync(logins, '# who reads as whom\nann executive\nbob reader\ncid billing_lead\ndee stranger\n');
const { url } = await serve('dash_full', ['--login-header', 'X-Login', '--logins', logins]);
const as = (login) => openWindow({ extraHTTPHeaders: { 'X-Login': login } });
const get = (path, login, headers = {}) =>
  fetch(url + path, { headers: { ...(login ? { 'X-Login': login } : {}), ...headers } });
const grant = () =>
  sql('dash_full', 'GRANT SELECT ON care.ticket_daily_tally TO executive').then(() =>
    sql('dash_full', 'GRANT executive TO dashboard'),
  );

test('a reader of months sees no ticket, no customer and no agent', async () => {
  const page = await as('ann');
  const [{ names }] = await sql(
    'dash_full',
    `SELECT array_agg(DISTINCT name) AS names FROM tickets,
    unnest(ARRAY[account_id, agent_name, ticket_id]) AS name WHERE created_at > now() - interval '30 days'`,
  );
  for (const name of pages) {
    await show(page, `${url}/${name}`);
    const text = await page.evaluate(() => document.documentElement.outerHTML);
    const body = await (await get(`/api/page/${name}`, 'ann')).text();
    for (const forbidden of names)
      assert.ok(!text.includes(forbidden) && !body.includes(`"${forbidden}"`), `${name} shows ${forbidden}`);
    assert.equal(await page.locator('button.figure, [data-ticket]').count(), 0);
  }
  await show(page, `${url}/overview`);
  assert.ok((await shownNumbers(page)).length > 20);
  await show(page, `${url}/agent`);
  assert.match(await page.locator('[data-panel=open] .failed').innerText(), /Your role may not read open_tickets/);
  const answer = await get('/api/tickets?kpi=csat_pct&since=2026-10-01&until=2026-11-01', 'ann');
  assert.equal(answer.status, 403);
  assert.deepEqual(await answer.json(), { error: 'Your role may not see single tickets.' });
  // an address that opens the tickets says the same
  await page.goto(`${url}/overview?open=${encodeURIComponent('kpi=csat_pct&since=2026-10-01&until=2026-11-01')}`);
  await page.waitForSelector('dialog .failed');
});

test('a reader without rights sees nothing', async () => {
  const page = await as('dee');
  for (const name of pages) {
    await show(page, `${url}/${name}`);
    assert.match(await page.locator('.failed').innerText(), /Your role may not read this mart/);
    assert.equal(await page.locator('[data-kpi]').count(), 0);
  }
});

test('who is not in the file, or says nothing, is refused', async () => {
  for (const login of [undefined, 'eve', 'ANN', 'reader', 'postgres']) {
    const answer = await get('/api/page/overview', login);
    assert.equal(answer.status, 403, login);
    assert.deepEqual(await answer.json(), { error: 'Your login has no role in this dashboard.' });
  }
});

test('policies: two roles see different totals, each equal to SQL', async () => {
  const totals = {};
  for (const [login, condition] of [
    ['bob', 'true'],
    ['cid', `team = 'Billing'`],
  ]) {
    const page = await as(login);
    await show(page, `${url}/overview?period=13-months&kpi=tickets`);
    totals[login] = (await shownNumbers(page)).filter((s) => s.panel === 'trend' && s.kpi === 'tickets');
    const rows = await sql(
      'dash_full',
      `SELECT date_trunc('month', created_at AT TIME ZONE 'Europe/Berlin')::date AS period, count(*) AS n
      FROM tickets WHERE ${condition} GROUP BY 1`,
    );
    for (const s of totals[login])
      assert.equal(s.value, rows.find((r) => r.period === s.period)?.n ?? 0, `${login} ${s.period}`);
    const teams = await page.locator('[data-filter=team] option').allInnerTexts();
    assert.deepEqual(teams.includes('Technical'), login === 'bob');
  }
  assert.ok(totals.bob.length >= 12 && totals.bob.length === totals.cid.length);
  assert.notDeepEqual(
    totals.bob.map((s) => s.value),
    totals.cid.map((s) => s.value),
  );
});

test('policies: the tickets behind a number are of the own team', async () => {
  const page = await as('cid');
  await show(page, `${url}/overview`);
  await page.locator('[data-tile=csat_pct] button.figure').click();
  await page.waitForSelector('[data-ticket]');
  const ids = await page.locator('[data-ticket]').evaluateAll((all) => all.map((t) => t.dataset.ticket));
  const [{ others }] = await sql(
    'dash_full',
    `SELECT count(*) FILTER (WHERE team <> 'Billing') AS others FROM tickets WHERE ticket_id = ANY ($1)`,
    [ids],
  );
  assert.ok(ids.length > 5);
  assert.equal(others, 0);
});

test('after REVOKE a kept page is not shown', async () => {
  const page = await as('ann');
  await show(page, `${url}/overview`);
  const first = await get('/api/page/overview', 'ann');
  const etag = first.headers.get('etag');
  assert.equal((await get('/api/page/overview', 'ann', { 'if-none-match': etag })).status, 304);
  try {
    await sql('dash_full', 'REVOKE SELECT ON care.ticket_daily_tally FROM executive');
    const second = await get('/api/page/overview', 'ann', { 'if-none-match': etag });
    assert.equal(second.status, 200);
    assert.equal((await second.json()).panels.measures.rows, undefined);
    await page.reload();
    await settled(page);
    assert.match(
      await page.locator('[data-missing~=csat_pct]').innerText(),
      /Your role may not read ticket_daily_tally/,
    );
    assert.equal((await shownNumbers(page)).filter((s) => s.kpi === 'csat_pct').length, 0);
    await sql('dash_full', 'REVOKE executive FROM dashboard');
    assert.equal((await get('/api/page/overview', 'ann', { 'if-none-match': etag })).status, 403);
  } finally {
    await grant();
  }
  await show(page, `${url}/overview`);
  assert.ok((await shownNumbers(page)).some((s) => s.kpi === 'csat_pct'));
});

test('without a header the single role reads, whatever a request claims', async () => {
  const single = await serve('dash_full', ['--role', 'executive']);
  const answer = await fetch(`${single.url}/api/page/overview`, {
    headers: { 'X-Login': 'bob', 'X-Forwarded-Email': 'bob', Authorization: 'Basic Ym9iOmJvYg==' },
  });
  assert.equal((await answer.json()).mart.reader, 'executive');
});
