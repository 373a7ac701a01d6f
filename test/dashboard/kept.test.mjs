// Answers that are kept, and pages that are read while their mart changes: no reader sees what was, or half of both.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serve, sql } from './harness.mjs';

const run = (text) => sql('dash_kept', text, null);
const { url } = await serve('dash_kept', ['--role', 'kept_reader', '--timeout', '1500']);
const page = async (path) => {
  const answer = await fetch(`${url}/api/page/${path}`);
  assert.equal(answer.status, 200, path);
  return answer.json();
};
const overview = async () => (await page('overview')).panels.measures;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const countOf = ({ columns, rows }, kpi) =>
  rows.filter((r) => r[columns.indexOf('kpi')] === kpi).reduce((sum, r) => sum + r[columns.indexOf('value')], 0);

test('after a right of another role is lost', async () => {
  const [{ names }] = await sql(
    'dash_kept',
    `SELECT string_agg(quote_ident(attname), ', ') AS names FROM pg_attribute
    WHERE attrelid = 'care.ticket'::regclass AND attnum > 0`,
  );
  await run(`
    REVOKE SELECT ON care.ticket FROM kept_reader;
    GRANT SELECT (${names}) ON care.ticket TO kept_parent;
    GRANT kept_parent TO kept_reader`);
  assert.ok((await page('agent')).panels.open.rows.length > 0);
  await run('REVOKE kept_parent FROM kept_reader');
  assert.match((await page('agent')).panels.open.failed, /Your role may not read open_tickets/);
  await run('GRANT SELECT ON care.ticket TO kept_reader');
});

test('after the right to open tickets is lost', async () => {
  const opened = () => fetch(`${url}/api/tickets?kpi=csat_pct&since=2020-01-01&until=2020-02-01`);
  assert.equal((await opened()).status, 200);
  await run('REVOKE EXECUTE ON FUNCTION kpi_explain FROM PUBLIC');
  assert.notEqual((await opened()).status, 200);
  await run('GRANT EXECUTE ON FUNCTION kpi_explain TO PUBLIC');
  assert.equal((await opened()).status, 200);
});

test('after the owner has replaced a view', async () => {
  const [{ text }] = await sql('dash_kept', `SELECT pg_get_viewdef('care.open_tickets'::regclass) AS text`);
  const before = (await page('agent')).panels.open;
  await run(
    `CREATE OR REPLACE VIEW care.open_tickets WITH (security_invoker) AS
    SELECT * FROM (${text.replace(/;\s*$/, '')}) AS t WHERE false`,
  );
  assert.equal((await page('agent')).panels.open.rows, undefined);
  await run(`CREATE OR REPLACE VIEW care.open_tickets WITH (security_invoker) AS ${text}`);
  assert.deepEqual((await page('agent')).panels.open, before);
});

test('after a policy, or what it reads, has changed', async () => {
  const all = countOf(await overview(), 'tickets');
  await run(`
    CREATE TABLE kept_sees (team text);
    GRANT SELECT ON kept_sees TO kept_reader;
    CREATE POLICY sees ON care.ticket_daily_tally USING (team IN (SELECT team FROM kept_sees))`);
  assert.equal(countOf(await overview(), 'tickets'), all, 'a policy does nothing before it is enabled');
  await run('ALTER TABLE care.ticket_daily_tally ENABLE ROW LEVEL SECURITY');
  assert.equal((await overview()).rows, undefined);
  await run(`INSERT INTO kept_sees SELECT min(team) FROM care.ticket`);
  const some = countOf(await overview(), 'tickets');
  assert.ok(some > 0 && some < all);
  await run('ALTER POLICY sees ON care.ticket_daily_tally USING (team IN (SELECT team FROM kept_sees) AND false)');
  assert.equal((await overview()).rows, undefined);
  await run(`ALTER POLICY sees ON care.ticket_daily_tally USING (current_setting('TimeZone') = 'UTC')`);
  assert.equal(countOf(await overview(), 'tickets'), all);
  await run('DROP POLICY sees ON care.ticket_daily_tally');
  assert.equal((await overview()).rows, undefined);
  await run('ALTER ROLE kept_reader BYPASSRLS');
  assert.equal(countOf(await overview(), 'tickets'), all);
  await run('ALTER ROLE kept_reader NOBYPASSRLS');
  assert.equal((await overview()).rows, undefined);
  await run('ALTER TABLE care.ticket_daily_tally DISABLE ROW LEVEL SECURITY; DROP TABLE kept_sees');
  assert.equal(countOf(await overview(), 'tickets'), all);
});

test('what a lock did not let through is not kept', async () => {
  await run('BEGIN; LOCK TABLE care.ticket_daily_tally IN ACCESS EXCLUSIVE MODE');
  const failed = await page('overview?team=locked');
  await run('ROLLBACK');
  assert.match(failed.panels.measures.failed, /being changed|too long/);
  assert.equal((await page('overview?team=locked')).panels.measures.failed, undefined);
});

test('a table that is made anew while a page waits for it is not seen empty', async () => {
  const expected = await overview();
  await run(`
    CREATE TEMPORARY TABLE copy AS TABLE care.ticket_daily_tally;
    BEGIN;
    LOCK TABLE care.ticket_daily_tally IN ACCESS EXCLUSIVE MODE`);
  const waiting = page('overview?period=25-months');
  await pause(500);
  await run('TRUNCATE care.ticket_daily_tally; INSERT INTO care.ticket_daily_tally TABLE copy; COMMIT');
  assert.equal(countOf((await waiting).panels.measures, 'tickets'), countOf(expected, 'tickets'));
});

test('pages that are read during refreshes and upgrades show one state of the mart', async () => {
  let isOver = false;
  const states = new Set();
  const read = (async () => {
    while (!isOver) {
      const response = await fetch(`${url}/api/page/explore?kpi=tickets&by=channel&period=25-months`);
      const answer = await response.json();
      if (!response.ok) {
        // kpi_upgrade took longer than the timeout
        assert.match(answer.error, /too long|being changed/);
        continue;
      }
      states.add(answer.mart.as_of);
      assert.equal(countOf(answer.panels.members, 'tickets'), countOf(answer.panels.measures, 'tickets'));
    }
  })();
  for (let i = 0; i < 6; i++) {
    await run(
      `INSERT INTO tickets (ticket_id, created_at, updated_at, team, channel)
      SELECT 1000 * ${i + 1} + n, now() - n * interval '1 day', now(), 'Orders', 'email'
      FROM generate_series(1, 20) AS n`,
    );
    await run(`SELECT FROM kpi_refresh('care')`);
    if (i % 3 === 2) await run(`SELECT FROM kpi_upgrade('care')`);
  }
  isOver = true;
  await read;
  assert.ok(states.size > 1);
});
