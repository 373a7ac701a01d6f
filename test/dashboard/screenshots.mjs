// Writes the screenshots that people look at. See test/dashboard/run --shots.
import { openWindow, pages, serve, settled, show } from './harness.mjs';

const marts = ['full', 'few', 'empty', 'forty'];
const servers = Object.fromEntries(
  await Promise.all(marts.map(async (m) => [m, (await serve(`dash_${m}`, ['--role', 'reader'])).url])),
);

async function shoot(file, address, options = {}, then = async () => undefined) {
  const page = await openWindow(options);
  await show(page, address);
  await then(page);
  await page.screenshot({ path: `${process.env.SHOTS}/${file}.png`, fullPage: options.whole !== false });
  for (const problem of page.problems) console.log(`${file}: ${problem}`);
  await page.context().close();
}

for (const name of pages) {
  await shoot(`${name}-1440-light`, `${servers.full}/${name}`);
  await shoot(`${name}-1440-dark`, `${servers.full}/${name}`, { theme: 'dark' });
  await shoot(`${name}-900-light`, `${servers.full}/${name}`, { width: 900 });
  await shoot(`${name}-360-light`, `${servers.full}/${name}`, { width: 360, height: 740 });
  await shoot(`${name}-forced-colours`, `${servers.full}/${name}`, { forcedColors: 'active' });
  for (const mart of ['few', 'empty', 'forty']) {
    await shoot(`${name}-${mart}-1440`, `${servers[mart]}/${name}`);
    await shoot(`${name}-${mart}-360`, `${servers[mart]}/${name}`, { width: 360, height: 740, theme: 'dark' });
  }
  const page = await openWindow();
  await show(page, `${servers.full}/${name}`);
  await page.pdf({
    path: `${process.env.SHOTS}/${name}-print.pdf`,
    format: 'A4',
    landscape: true,
    printBackground: true,
  });
  await page.context().close();
}
await shoot('wall-1920', `${servers.full}/overview?kiosk=60`, {
  width: 1920,
  height: 1080,
  theme: 'dark',
  whole: false,
});
const open = async (page) => {
  await page.locator('[data-tile=csat_pct] button.figure').click();
  await page.waitForSelector('[data-ticket]');
};
await shoot('tickets-1440', `${servers.full}/overview`, { whole: false }, open);
await shoot('tickets-360', `${servers.full}/overview`, { whole: false, width: 360, height: 740 }, open);
await shoot('table-behind-a-chart', `${servers.full}/overview?kpi=csat_pct`, {}, async (page) =>
  page.locator('.behind summary').click(),
);
await shoot(
  'filters-360',
  `${servers.full}/overview?team=Billing`,
  { width: 360, height: 740, whole: false },
  async (page) => page.locator('.fold').click(),
);
await shoot('filtered', `${servers.full}/overview?team=Billing&category=Login`);
for (const kpi of ['nps', 'backlog', 'tickets', 'response_p90_seconds'])
  await shoot(`chart-${kpi}`, `${servers.full}/overview?kpi=${kpi}`);
await shoot('explore-agents', `${servers.full}/explore?kpi=fcr_pct&by=agent`);
await shoot('explore-costs', `${servers.full}/explore?kpi=cost_per_contact&by=category`);
await shoot('running-week', `${servers.full}/team?kpi=tickets`);
process.exit(0);
