// Starts the server: node dist/server/main.js with the options of script/dashboard.
import { chmodSync, existsSync, lstatSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeApp } from './app';
import { Database, isUnreachable, reason } from './database';
import { exportTo } from './export';
import { byHeader, readLogins, single } from './logins';
import { completeEnvironment, takeTls } from './settings';

class Wrong extends Error {}

// of packages, whose versions are pinned: nothing an operator can do
process.noDeprecation = true;

const { values: options } = parseArgs({
  options: {
    database: { type: 'string' },
    schema: { type: 'string' },
    role: { type: 'string' },
    'login-header': { type: 'string' },
    logins: { type: 'string' },
    port: { type: 'string', default: '8090' },
    socket: { type: 'string' },
    host: { type: 'string', multiple: true, default: [] },
    timeout: { type: 'string', default: '5000' },
    connections: { type: 'string', default: '8' },
    export: { type: 'string' },
    'with-tickets': { type: 'boolean', default: false },
  },
});

const whole = (name: string, text: string, low: number, high: number): number => {
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || value < low || value > high)
    throw new Wrong(`--${name} is a whole number from ${low} to ${high}`);
  return value;
};

function addressOf(text: string): URL {
  // a user without a host, as libpq allows
  const [, scheme, user, rest] = /^(postgres(?:ql)?:\/\/)([^@/?]+)@(\/.*)$/.exec(text) ?? [];
  const plain = scheme === undefined ? text : `${scheme}${rest}`;
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(plain))
    throw new Wrong('--database is an address such as postgresql://user@host/database');
  const address = new URL(plain);
  (user ?? '').split(':').forEach((value, i) => {
    if (value) address.searchParams.set(i === 0 ? 'user' : 'password', decodeURIComponent(value));
  });
  return address;
}

function logins() {
  const header = options['login-header'];
  if (header === undefined) {
    if (options.logins !== undefined) throw new Wrong('--logins needs --login-header');
    return single(options.role ?? 'none');
  }
  if (options.logins === undefined) throw new Wrong('--login-header needs --logins');
  if (options.role !== undefined) throw new Wrong('--role and --login-header exclude each other');
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(header)) throw new Wrong('--login-header is the name of a header');
  return byHeader(header, readLogins(options.logins));
}

async function main(): Promise<void> {
  if (!options.schema) throw new Wrong('--schema is missing');
  if (options['with-tickets'] && options.export === undefined) throw new Wrong('--with-tickets needs --export');
  for (const host of options.host) {
    if (!/^([a-z0-9_.-]+|\[[0-9a-f:.]+\])$/i.test(host))
      throw new Wrong('--host is a name such as kpi.example.org, without https:// and port');
  }
  const address = options.database === undefined ? undefined : addressOf(options.database);
  completeEnvironment(process.env);
  const readers = logins();
  const database = new Database(
    {
      ssl: takeTls(process.env, address),
      uri: address?.toString(),
      schema: options.schema,
      timeout: whole('timeout', options.timeout, 100, 600_000),
      connections: whole('connections', options.connections, 1, 100),
    },
    () => undefined,
  );
  const web = resolve(dirname(fileURLToPath(import.meta.url)), '../web');
  const app = await makeApp({
    database,
    logins: readers,
    web,
    log: true,
    kept: 64 * 1024 * 1024,
    hosts: ['localhost', '127.0.0.1', '[::1]', ...options.host],
  });
  if (options.export !== undefined) {
    if (options['login-header'] !== undefined) throw new Wrong('--export reads as --role, not by --login-header');
    const answers = await exportTo(app, web, options.export, options['with-tickets']);
    console.log(`Wrote ${answers} answers to ${options.export}`);
    await app.close();
    return database.close();
  }
  // an address that other machines reach would let them name any login
  const shown = options.socket
    ? await listenOn(app, options.socket)
    : await app.listen({ host: '127.0.0.1', port: whole('port', options.port, 0, 65_535) });
  console.log(`The dashboard is at ${shown.replace('127.0.0.1', 'localhost')}`);
  void warn(database, readers.roles);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void app
        .close()
        .then(() => database.close())
        .then(() => process.exit(0));
      setTimeout(() => process.exit(0), 3000).unref();
    });
  }
}

/** Says in the log which roles cannot read the mart. The server runs on: the database may come, or be changed. */
async function warn(database: Database, roles: string[]): Promise<void> {
  const never = new AbortController().signal;
  for (const role of roles) {
    try {
      await database.reading(role, never, (reading) => reading.read('mart', []));
    } catch (error) {
      const isAway = isUnreachable(error as Error);
      const what = isAway ? 'the database cannot be reached' : `role ${role} cannot read the mart ${database.mart.schema}`;
      console.error(`dashboard: ${what}: ${reason(error as Error)}`);
      if (isAway) return;
    }
  }
}

/** Whether a server listens on a socket. */
const isInUse = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path)
      .once('error', () => resolve(false))
      .once('connect', () => {
        socket.destroy();
        resolve(true);
      });
  });

async function listenOn(app: Awaited<ReturnType<typeof makeApp>>, path: string): Promise<string> {
  // a socket that an earlier start has left; nothing else is removed
  if (existsSync(path)) {
    if (!lstatSync(path).isSocket()) throw new Wrong(`${path} exists, and is no socket`);
    if (await isInUse(path)) throw new Wrong(`another server listens on ${path}`);
    rmSync(path);
  }
  process.umask(0o117);
  await app.listen({ path });
  chmodSync(path, 0o660);
  return path;
}

try {
  await main();
} catch (error) {
  console.error(`dashboard: ${reason(error as Error)}`);
  process.exit(1);
}
