// What the tests share: the browser, servers of the dashboard, SQL, and what a page shows.
//
// Contract of test/dashboard/run: DASHBOARD is a built dashboard with its packages, CHROMIUM a browser, libpq's settings
// reach a server with the databases dash_full, dash_few, dash_empty, dash_forty and dash_kept as a superuser.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { after, afterEach } from 'node:test';

const require = createRequire(`${process.env.DASHBOARD}/package.json`);
const { chromium } = require('playwright-core');
const pg = require('pg');
export const axePath = require.resolve('axe-core/axe.min.js');

/** Tests look at fewer values, widths and themes. */
export const quick = Boolean(process.env.KPI_QUICK);

export const pages = ['overview', 'team', 'agent', 'customers', 'volume', 'explore'];
const closing = [];
// screenshots are no tests
if (!process.env.SHOTS)
  after(async () => {
    for (const close of closing.reverse()) await close();
  });

// bigint as a number, days as they are written
pg.types.setTypeParser(20, Number);
pg.types.setTypeParser(1082, (text) => text);

const connections = new Map();

/** Runs SQL as the superuser in a database, and returns its rows. With values of null it can be several statements. */
export async function sql(database, text, values = []) {
  if (!connections.has(database)) {
    const client = new pg.Client({ database });
    await client.connect();
    connections.set(database, client);
    closing.push(() => client.end());
  }
  return (await connections.get(database).query(values === null ? { text } : { text, values })).rows;
}

/** Rows by KPI, period and member. */
export const key = (kpi, period, member) => JSON.stringify([kpi, period ?? null, member ?? null]);
export const byKey = (rows) => new Map(rows.map((r) => [key(r.kpi, r.period, r.member), r]));

let prepared;

/**
 * The KPIs of dash_full by day, week, month or since a day (whole), and by a column or none, with the value of each column that is
 * filtered: see oracle.sql.
 */
export async function oracle(grain, by = null, chosen = {}, since = null, until = null) {
  prepared ??= sql('dash_full', readFileSync(new URL('oracle.sql', import.meta.url), 'utf8'), null);
  await prepared;
  const column = by === null ? 'NULL::text' : pg.escapeIdentifier(by);
  const filters = Object.entries(chosen)
    .map(([name, value]) => ` AND ${pg.escapeIdentifier(name)} = ${pg.escapeLiteral(value)}`)
    .join('');
  return sql(
    'dash_full',
    `
    SELECT kpi, CASE $1 WHEN 'whole' THEN $2::date ELSE date_trunc($1, day::timestamp)::date END AS period, ${column} AS member,
      count(*) AS n,
      CASE
        WHEN kpi IN ('tickets', 'resolved') THEN count(*)
        WHEN kpi LIKE '%median_seconds' THEN percentile_cont(0.5) WITHIN GROUP (ORDER BY x)
        WHEN kpi LIKE '%p90_seconds' THEN percentile_cont(0.9) WITHIN GROUP (ORDER BY x)
        WHEN kpi = 'qa_score_pct' THEN 100 * sum(x) / nullif(sum(y), 0)
        ELSE 100 * sum(x) / count(*)
        END AS value
    FROM measure
    WHERE ($1 <> 'whole' OR (day >= $2::date AND day < $3::date))${filters}
    GROUP BY 1, 2, 3`,
    [grain, since, until],
  );
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer()
      .once('error', reject)
      .listen(0, '127.0.0.1', () => {
        const { port } = server.address();
        server.close(() => resolve(port));
      });
  });

/** Starts a server of the dashboard as its login. Returns its address, its process, and output(), which is its log so far. */
export async function serve(database, options = []) {
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [`${process.env.DASHBOARD}/dist/server/main.js`, '--schema', 'care', '--port', String(port), ...options],
    { env: { ...process.env, PGDATABASE: database, PGUSER: 'dashboard' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    output += text;
  });
  closing.push(() => {
    child.kill();
  });
  process.once('exit', () => child.kill());
  for (let i = 0; i < 1200 && child.exitCode === null; i++) {
    const isUp = await fetch(`http://localhost:${port}/api/health`).then(
      (r) => r.ok,
      () => false,
    );
    if (isUp) return { url: `http://localhost:${port}`, port, pid: child.pid, output: () => output };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the dashboard did not start: ${output}`);
}

let browser;
export async function openBrowser() {
  if (!browser) {
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    closing.push(() => browser.close());
  }
  return browser;
}

/** Opens a new window. Its problems are errors of the console and of scripts, dialogs, and requests to other hosts. */
async function newWindow(options) {
  const context = await (await openBrowser()).newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.problems = [];
  page.on('console', (m) => {
    if (['error', 'warning'].includes(m.type())) page.problems.push(m.text().slice(0, 300));
  });
  page.on('pageerror', (e) => page.problems.push(e.message));
  page.on('dialog', (d) => {
    page.problems.push(`dialog ${d.message()}`);
    void d.dismiss();
  });
  page.on('request', (r) => {
    if (!/^(http:\/\/localhost:|data:)/.test(r.url())) page.problems.push(`request to ${r.url()}`);
  });
  return page;
}

// A new window takes several times as long as a page, so the next test gets the window, if it asks for the same.
const windows = [];
if (!process.env.SHOTS)
  afterEach(async () => {
    for (const w of windows) {
      if (!w.isUsed || w.page.isClosed()) continue;
      if (w.page.url() !== 'about:blank') await w.page.evaluate(() => localStorage.clear());
      await w.page.goto('about:blank');
      await w.page.mouse.move(0, 0);
      w.page.problems = [];
      w.isUsed = false;
    }
  });

/** Opens a window as if it were new. A test that changes more than the address, the size and storage must close it. */
export async function openWindow({ width = 1440, height = 900, theme = 'light', ...options } = {}) {
  const wanted = JSON.stringify([theme, options]);
  const viewport = { width, height };
  let found = windows.find((w) => w.wanted === wanted && !w.isUsed && !w.page.isClosed());
  if (found) {
    await found.page.setViewportSize(viewport);
  } else {
    found = { wanted, page: await newWindow({ viewport, colorScheme: theme, ...options }) };
    windows.push(found);
  }
  found.isUsed = true;
  return found.page;
}

const frames = (page) =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

/** Waits until what the address asks for is shown. */
export async function settled(page) {
  // a click is drawn in the next frame
  await frames(page);
  await page.waitForSelector('main[aria-busy=false]');
  await page.waitForFunction(() => {
    const shown = document.querySelector('[data-page]')?.dataset.page;
    // a snapshot has one document for all pages
    const asked = document.querySelector('meta[name=snapshot]')
      ? new URLSearchParams(location.search).get('page')
      : location.pathname.slice(1);
    return document.querySelector('main .empty.failed') || shown === (asked || 'overview');
  });
  // the charts are drawn after their width is known
  await frames(page);
}

export async function show(page, address) {
  await page.goto(address, { waitUntil: 'load' });
  await settled(page);
}

/** Every number on the page that says what it is, with its text as a reader sees it. */
export const shownNumbers = (page) =>
  page.evaluate(() => {
    document.querySelectorAll('details').forEach((d) => {
      d.open = true;
    });
    const number = (text) => (text === undefined ? null : Number(text));
    return [...document.querySelectorAll('[data-kpi][data-value]')].map((e) => ({
      kpi: e.dataset.kpi,
      value: number(e.dataset.value),
      n: number(e.dataset.n),
      low: number(e.dataset.low),
      high: number(e.dataset.high),
      period: e.dataset.period ?? null,
      member: e.dataset.member ?? null,
      text: e.innerText,
      panel: e.closest('[data-panel]')?.dataset.panel ?? null,
      tile: e.closest('[data-tile]')?.dataset.tile ?? null,
    }));
  });

const sizes = { s: 1, min: 60, h: 3600, d: 86_400 };

/** What a text such as "1,234", "−3.5 %" or "2.4 h" says, and by how much its last digit is uncertain. */
export function read(text, kpi) {
  const match = /^([−-]?)([0-9,]+)(\.[0-9]+)?\s*([a-z%]*)$/u.exec(text.replace(/[\s\u00a0\u202f]+/gu, ' ').trim());
  if (!match) return null;
  const [, sign, whole, rest = '', unit] = match;
  const size = /_seconds$/.test(kpi) ? sizes[unit] : 1;
  if (size === undefined) return null;
  const value = Number(whole.replaceAll(',', '') + rest) * size * (sign ? -1 : 1);
  return { value, unit, slack: (size * 10 ** -Math.max(0, rest.length - 1)) / 2 };
}

/** Whether two numbers are the same but for the last bits of a floating-point sum. */
export const same = (a, b) =>
  a === b || (a !== null && b !== null && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b)));

/** The value of a parameter of the address. */
export const parameter = (page, name) => new URL(page.url()).searchParams.get(name);
