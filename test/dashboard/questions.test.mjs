// Questions of a support lead about months, weeks and teams. See asking.mjs.
import assert from 'node:assert/strict';
import { close, figure, lastMonth, one, question, rows, today } from './asking.mjs';

question('Did we reach our satisfaction target last month?', async ({ page }) => {
  const tile = page.locator('[data-tile=csat_pct]');
  const month =
    await one(`SELECT csat_pct, (SELECT target FROM care.kpi_target WHERE kpi = 'csat_pct' AND segment = '{}') AS target
    FROM care.executive_monthly WHERE month = ${lastMonth}`);
  close(await figure(tile), month.csat_pct);
  const state = await tile.locator('[data-status]').getAttribute('data-status');
  assert.ok(state === 'good' ? month.csat_pct >= month.target : month.csat_pct < month.target, state);
  assert.match(await tile.innerText(), new RegExp(`Target ${month.target}\\.0`));
});

question('Is the net promoter score better than a year ago?', async ({ page, click }) => {
  await click(page.locator('[data-tile=nps] h3 button'));
  await click(page.locator('.behind summary'));
  const { nps } = await one(`SELECT nps FROM care.executive_monthly WHERE month = ${lastMonth} - interval '1 year'`);
  const text = await page
    .locator('.behind tr')
    .filter({ has: page.locator(`[data-period="${(await one(`SELECT ${lastMonth}::text AS day`)).day}"]`) })
    .innerText();
  assert.ok(
    text
      .split(/[\t\n(]/)
      .map((s) => s.trim())
      .includes(String(Math.round(nps)).replace('-', '−')),
    `${text} has no ${nps}`,
  );
});

question('Which customers gave bad ratings last month?', async ({ page, click }) => {
  await click(page.locator('[data-tile=csat_pct] button.figure'));
  await page.waitForSelector('[data-ticket]');
  const { n } = await one(`SELECT csat_n AS n FROM care.executive_monthly WHERE month = ${lastMonth}`);
  assert.equal(Number(await page.locator('[data-kpi=explain_counted]').getAttribute('data-value')), n);
  const ratings = await page.locator('[data-ticket] [data-label=Rating]').allInnerTexts();
  const { scores } = await one(`SELECT array_agg(csat_score) AS scores FROM tickets WHERE csat_score IS NOT NULL
    AND date_trunc('month', coalesce(resolved_at, closed_at, created_at) AT TIME ZONE 'Europe/Berlin') = ${lastMonth}`);
  assert.deepEqual(
    ratings.map(Number),
    ratings.map(Number).sort((a, b) => a - b),
    'the worst first',
  );
  for (const bad of [1, 2]) assert.ok(ratings.filter((r) => Number(r) === bad).length > 0 === scores.includes(bad));
});

question('Which team misses its first-response target?', async ({ page, go }) => {
  await go('Team');
  const worst =
    await one(`SELECT team FROM care.team_weekly WHERE week = date_trunc('week', ${today})::date - 7 AND team IS NOT NULL
    ORDER BY sla_response_pct NULLS LAST LIMIT 1`);
  const shown = await page
    .locator('[data-panel=teams] [data-kpi=sla_response_pct]')
    .evaluateAll((all) => all.map((f) => [f.dataset.member, Number(f.dataset.value)]));
  assert.equal(shown.sort((a, b) => a[1] - b[1])[0][0], worst.team);
});

question('How many tickets of Billing are resolved at first contact, week by week?', async ({ page, click, go }) => {
  await go('Team');
  await click(page.locator('[data-panel=teams] button.link', { hasText: 'Billing' }));
  await click(page.locator('.behind summary'));
  for (const row of await rows(
    `SELECT week::text, fcr_pct FROM care.team_weekly WHERE team = 'Billing' AND fcr_pct IS NOT NULL
    AND week >= date_trunc('week', ${today})::date - 91`,
  )) {
    close(Number(await page.locator(`.behind [data-period="${row.week}"]`).getAttribute('data-value')), row.fcr_pct);
  }
});

question('Which ticket must be answered first?', async ({ page, go }) => {
  await go('Agent');
  const first =
    await one(`SELECT ticket_id FROM care.open_tickets ORDER BY waiting_seconds IS NULL, sentiment_last <= -0.5 IS NOT TRUE,
    is_breached IS NOT TRUE,
    waiting_seconds DESC NULLS LAST, age_seconds DESC NULLS LAST LIMIT 1`);
  assert.equal(
    await page.locator('[data-panel=open] [data-ticket]').first().getAttribute('data-ticket'),
    first.ticket_id,
  );
});

question('Who resolved the most tickets yesterday?', async ({ page, go, choose }) => {
  await go('Agent');
  await choose('period', 'yesterday');
  const { most } =
    (await one(`SELECT count(*) AS most FROM tickets WHERE (resolved_at AT TIME ZONE 'Europe/Berlin')::date = ${today} - 1
    AND agent_id IS NOT NULL GROUP BY agent_id ORDER BY count(*) DESC LIMIT 1`)) ?? { most: 0 };
  assert.equal(
    Number(await page.locator('[data-panel=agents] [data-kpi=resolved]').first().getAttribute('data-value')),
    most,
  );
});

question('Which customer is most likely to leave?', async ({ page, go }) => {
  await go('Customers');
  const { customer } = await one('SELECT customer FROM care.customer_health ORDER BY health_score, customer LIMIT 1');
  assert.match(await page.locator('[data-panel=health] tbody tr').first().innerText(), new RegExp(customer));
});

question('When do most tickets arrive, and how many agents does the phone need then?', async ({ page, go }) => {
  await go('Volume');
  const peak =
    await one(`SELECT extract(isodow FROM at)::int AS weekday, extract(hour FROM at)::int AS hour, count(*) FROM
    (SELECT created_at AT TIME ZONE 'Europe/Berlin' AS at FROM tickets) AS t
    WHERE at >= date_trunc('week', ${today}) - interval '91 days' AND at < ${today} GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 1`);
  const cells = await page
    .locator('[data-kpi=tickets_per_hour]')
    .evaluateAll((all) => all.map((c) => ({ n: Number(c.dataset.n), at: c.dataset.member })));
  assert.equal(cells.find((c) => c.at === `${peak.weekday} ${peak.hour}`).n, peak.count);
  assert.match(await page.locator('[data-panel=heatmap] .readout').innerText(), /the most of all$/);
  const { agents_needed: needed } = await one(
    'SELECT agents_needed FROM care.staffing_by_hour WHERE channel = $1 AND weekday = $2 AND hour = $3',
    ['phone', peak.weekday, peak.hour],
  );
  assert.equal(
    Number(
      await page
        .locator(`[data-kpi=agents_needed][data-member="phone ${peak.weekday} ${peak.hour}"]`)
        .getAttribute('data-value'),
    ),
    needed,
  );
});

question('In which category are answers slowest?', async ({ page, click }) => {
  await click(page.locator('[data-tile=response_p90_seconds] h3 button'));
  await click(page.locator('[data-split=category]'));
  const slowest = await page
    .locator('[data-panel=members] [data-kpi]')
    .first()
    .evaluate((f) => [f.dataset.member, Number(f.dataset.value)]);
  const row =
    await one(`SELECT category, percentile_cont(0.9)
      WITHIN GROUP (ORDER BY extract(epoch FROM first_response_at - created_at)::float8) AS p90 FROM tickets
    WHERE first_response_at AT TIME ZONE 'Europe/Berlin' >= date_trunc('month', ${today}) - interval '12 months'
    GROUP BY 1 ORDER BY 2 DESC LIMIT 1`);
  assert.equal(slowest[0], row.category);
  close(slowest[1], row.p90);
});

question('Does chat satisfy customers more than e-mail?', async ({ page, click }) => {
  await click(page.locator('[data-tile=csat_pct] h3 button'));
  await click(page.locator('[data-split=channel]'));
  for (const row of await rows(
    `SELECT channel, 100.0::float8 * count(*) FILTER (WHERE csat_score >= 4) / count(csat_score) AS csat FROM tickets
    WHERE coalesce(resolved_at, closed_at, created_at) AT TIME ZONE 'Europe/Berlin'
      >= date_trunc('month', ${today}) - interval '12 months' GROUP BY 1`,
  )) {
    close(
      Number(await page.locator(`[data-panel=members] [data-member="${row.channel}"]`).getAttribute('data-value')),
      row.csat,
    );
  }
});
