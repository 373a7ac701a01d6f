// Attacks through the server: each is refused or harmless, and no answer tells more than a sentence.
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { openWindow, pages, serve, settled, show, sql } from './harness.mjs';

const logins = `${mkdtempSync(`${tmpdir()}/kpi-logins.`)}/logins`;
// with the mark of UTF-8 at its beginning, tabs, and no end of the last line
writeFileSync(logins, '\ufeffann\treader\r\njörg@例.example reader');
const open = await serve('dash_few', ['--role', 'reader']);
const behind = await serve('dash_few', ['--login-header', 'X-Login', '--logins', logins]);

/** Sends a request as it is, without a browser's corrections. headers is a flat list, so that one can be repeated. */
const send = (path, { method = 'GET', headers = [], port = open.port, body } = {}) =>
  new Promise((resolve, reject) => {
    const host = headers.some((h) => h.toLowerCase() === 'host') ? [] : ['Host', 'localhost'];
    const r = request(
      { host: '127.0.0.1', port, path, method, headers: [...host, ...headers], setHost: false, agent: false },
      (answer) => {
        let text = '';
        answer.on('data', (part) => {
          text += part;
        });
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
      },
    );
    r.on('error', reject);
    r.end(body);
  });

/** Sends bytes that no HTTP library would send. */
const sendBytes = (bytes) =>
  new Promise((resolve) => {
    let text = '';
    const socket = connect(open.port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', () => resolve(text));
    socket.setTimeout(3000, () => socket.destroy());
  });

// what an answer must never contain: stacks, paths, SQL, codes, libraries
const telling =
  /\bat .*:[0-9]+:[0-9]+|node_modules|\/home\/|\/tmp\/|\.[jt]s\b|SELECT |FROM |SQLSTATE|syntax error|pg_|postgres|fastify|FST_|root:x:/;

function harmless(answer, statuses, what) {
  assert.ok(statuses.includes(answer.status), `${what}: status ${answer.status}, ${answer.text.slice(0, 200)}`);
  if (answer.status >= 400) {
    assert.doesNotMatch(answer.text, telling, what);
    assert.ok(answer.text.length < 300, `${what}: ${answer.text.length} characters`);
  }
}

const state = async () =>
  (
    await sql(
      'dash_few',
      `SELECT count(*) AS tickets, (SELECT count(*) FROM pg_class) AS relations,
  (SELECT string_agg(rolname, ',' ORDER BY rolname) FROM pg_roles) AS roles FROM care.ticket`,
    )
  )[0];
const before = await state();
const e = encodeURIComponent;

const injections = [
  `'; DROP TABLE ticket; --`,
  `x' OR '1'='1`,
  `x'; RESET ROLE; COMMIT; DROP SCHEMA care CASCADE; --`,
  `$1); SELECT pg_sleep(9); --`,
  `\\'; SELECT 1; --`,
  `x" UNION SELECT rolpassword FROM pg_authid --`,
  `{"team": "x"}`,
  `%27%3B`,
  '$(id)',
  '${7*7}',
];
for (const parameter of ['team', 'channel', 'category', 'tier', 'agent']) {
  test(`SQL in ${parameter} is a name that no ticket has`, async () => {
    for (const text of injections) {
      const answer = await send(`/api/page/overview?${parameter}=${e(text)}`);
      harmless(answer, [200], text);
      const { panels } = JSON.parse(answer.text);
      if (parameter !== 'team') assert.equal(panels.measures.rows, undefined, text);
      assert.equal(panels.measures.failed, undefined, text);
    }
  });
}

const refused = [
  ['SQL as a KPI', `/api/page/explore?kpi=${e('csat_pct; DROP TABLE ticket')}`, [400]],
  ['SQL as a dimension', `/api/page/explore?by=${e('team) FROM pg_authid --')}`, [400]],
  ['a column as a dimension', '/api/page/explore?by=ticket_id', [400]],
  ['an unknown KPI', '/api/page/explore?kpi=rolpassword', [400]],
  ['SQL as a day', `/api/page/overview?from=${e(`2026-01-01'::date`)}&to=2026-02-01`, [400]],
  ['a day that does not exist', '/api/page/overview?from=2026-02-30&to=2026-03-01', [400]],
  ['a period of a thousand years', '/api/page/overview?from=1900-01-01&to=2099-12-31', [400]],
  ['a period that ends before it begins', '/api/page/overview?from=2026-03-01&to=2026-02-01', [400]],
  ['NUL', '/api/page/overview?team=a%00b', [400]],
  ['control characters', '/api/page/overview?team=a%0d%0aSet-Cookie:%20x=1', [400]],
  ['bad percent encoding', '/api/page/overview?team=%c0%ae%ff', [200, 400]],
  ['a bad escape', '/api/page/overview?team=%zz', [200, 400]],
  ['a lone surrogate', '/api/page/overview?team=%ed%a0%80', [200, 400]],
  ['a parameter twice', '/api/page/overview?team=a&team=b', [400]],
  ['an array', '/api/page/overview?team[]=a', [400]],
  ['an object', '/api/page/overview?team[$ne]=a', [400]],
  ['an unknown parameter', '/api/page/overview?role=postgres', [400]],
  ['prototype pollution', '/api/page/overview?__proto__[team]=x', [400]],
  ['prototype pollution by a name', '/api/page/overview?__proto__=x', [200, 400]],
  ['pollution of the constructor', '/api/page/overview?constructor[prototype][role]=postgres', [400]],
  ['a page of the prototype', '/api/page/__proto__', [404]],
  ['a method of objects as a page', '/api/page/constructor', [404]],
  ['a query of 100 kB', `/api/page/overview?team=${'a'.repeat(100_000)}`, [400, 414, 431]],
  ['a name of 10 kB', `/api/page/overview?team=${'a'.repeat(10_000)}`, [400]],
  ['a thousand parameters', `/api/page/overview?${Array.from({ length: 1000 }, (_, i) => `p${i}=1`).join('&')}`, [400]],
  ['a page of 10 kB', `/api/page/${'a'.repeat(10_000)}`, [400, 403, 404, 414]],
  ['tickets of another KPI', '/api/tickets?kpi=pg_sleep&since=2026-10-01&until=2026-11-01', [400]],
  ['tickets without days', '/api/tickets?kpi=csat_pct', [400]],
];
for (const [what, path, statuses] of refused) test(what, async () => harmless(await send(path), statuses, what));

test('paths out of the folder of the files', async () => {
  for (const path of [
    '/../../../../etc/passwd',
    '/..%2f..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/assets/..%5c..%5c..%5cetc%5cpasswd',
    '/assets/../../server/main.js',
    '/assets/%2e%2e/%2e%2e/server/main.js',
    '/..%252f..%252fetc/passwd',
    '//etc/passwd',
    '/assets/....//....//etc/passwd',
    '/index.html%00.js',
    '/package.json',
    '/.env',
    '/assets/',
    '/server/main.js',
    '/api/page/..%2f..%2fetc%2fpasswd',
  ]) {
    harmless(await send(path), [400, 403, 404], path);
  }
});

test('a login that is forged, repeated, joined or empty', async () => {
  const ok = await send('/api/page/overview', { port: behind.port, headers: ['X-Login', 'ann'] });
  assert.equal(ok.status, 200);
  for (const headers of [
    [],
    ['X-Login', 'eve'],
    ['X-Login', 'ann', 'X-Login', 'ann'],
    ['X-Login', 'ann', 'x-login', 'eve'],
    ['X-Login', 'ann, ann'],
    ['X-Login', ''],
    ['X-Login', '__proto__'],
    ['X-Login', 'constructor'],
    ['X_Login', 'ann'],
    ['X-Login', 'ann\tx'],
    ['X-Login', 'ann; role=postgres'],
    ['Cookie', 'X-Login=ann'],
    ['X-Forwarded-User', 'ann'],
    ['Authorization', 'Basic YW5uOg=='],
  ]) {
    harmless(await send('/api/page/overview', { port: behind.port, headers }), [403], headers.join(' '));
    harmless(
      await send('/api/tickets?kpi=csat_pct&since=2026-10-01&until=2026-11-01', { port: behind.port, headers }),
      [403],
      headers.join(' '),
    );
  }
});

test('other names of the host', async () => {
  for (const host of [
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '',
    'localhost@evil.example',
    'evil.example:8090',
    '0.0.0.0',
    '[::]',
  ]) {
    for (const path of ['/api/page/overview', '/', '/overview'])
      harmless(await send(path, { headers: ['Host', host] }), [400, 421], host);
  }
  for (const header of ['X-Forwarded-Host', 'Forwarded', 'X-Host']) {
    const answer = await send('/overview', { headers: [header, 'evil.example'] });
    assert.equal(answer.status, 200);
    assert.doesNotMatch(answer.text + JSON.stringify(answer.headers), /evil/);
  }
  assert.match(
    await sendBytes(
      'GET /api/page/overview HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    ),
    /^HTTP\/1\.1 4/,
  );
});

test('methods that change something, and overrides of the method', async () => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']) {
    harmless(
      await send('/api/page/overview', {
        method,
        body: method === 'POST' ? '{"team":"x"}' : undefined,
        headers: method === 'POST' ? ['Content-Type', 'application/json', 'Content-Length', '12'] : [],
      }),
      [400, 404, 405, 415, 501],
      method,
    );
  }
  for (const header of ['X-HTTP-Method-Override', 'X-Method-Override', 'X-HTTP-Method']) {
    assert.equal((await send('/api/page/overview', { headers: [header, 'DELETE'] })).status, 200);
  }
});

test('requests that are no HTTP, or two in one', async () => {
  for (const bytes of [
    'GET /overview\r\n\r\n',
    'hello\r\n\r\n',
    `GET /overview HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`,
    'GET /overview HTTP/1.1\r\nHost: localhost\r\nX-A: a\rb\r\n\r\n',
    'POST /overview HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' +
      'GET /api/page/overview HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'GET http://evil.example/api/page/overview HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    'GET /api/page/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    'GET /api/page/overview HTTP/1.0\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  ]) {
    const answer = await sendBytes(bytes);
    assert.doesNotMatch(answer, /^HTTP\/1\.1 (200|500)/, bytes.slice(0, 40));
    assert.doesNotMatch(answer, telling, bytes.slice(0, 40));
  }
});

test('headers: a strict policy of contents, no frames, no guesses of types, no name of the server', async () => {
  for (const path of ['/overview', '/', '/api/page/overview', '/nothing', '/api/page/overview?x=1']) {
    const { headers } = await send(path);
    const policy = headers['content-security-policy'];
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    for (const part of [
      `frame-ancestors 'none'`,
      `base-uri 'none'`,
      `form-action 'self'`,
      `script-src 'self'`,
      `style-src 'self'`,
    ])
      assert.ok(policy.includes(part), part);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['x-powered-by'], undefined);
    assert.equal(headers['server'], undefined);
    assert.equal(headers['access-control-allow-origin'], undefined);
    assert.equal(headers['set-cookie'], undefined);
  }
  const { headers } = await send('/api/page/overview');
  assert.match(headers['cache-control'], /private/);
});

test('functions that others have planted in the schema of the extension are not called', async () => {
  // with exactly the types that queries pass, they would have precedence over variadic functions of PostgreSQL
  const planted = ['text, text, text, text', 'text, text', 'text, oid, xid, oid, xid, boolean', 'text, oid'].flatMap(
    (types) => [`concat_ws(${types})`, `format(${types})`],
  );
  try {
    for (const name of planted) {
      await sql(
        'dash_few',
        `CREATE FUNCTION public.${name} RETURNS text LANGUAGE plpgsql AS $$BEGIN RAISE 'planted'; END$$`,
      );
    }
    // queries that were prepared before would not look for functions again
    const { port } = await serve('dash_few', ['--role', 'reader']);
    for (const name of pages) {
      const answer = await send(`/api/page/${name}?team=planted`, { port });
      assert.equal(answer.status, 200, answer.text.slice(0, 200));
      for (const panel of Object.values(JSON.parse(answer.text).panels)) assert.equal(panel.failed, undefined);
    }
  } finally {
    for (const name of planted) await sql('dash_few', `DROP FUNCTION IF EXISTS public.${name}`);
  }
});

test('a login that is no ASCII, as proxies send it', async () => {
  const bytes = Buffer.from('jörg@例.example').toString('latin1');
  const answer = await send('/api/page/overview', { port: behind.port, headers: ['X-Login', bytes] });
  assert.equal(answer.status, 200);
  harmless(await send('/api/page/overview', { port: behind.port, headers: ['X-Login', 'j\xf6rg@x'] }), [403], 'Latin-1');
});

test('names of teams, channels, customers and tickets that are scripts are shown as text', async () => {
  const page = await openWindow();
  for (const name of pages) {
    await show(page, `${open.url}/${name}`);
    assert.equal(
      await page.evaluate(
        () =>
          document.querySelectorAll('main img, main iframe, main script, main i, main b:not([class]), svg[onload]')
            .length,
      ),
      0,
      name,
    );
  }
  await show(page, `${open.url}/team`);
  assert.ok((await page.getByText('<img src=x onerror=alert(1)>', { exact: true }).count()) >= 1);
  const options = await page.locator('[data-filter=team] option').evaluateAll((all) => all.map((o) => o.value));
  assert.equal(options.length, 6);
  for (const team of options) {
    await page.locator('[data-filter=team]').selectOption(team);
    await settled(page);
    assert.equal(new URL(page.url()).searchParams.get('team') ?? '', team);
    assert.equal(await page.locator('.empty.failed').count(), 0);
  }
  // the tickets behind a number
  await show(page, `${open.url}/overview?kpi=tickets`);
  await page.locator('[data-tile=tickets] button.figure').click();
  await page.waitForSelector('[data-ticket]');
  assert.ok((await page.getByText('<iframe src=javascript:alert(6)>', { exact: false }).count()) >= 1);
  await show(page, `${open.url}/customers`);
  assert.ok((await page.getByText('<script>alert(7)</script> & Sons', { exact: false }).count()) >= 1);
  assert.deepEqual(page.problems, []);
});

test('scripts in the address', async () => {
  const page = await openWindow();
  for (const parameters of [
    `team=${e('<img src=x onerror=alert(1)>x')}`,
    `open=${e('kpi=<script>alert(1)</script>&since=x')}`,
    `kpi=${e('"><svg onload=alert(1)>')}`,
    `kiosk=${e('<script>')}`,
    `staff=${e('"onmouseover=alert(1)')}`,
    `open=${e('__proto__[x]=1')}`,
  ]) {
    await page.goto(`${open.url}/overview?${parameters}`);
    await settled(page);
    assert.equal(await page.evaluate(() => document.querySelectorAll('main img, main script, svg[onload]').length), 0);
    assert.equal(await page.evaluate(() => ({}).x), undefined);
  }
  // refused by the server: the browser notes the status of the answer, nothing else
  assert.deepEqual(
    page.problems.filter((p) => !/status of 400/.test(p)),
    [],
  );
});

test('readers who leave, and forty at once, leave the server well', async () => {
  for (let i = 0; i < 200; i++) {
    const stop = new AbortController();
    const asked = fetch(`${open.url}/api/page/overview?team=leaver${i}`, { signal: stop.signal }).catch(
      () => undefined,
    );
    setTimeout(() => stop.abort(), i % 12);
    await asked;
  }
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => send(`/api/page/${pages[i % pages.length]}`)));
  for (const a of answers) assert.equal(a.status, 200);
});

test('after all of this nothing has changed, and the log tells no secret', async () => {
  assert.deepEqual(await state(), before);
  assert.equal((await send('/api/page/overview')).status, 200);
  for (const { output } of [open, behind]) assert.doesNotMatch(output(), /password|leaver|DROP|alert/i);
});
