// More questions of leads, executives and agents. See asking.mjs.
import assert from 'node:assert/strict';
import { close, figure, lastMonth, one, question, rows, today } from './asking.mjs';
import { openWindow, show } from './harness.mjs';

const local = (time) => `(${time} AT TIME ZONE 'Europe/Berlin')`;
const outcome = local('coalesce(resolved_at, closed_at, created_at)');
const inLastMonth = (time) => `date_trunc('month', ${time}) = ${lastMonth}`;
const members = (page, panel, kpi) =>
  page
    .locator(`[data-panel=${panel}] tbody [data-kpi=${kpi}]`)
    .evaluateAll((all) => all.map((e) => [e.dataset.member, Number(e.dataset.value)]));

question("Which team's satisfaction surely fell last month?", async ({ page, go, choose }) => {
  await go('Team');
  await choose('period', 'last-month');
  const shown = new Map(await members(page, 'teams', 'csat_pct'));
  const expected = await rows(`
    SELECT team, rate_pct(now.rate) AS csat, is_significant(rate_change(before.rate, now.rate)) AS is_clear
    FROM (SELECT team, rollup(csat) AS rate FROM care.ticket_daily_tally
      WHERE day >= ${lastMonth} AND day < date_trunc('month', ${today}) GROUP BY team) AS now
    JOIN (SELECT team, rollup(csat) AS rate FROM care.ticket_daily_tally
      WHERE day < ${lastMonth} AND day >= ${lastMonth} - (date_trunc('month', ${today})::date - ${lastMonth}) GROUP BY team)
      AS before USING (team)`);
  assert.ok(expected.length >= 4);
  for (const { team, csat, is_clear: isClear } of expected) {
    close(shown.get(team), csat);
    const cell = page.locator(`[data-panel=teams] td:has([data-kpi=csat_pct][data-member="${team}"])`);
    assert.equal(await cell.locator('[data-significant]').count(), isClear ? 1 : 0, team);
  }
});

question('Which hour on Monday needs the most agents?', async ({ page, go }) => {
  await go('Volume');
  const { hour, agents_needed: needed } = await one(`SELECT hour, agents_needed FROM care.staffing_by_hour
    WHERE channel = 'phone' AND weekday = 1 AND agents_needed IS NOT NULL ORDER BY 2 DESC, 1 LIMIT 1`);
  const cell = page.locator(`[data-kpi=agents_needed][data-member="phone 1 ${hour}"] [aria-hidden]`);
  assert.equal(await cell.innerText(), String(needed));
});

question(
  'For which agent do most customers wait, and which ticket waits longest?',
  async ({ page, go, sort, click }) => {
    await go('Agent');
    await sort('agents', 'Customers waiting');
    const { waiting } = await one(
      `SELECT count(waiting_seconds) AS waiting FROM care.open_tickets WHERE agent_id IS NOT NULL
    GROUP BY agent_id ORDER BY 1 DESC LIMIT 1`,
    );
    const [[agent, most]] = await members(page, 'agents', 'waiting_now');
    assert.equal(most, waiting);
    await click(page.locator('[data-panel=agents] tbody .link').first());
    const { ticket_id: longest } = await one(
      'SELECT ticket_id FROM care.open_tickets WHERE agent_id = $1 ORDER BY waiting_seconds DESC NULLS LAST LIMIT 1',
      [agent],
    );
    assert.ok(await page.locator(`[data-panel=open] [data-ticket="${longest}"]`).isVisible());
  },
);

question('Did the score of enterprise customers change against last year?', async ({ page, choose, click }) => {
  await choose('tier', 'Enterprise');
  await click(page.locator('.behind summary'));
  const {
    month,
    nps,
    is_clear: isClear,
  } = await one(`
    SELECT ${lastMonth}::text AS month, nps(before.scores) AS nps, is_significant(nps_change(before.scores, now.scores)) AS is_clear
    FROM (SELECT rollup(nps) AS scores FROM care.segment_daily_tally WHERE customer_tier = 'Enterprise'
      AND date_trunc('month', day) = ${lastMonth}) AS now
    CROSS JOIN (SELECT rollup(nps) AS scores FROM care.segment_daily_tally WHERE customer_tier = 'Enterprise'
      AND date_trunc('month', day) = ${lastMonth} - interval '1 year') AS before`);
  const row = await page.locator(`.behind tr:has([data-period="${month}"])`).innerText();
  const words = `${String(Math.round(nps)).replace('-', '\u2212')} (${isClear ? '' : 'no '}clear change)`;
  assert.ok(row.includes(words), `${row} has no "${words}"`);
});

question('How many tickets a week come by email, and do they rise?', async ({ page, go, choose }) => {
  await go('Volume');
  await choose('channel', 'email');
  for (const {
    week,
    n,
  } of await rows(`SELECT date_trunc('week', ${local('created_at')})::date::text AS week, count(*) AS n FROM tickets
    WHERE channel = 'email' AND created_at >= date_trunc('week', ${today})::date - 91 GROUP BY 1`))
    assert.equal(
      Number(await page.locator(`[data-panel=trend-tickets] [data-period="${week}"]`).getAttribute('data-value')),
      n,
    );
});

question('Which customers became unhappier, and what else is wrong with them?', async ({ page, go }) => {
  await go('Customers');
  const { customer, nps } = await one(`SELECT customer, round(nps_signal) AS nps FROM care.customer_health
    WHERE sentiment_is_declining ORDER BY sentiment_per_day, customer LIMIT 1`);
  const first = page.locator('[data-panel=declining] tbody tr').first();
  assert.equal(await first.locator('th').innerText(), customer);
  assert.equal(await first.locator('[data-label=NPS]').innerText(), nps === null ? '—' : String(nps));
});

question('How long do nine of ten customers wait who cannot log in?', async ({ page, choose }) => {
  await choose('category', 'Login');
  const { p90 } =
    await one(`SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM first_response_at - created_at)::float8) AS p90
    FROM tickets WHERE category = 'Login' AND ${inLastMonth(local('first_response_at'))}`);
  close(await figure(page.locator('[data-tile=response_p90_seconds]')), p90);
});

question('Which tickets of the tier Plus missed their first response last month?', async ({ page, choose, click }) => {
  await choose('tier', 'Plus');
  const tile = page.locator('[data-tile=sla_response_pct]');
  const share = await figure(tile);
  await click(tile.locator('button.figure'));
  await page.waitForSelector('[data-ticket]');
  const n = Number(await page.locator('[data-kpi=explain_counted]').getAttribute('data-value'));
  const inTime = await page.locator('[data-ticket] [data-label="In time"]').allInnerTexts();
  const late = Math.round(n * (1 - share / 100));
  assert.deepEqual(
    inTime,
    [...Array(late).fill('no'), ...Array(inTime.length - late).fill('yes')].slice(0, inTime.length),
  );
});

question('Who resolved the most in the last four weeks?', async ({ page, go, choose }) => {
  await go('Agent');
  await choose('period', '28-days');
  const { most } = await one(`SELECT count(*) AS most FROM tickets WHERE solved AND agent_id IS NOT NULL
    AND ${outcome}::date >= ${today} - 28 AND ${outcome}::date < ${today} GROUP BY agent_id ORDER BY 1 DESC LIMIT 1`);
  assert.equal((await members(page, 'agents', 'resolved'))[0][1], most);
});

question('What does "escalated" mean here?', async ({ page, go, choose }) => {
  await go('Explore');
  await choose('kpi', 'escalation_pct');
  assert.match(await page.locator('[data-panel=trend] .note').first().innerText(), /escalated/i);
});

question("Is today's number final?", async ({ page, choose }) => {
  await choose('period', 'today');
  const tile = page.locator('[data-tile=tickets]');
  const { n } = await one(`SELECT count(*) AS n FROM tickets WHERE ${local('created_at')}::date = ${today}`);
  assert.equal(await figure(tile), n);
  assert.match(await tile.innerText(), /so far/);
});

question('How sure is the satisfaction of last month?', async ({ page }) => {
  const { low, high } =
    await one(`SELECT low, high FROM care.kpi_monthly WHERE kpi = 'csat_pct' AND period = ${lastMonth}
    AND team = 'all' AND channel = 'all'`);
  const text = await page.locator('[data-tile=csat_pct] .tile-row').first().innerText();
  assert.ok(text.startsWith(`${low.toFixed(1)} to ${high.toFixed(1)}`), text);
});

question('Where are the bad ratings of yesterday?', async ({ page, choose, click }) => {
  await choose('period', 'yesterday');
  const { n, bad } = await one(`SELECT count(*) AS n, count(*) FILTER (WHERE csat_score <= 3) AS bad FROM tickets
    WHERE csat_score IS NOT NULL AND ${outcome}::date = ${today} - 1`);
  if (n === 0) {
    assert.equal(await page.locator('[data-missing~=csat_pct]').count(), 1);
    return;
  }
  await click(page.locator('[data-tile=csat_pct] button.figure'));
  await page.waitForSelector('[data-ticket]');
  const ratings = (await page.locator('[data-ticket] [data-label=Rating]').allInnerTexts()).map(Number);
  assert.equal(ratings.length, n);
  assert.equal(ratings.filter((r) => r <= 3).length, bad);
});

question('Which KPIs do not reach their targets?', async ({ page }) => {
  const tiles = await page.locator('.tile [data-status]').evaluateAll((all) => all.map((s) => s.dataset.status));
  for (const status of ['good', 'warning', 'breach']) {
    const n = tiles.filter((s) => s === status).length;
    const tally = page.locator(`[data-tally=${status}]`);
    if (n === 0) assert.equal(await tally.count(), 0);
    else assert.match(await tally.innerText(), new RegExp(`^${n} `));
  }
});

question('Can this be printed for the board?', async ({ page, click }) => {
  await page.evaluate(() => {
    window.print = () => {
      window.printed = true;
    };
  });
  await click(page.locator('[data-tool=print]'));
  assert.equal(await page.evaluate(() => window.printed), true);
});

question(
  'Can a colleague see exactly this?',
  async ({ page, go, sort, click }) => {
    await go('Team');
    await sort('teams', 'Tickets created');
    await click(page.locator('[data-tool=copy]'));
    await page.locator('[data-tool=copy]', { hasText: 'Copied' }).waitFor();
    const other = await openWindow();
    await show(other, await page.evaluate(() => navigator.clipboard.readText()));
    const order = (await members(page, 'teams', 'tickets')).map(([team]) => team);
    assert.deepEqual(
      (await members(other, 'teams', 'tickets')).map(([team]) => team),
      order,
    );
    assert.equal(await other.locator('[aria-sort=descending]').innerText(), 'Tickets created');
  },
  { permissions: ['clipboard-read', 'clipboard-write'] },
);

question(
  'Which team resolves the least at first contact?',
  async ({ page, go, sort }) => {
    await go('Team');
    await sort('teams', 'Resolved at first contact');
    await sort('teams', 'Resolved at first contact');
    assert.equal(await page.locator('[data-panel=teams] [aria-sort]').getAttribute('aria-sort'), 'ascending');
    const { team } =
      await one(`SELECT team FROM care.team_weekly WHERE week = date_trunc('week', ${today})::date - 7 AND team IS NOT NULL
      AND fcr_pct IS NOT NULL ORDER BY fcr_pct LIMIT 1`);
    assert.equal((await members(page, 'teams', 'fcr_pct'))[0][0], team);
  },
  { keyboard: true },
);

question('Is the handle time in its range?', async ({ page, go }) => {
  await go('Volume');
  const chart = page.locator('[data-panel=trend-handle_median_seconds]');
  const { low, high } = await one(
    `SELECT low / 60 AS low, high / 60 AS high FROM care.kpi_target WHERE direction = 'range'`,
  );
  assert.equal(
    (await chart.locator('.line-name.target').innerHTML()).replace(/\s/g, ' '),
    `Target ${low.toFixed(1)} to ${high.toFixed(1)} min`,
  );
  assert.equal(await chart.locator('[stroke="var(--target)"] path').count(), 2);
});

question('An alert is open: how was this KPI month by month?', async ({ page, go, click }) => {
  await go('Customers');
  await click(page.locator('[data-panel=alerts] li', { hasText: 'channel email' }).locator('.link'));
  const { kpi, month, value } = await one(`SELECT kpi, period::text AS month, value FROM care.kpi_monthly
    WHERE kpi = 'csat_pct' AND team = 'all' AND channel = 'email' AND period = ${lastMonth}`);
  close(
    Number(await page.locator(`.behind [data-kpi=${kpi}][data-period="${month}"]`).getAttribute('data-value')),
    value,
  );
});

question('Which customers have trouble paying?', async ({ page, go, sort }) => {
  await go('Customers');
  await sort('health', 'Payment');
  await sort('health', 'Payment');
  const shown = await page.locator('[data-panel=health] tbody [data-label=Payment]').allInnerTexts();
  const { least } = await one('SELECT round(min(payment_signal))::int AS least FROM care.customer_health');
  assert.equal(Number(shown[0]), least);
});

question('Which channel is the most expensive?', async ({ page, go, choose }) => {
  await go('Explore');
  await choose('kpi', 'cost_per_contact');
  const { channel } = await one(`SELECT channel FROM tickets WHERE cost IS NOT NULL
    AND ${outcome} >= date_trunc('month', ${today}) - interval '12 months' GROUP BY 1 ORDER BY avg(cost) DESC LIMIT 1`);
  assert.equal((await members(page, 'members', 'cost_per_contact'))[0][0], channel);
});

question(
  'On the phone: which open ticket is the oldest?',
  async ({ page, go, sortBy }) => {
    await go('Agent');
    await sortBy('open', '-age');
    const { ticket_id: oldest } = await one(
      'SELECT ticket_id FROM care.open_tickets ORDER BY age_seconds DESC LIMIT 1',
    );
    assert.equal(await page.locator('[data-panel=open] [data-ticket]').first().getAttribute('data-ticket'), oldest);
  },
  { width: 360, height: 740 },
);
