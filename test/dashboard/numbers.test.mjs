// Numbers on the pages equal SQL over the source tables, in full precision and as they are written.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byKey, key, openWindow, oracle, read, same, serve, settled, show, shownNumbers, sql } from './harness.mjs';

const { url } = await serve('dash_full', ['--role', 'reader']);
let compared = 0;

// in a period that has just begun, nothing may have happened yet
const nothing = { tickets: { value: 0, n: 0 }, resolved: { value: 0, n: 0 } };
const expected = async (...asked) => byKey(await oracle(...asked));

/** Compares what is shown with what SQL says, by KPI, period and member. Returns how many numbers were compared. */
function compare(shown, answers, where, { hasN = true } = {}) {
  for (const s of shown) {
    const a = answers.get(key(s.kpi, s.period, s.member)) ?? nothing[s.kpi];
    const what = `${where}: ${s.kpi} ${s.period ?? ''} ${s.member ?? ''}`;
    assert.ok(a, `${what} is ${s.value}, and SQL has none`);
    assert.ok(same(s.value, a.value), `${what} is ${s.value}, SQL says ${a.value}`);
    if (hasN && s.n !== null) assert.equal(s.n, a.n, `${what}: n`);
    for (const bound of ['low', 'high']) {
      if (s[bound] !== null && a[bound] !== undefined)
        assert.ok(same(s[bound], a[bound]), `${what}: ${bound} ${s[bound]}, SQL says ${a[bound]}`);
    }
    const written = read(s.text, s.kpi);
    assert.ok(written, `${what}: "${s.text}" cannot be read`);
    assert.ok(
      Math.abs(written.value - a.value) <= written.slack * 1.0001,
      `${what} is written as ${s.text}, SQL says ${a.value}`,
    );
    compared++;
  }
  return shown.length;
}

/** The numbers of the tables behind the charts of all tiles of a page. */
async function behindTiles(page) {
  const all = [];
  for (const tile of await page.locator('.tile h3 button').all()) {
    await tile.click();
    await settled(page);
    all.push(...(await shownNumbers(page)).filter((s) => s.panel === 'trend'));
  }
  return all;
}

const views = { overview: ['month', 'executive_monthly'], team: ['week', 'team_weekly'] };
for (const [name, chosen] of [
  ['overview', {}],
  ['team', {}],
  ['team', { team: 'Billing' }],
  ['overview', { channel: 'email', category: 'Login' }],
]) {
  test(`${name} with ${JSON.stringify(chosen)}: each period of each tile`, async () => {
    const page = await openWindow();
    await show(page, `${url}/${name}?${new URLSearchParams(chosen)}`);
    const [grain] = views[name];
    const answers = await expected(grain, null, chosen);
    const tiles = (await shownNumbers(page)).filter((s) => s.tile);
    const shown = [...tiles, ...(await behindTiles(page))].filter((s) => !['backlog', 'churn_pct'].includes(s.kpi));
    assert.ok(compare(shown, answers, name) >= 90, 'too few numbers');
    assert.equal(tiles.length, await page.locator('.tile').count());
    assert.deepEqual(page.problems, []);
  });
}

test('Overview: backlog and churn', async () => {
  const page = await openWindow();
  await show(page, `${url}/overview`);
  const shown = (await behindTiles(page)).filter((s) => ['backlog', 'churn_pct'].includes(s.kpi));
  const rows = await sql(
    'dash_full',
    `
    WITH months AS (
      SELECT month
      FROM generate_series(date_trunc('month', now() AT TIME ZONE 'Europe/Berlin') - interval '12 months',
        now() AT TIME ZONE 'Europe/Berlin', '1 month') AS month
    )
    SELECT 'backlog' AS kpi, month::date AS period, NULL AS member, count(t) AS value, count(t) AS n
    FROM months
    LEFT JOIN tickets AS t ON (t.created_at AT TIME ZONE 'Europe/Berlin') < month + interval '1 month'
    AND NOT coalesce((coalesce(t.resolved_at, t.closed_at) AT TIME ZONE 'Europe/Berlin') < month + interval '1 month', false)
    GROUP BY month
    UNION ALL
    -- customers on the first day of the month and on the day before, who are none on the first day of the next month
    SELECT 'churn_pct', month::date, NULL, 100.0::double precision * count(*) FILTER (WHERE has_left) / count(*), count(*)
    FROM (
      SELECT month, s.account_id,
        NOT EXISTS (SELECT FROM subscriptions AS later WHERE later.account_id = s.account_id
          AND later.starts_on <= month + interval '1 month'
          AND (later.ends_on IS NULL OR later.ends_on > month + interval '1 month')) AS has_left
      FROM months
      JOIN subscriptions AS s ON s.starts_on <= month AND (s.ends_on IS NULL OR s.ends_on > month)
      WHERE EXISTS (SELECT FROM subscriptions AS before WHERE before.account_id = s.account_id AND before.starts_on < month
        AND (before.ends_on IS NULL OR before.ends_on >= month))
      GROUP BY 1, 2
    ) AS customer
    GROUP BY month`,
  );
  const answers = byKey(rows);
  assert.ok(compare(shown, answers, 'overview') >= 25, 'too few numbers');
});

test('Overview: intervals are those of the long view', async () => {
  const page = await openWindow();
  await show(page, `${url}/overview`);
  const rows = await sql(
    'dash_full',
    `SELECT kpi, period, NULL AS member, value, low, high, n FROM care.kpi_monthly
    WHERE team = 'all' AND channel = 'all'`,
  );
  const answers = byKey(rows);
  const shown = (await behindTiles(page)).filter((s) => s.low !== null);
  assert.ok(compare(shown, answers, 'overview') >= 70, 'too few numbers');
});

test('Team: the last week by team', async () => {
  const page = await openWindow();
  await show(page, `${url}/team`);
  const shown = (await shownNumbers(page)).filter((s) => s.panel === 'teams');
  assert.ok(compare(shown, await expected('week', 'team', {}), 'team') >= 20, 'too few numbers');
});

test('Explore: by category, tier, agent and channel, for the period together', async () => {
  const page = await openWindow();
  for (const [kpi, by, column] of [
    ['csat_pct', 'category', 'category'],
    ['response_p90_seconds', 'channel', 'channel'],
    ['nps', 'customer_tier', 'customer_tier'],
    ['fcr_pct', 'agent', 'agent_id'],
  ]) {
    await show(
      page,
      `${url}/explore?${new URLSearchParams({ kpi, by, from: '2026-01-15', to: '2026-03-20', period: 'custom' })}`,
    );
    const { since, until } = await page.evaluate(
      async (address) => (await (await fetch(address)).json()).panels.members,
      `/api/page/explore?kpi=${kpi}&by=${by}&from=2026-01-15&to=2026-03-20`,
    );
    const answers = await expected('whole', column, {}, since, until);
    const members = (await shownNumbers(page)).filter((s) => s.panel === 'members');
    assert.ok(
      compare(
        members.map((s) => ({ ...s, member: s.member })),
        answers,
        `explore ${kpi}`,
      ) >= 3,
    );
  }
});

test('Agent: the day of each agent', async () => {
  const page = await openWindow();
  await show(page, `${url}/agent?period=yesterday`);
  const [{ day }] = await sql('dash_full', `SELECT ((now() AT TIME ZONE 'Europe/Berlin')::date - 1)::text AS day`);
  const answers = await expected('day', 'agent_id', {});
  const shown = (await shownNumbers(page)).filter((s) => s.panel === 'agents');
  const ofTickets = shown.filter((s) => ['fcr_pct', 'csat_pct'].includes(s.kpi)).map((s) => ({ ...s, period: day }));
  const resolved = shown.filter((s) => s.kpi === 'resolved' && s.value > 0).map((s) => ({ ...s, period: day }));
  compare([...ofTickets, ...resolved], answers, 'agent');
  // who only worked resolved nothing
  assert.equal(await page.locator('[data-panel=agents] [data-label=Resolved]', { hasText: '—' }).count(), 0);
  const work = await sql(
    'dash_full',
    `SELECT 'adherence_pct' AS kpi, agent_id AS member, adherence_pct AS value FROM care.agent_daily WHERE day = $1
    UNION ALL SELECT 'occupancy_pct', agent_id, occupancy_pct FROM care.agent_daily WHERE day = $1`,
    [day],
  );
  compare(
    shown.filter((s) => /adherence|occupancy/.test(s.kpi)),
    byKey(work),
    'agent',
  );
});

test('Agent: open tickets', async () => {
  const page = await openWindow();
  await show(page, `${url}/agent`);
  const [open] = await sql(
    'dash_full',
    `SELECT count(*) AS open, count(*) FILTER (WHERE status = 'pending') AS pending_now,
    count(*) FILTER (WHERE first_response_at IS NULL) AS unanswered_now FROM tickets WHERE resolved_at IS NULL AND closed_at IS NULL`,
  );
  const shown = (await shownNumbers(page)).filter((s) => s.kpi in open);
  compare(shown, new Map(Object.entries(open).map(([kpi, value]) => [key(kpi), { value, n: value }])), 'agent');
  assert.equal(shown.length, 3);
});

test('Customers: bands and the lowest health', async () => {
  const page = await openWindow();
  await show(page, `${url}/customers`);
  const rows = await sql(
    'dash_full',
    `SELECT 'health_score' AS kpi, customer AS member, health_score AS value FROM care.customer_health
    UNION ALL SELECT 'sentiment_per_day', customer, sentiment_per_day FROM care.customer_health
    UNION ALL SELECT replace(b, ' ', '_'), NULL, count(h) FROM unnest(ARRAY['at risk', 'watch', 'healthy']) AS b
    LEFT JOIN care.customer_health AS h ON h.band = b GROUP BY b
    UNION ALL SELECT 'customers', NULL, count(*) FROM care.customer_health
    UNION ALL SELECT 'declining', NULL, count(*) FROM care.customer_health WHERE sentiment_is_declining
    UNION ALL SELECT 'followups_waiting', NULL, count(*) FROM care.kpi_followup WHERE contacted_at IS NULL`,
  );
  const answers = byKey(rows);
  const shown = (await shownNumbers(page))
    .filter((s) => s.panel !== 'alerts')
    .map((s) => ({ ...s, text: s.text.replace(/ .*| at risk| watch| healthy/su, '') }));
  assert.ok(compare(shown, answers, 'customers') >= 50, 'too few numbers');
});

test('Volume: hours of the week and agents needed', async () => {
  const page = await openWindow();
  await show(page, `${url}/volume`);
  const { since, until } = await page.evaluate(
    async () => (await (await fetch('/api/page/volume')).json()).panels.heatmap,
  );
  const rows = await sql(
    'dash_full',
    `
    WITH day AS (
      SELECT d::date AS day FROM generate_series($1::timestamp, $2::timestamp - interval '1 day', '1 day') AS d
      WHERE d::date < (now() AT TIME ZONE 'Europe/Berlin')::date
    ), hour AS (
      SELECT date_trunc('hour', created_at AT TIME ZONE 'Europe/Berlin') AS at, count(*) AS tickets FROM tickets GROUP BY 1
    )
    SELECT 'tickets_per_hour' AS kpi, extract(isodow FROM day)::int || ' ' || hour AS member, coalesce(sum(tickets), 0)::bigint AS n,
      coalesce(sum(tickets), 0)::double precision / count(*) AS value
    FROM day CROSS JOIN generate_series(0, 23) AS hour LEFT JOIN hour AS h ON h.at = day + hour * interval '1 hour'
    GROUP BY extract(isodow FROM day), hour
    UNION ALL
    SELECT 'agents_needed', channel || ' ' || weekday || ' ' || hour, NULL, agents_needed FROM care.staffing_by_hour`,
    [since, until],
  );
  const answers = byKey(rows);
  const shown = (await shownNumbers(page))
    .filter((s) => s.kpi === 'tickets_per_hour' || s.kpi === 'agents_needed')
    .map((s) => ({ ...s, text: /: ([0-9.,]+) /.exec(s.text)[1] }));
  assert.ok(compare(shown, answers, 'volume') >= 2 * 150, 'too few numbers');
  const trends = (await shownNumbers(page)).filter((s) => s.panel.startsWith('trend-'));
  assert.ok(compare(trends, await expected('week', null, {}), 'volume') >= 40, 'too few numbers');
});

test('at least 200 numbers were compared', (t) => {
  t.diagnostic(`${compared} numbers equal SQL`);
  assert.ok(compared >= 200);
});
