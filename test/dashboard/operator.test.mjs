// What an operator meets: wrong options, files in the way, settings of libpq.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const temporary = mkdtempSync(`${tmpdir()}/kpi-operator.`);
after(() => rmSync(temporary, { recursive: true }));
const program = `${process.env.DASHBOARD}/dist/server/main.js`;
const environment = { ...process.env, PGDATABASE: 'dash_few', PGUSER: 'dashboard' };

/** Runs the server, and returns what it says before it ends. */
const says = (options, env = environment) => {
  const { status, stderr } = spawnSync(process.execPath, [program, '--schema', 'care', ...options], {
    env,
    encoding: 'utf8',
    timeout: 120_000,
  });
  assert.equal(status, 1, options.join(' '));
  return stderr;
};

/** Runs the server until it has written a text, and ends it as a service manager does. */
async function until(text, options, env = {}) {
  const child = spawn(process.execPath, [program, '--schema', 'care', '--port', '0', ...options], {
    env: { ...environment, ...env },
  });
  let output = '';
  const written = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part) => {
        output += part;
        if (text.test(output)) resolve();
      });
    setTimeout(resolve, 120_000).unref();
  });
  await written;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  assert.equal(await ended, 0);
  assert.match(output, text);
  assert.doesNotMatch(output, /s3cret|at .*\.js:/);
}

test('a wrong option is a sentence', () => {
  for (const [options, text] of [
    [['--host', 'https://kpi.example.org'], /--host is a name such as/],
    [['--host', 'kpi.example.org:443'], /--host is a name such as/],
    [['--database', 'host=db dbname=support'], /--database is an address such as/],
    [['--database', 'postgresql://u:s3cret@h:port/db'], /--database is an address such as/],
    [['--database', 'postgresql://h/db?sslmode=no'], /sslmode no is unknown/],
    [['--port', '80x'], /--port is a whole number/],
    [['--socket', program], /is no socket/],
  ]) {
    const output = says(options);
    assert.match(output, text);
    assert.doesNotMatch(output, /s3cret|at .*\.js:/);
  }
});

test('what cannot be read is said at the start, without the password', async () => {
  await until(/role nobody cannot read the mart care: role "nobody" does not exist/, ['--role', 'nobody']);
  await until(/role reader cannot read the mart other:/, ['--role', 'reader', '--schema', 'other']);
  await until(/the database cannot be reached: .*ECONNREFUSED/, [
    '--database',
    'postgresql://dashboard:s3cret@localhost:1/dash_few',
  ]);
});

test('a service has precedence over the environment, as in libpq', async () => {
  const file = `${temporary}/services`;
  writeFileSync(file, '[care]\nhost=localhost\nport=1\nuser=service\n');
  await until(/ECONNREFUSED [^ ]*:1\b/, [], { PGSERVICE: 'care', PGSERVICEFILE: file });
});

test('a socket on which a server listens is not taken away', async () => {
  const path = `${temporary}/socket`;
  const server = createServer();
  await new Promise((resolve) => server.listen(path, resolve));
  // in a process of its own: this one has to answer
  await new Promise((resolve) => {
    const child = spawn(process.execPath, [program, '--schema', 'care', '--socket', path], { env: environment });
    let output = '';
    child.stderr.on('data', (part) => {
      output += part;
    });
    child.once('exit', (status) => {
      assert.equal(status, 1);
      assert.match(output, /another server listens on/);
      resolve();
    });
  });
  assert.ok(existsSync(path));
  server.close();
});

test('a snapshot replaces a snapshot only, and only when it is complete', () => {
  const other = `${temporary}/site`;
  mkdirSync(`${other}/data`, { recursive: true });
  writeFileSync(`${other}/index.html`, 'a site');
  writeFileSync(`${other}/data/index.json`, '{}');
  assert.match(says(['--role', 'reader', '--export', other]), /is not empty, and is no snapshot/);
  assert.deepEqual(readdirSync(other), ['data', 'index.html']);

  const target = `${temporary}/snapshot`;
  const write = () =>
    spawnSync(process.execPath, [program, '--schema', 'care', '--role', 'reader', '--export', target], {
      env: environment,
    }).status;
  assert.equal(write(), 0);
  const before = readFileSync(`${target}/data/index.json`, 'utf8');
  says(['--role', 'stranger', '--export', target]);
  assert.equal(readFileSync(`${target}/data/index.json`, 'utf8'), before);
  assert.equal(write(), 0);
  assert.ok(!readdirSync(target).includes('.unfinished'));
});

test('without HOME no program is taken from a folder that others can make', () => {
  const script = fileURLToPath(new URL('../../script/dashboard', import.meta.url));
  const env = { PATH: process.env.PATH };
  const { status, stderr } = spawnSync(script, ['--schema', 'care'], { env, encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(stderr, /HOME is not set/);
});
