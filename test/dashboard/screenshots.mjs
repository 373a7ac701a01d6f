// Writes the screenshots that people look at. See test/dashboard/run --shots.
import { openWindow, pages, serve, show } from './harness.mjs';

const { SHOTS: directory, SHOTS_OF: pattern = '' } = process.env;
const wanted = new RegExp(pattern);
const marts = ['full', 'few', 'empty', 'forty'];
const servers = Object.fromEntries(
  await Promise.all(marts.map(async (m) => [m, (await serve(`dash_${m}`, ['--role', 'reader'])).url])),
);

/** Options are those of the window; whole: more than what the window shows; paper: a PDF instead. */
async function shoot(file, address, { whole = true, paper = false, ...options } = {}, then = async () => undefined) {
  if (!wanted.test(file)) return;
  const page = await openWindow(options);
  await show(page, address);
  await then(page);
  if (paper) await page.pdf({ path: `${directory}/${file}.pdf`, format: 'A4', landscape: true, printBackground: true });
  else await page.screenshot({ path: `${directory}/${file}.png`, fullPage: whole });
  for (const problem of page.problems) console.log(`${file}: ${problem}`);
  await page.context().close();
}

const phone = { width: 360, height: 740 };
const wall = { width: 1920, height: 1080 };

for (const name of pages) {
  for (const theme of ['light', 'dark']) {
    for (const size of [phone, { width: 900 }, { width: 1320 }, wall])
      await shoot(`${name}-full-${size.width}-${theme}`, `${servers.full}/${name}`, { ...size, theme });
  }
  for (const mart of ['few', 'empty', 'forty']) {
    await shoot(`${name}-${mart}-1320`, `${servers[mart]}/${name}`, { width: 1320 });
    await shoot(`${name}-${mart}-360-dark`, `${servers[mart]}/${name}`, { ...phone, theme: 'dark' });
  }
  await shoot(`${name}-forced-colours`, `${servers.full}/${name}`, { width: 1320, forcedColors: 'active' });
  await shoot(`${name}-print`, `${servers.full}/${name}`, { paper: true });
  await shoot(`${name}-wall-dark`, `${servers.full}/${name}?kiosk=600`, { ...wall, theme: 'dark', whole: false });
  await shoot(`${name}-wall-forty`, `${servers.forty}/${name}?kiosk=600`, { ...wall, whole: false });
}

const open = (tile) => async (page) => {
  await page.locator(`[data-tile=${tile}] button.figure`).click();
  await page.waitForSelector('[data-ticket]');
};
for (const [name, size] of [
  ['1320', { width: 1320 }],
  ['360', phone],
])
  await shoot(`tickets-${name}`, `${servers.full}/overview`, { ...size, whole: false }, open('csat_pct'));
await shoot('tickets-few', `${servers.few}/overview`, { width: 1320, whole: false }, open('csat_pct'));
await shoot('tickets-few-360', `${servers.few}/overview`, { ...phone, whole: false }, open('tickets'));
const unfold = (selector) => (page) => page.locator(selector).click();
await shoot('table-behind-a-chart', `${servers.full}/overview?kpi=csat_pct`, {}, unfold('.behind summary'));
await shoot('table-behind-a-chart-360', `${servers.full}/overview?kpi=nps`, phone, unfold('.behind summary'));
await shoot('filters-360', `${servers.full}/overview?team=Billing`, { ...phone, whole: false }, unfold('.fold'));
await shoot('filters-none', `${servers.full}/overview?team=Billing&channel=phone&category=Login&tier=free`);
await shoot('filters-ignored', `${servers.full}/overview?team=Billing&category=Login`);
await shoot('few-months', `${servers.full}/overview?from=2000-01-01&to=2000-01-31`);
await shoot('other-days', `${servers.full}/overview?period=last-month`);
await shoot('this-month', `${servers.full}/overview?period=month`);
for (const period of ['today', 'yesterday', '28-days']) {
  await shoot(`days-${period}`, `${servers.full}/overview?period=${period}`);
  await shoot(`days-${period}-360`, `${servers.full}/overview?period=${period}`, phone);
}
await shoot('team-last-month', `${servers.full}/team?period=last-month&sort.teams=-csat_pct`);
await shoot('volume-year', `${servers.full}/volume?period=13-months`);
for (const kpi of ['nps', 'backlog', 'tickets', 'response_p90_seconds', 'churn_pct', 'sla_response_pct']) {
  await shoot(`chart-${kpi}`, `${servers.full}/overview?kpi=${kpi}`);
  await shoot(`chart-${kpi}-360`, `${servers.full}/overview?kpi=${kpi}`, phone);
}
await shoot('agent-28-days', `${servers.full}/agent?period=28-days`);
await shoot('agent-28-days-360', `${servers.full}/agent?period=28-days`, phone);
await shoot('explore-agents', `${servers.full}/explore?kpi=fcr_pct&by=agent`);
await shoot('explore-120-agents', `${servers.forty}/explore?kpi=csat_pct&by=agent`);
await shoot('explore-120-agents-360', `${servers.forty}/explore?kpi=csat_pct&by=agent`, phone);
await shoot('explore-teams-forty', `${servers.forty}/explore?kpi=tickets&by=team`);
await shoot('explore-costs', `${servers.full}/explore?kpi=cost_per_contact&by=category`);
await shoot('explore-response', `${servers.full}/explore?kpi=response_p90_seconds&by=channel`);
await shoot('explore-months', `${servers.full}/explore?kpi=occupancy_pct&by=channel`);
await shoot('explore-missing', `${servers.full}/explore?kpi=renewal_pct&by=channel`);
await shoot('explore-few', `${servers.few}/explore?kpi=tickets&by=category`);
await shoot('explore-few-360', `${servers.few}/explore?kpi=tickets&by=category`, phone);
process.exit(0);
